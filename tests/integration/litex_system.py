"""litex_system.py <machine> <file>: writes the Verilog of a LiteX system with a memory and that machine, on AXI."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "rtl/board"))

from litex.build.generic_platform import Pins  # noqa: E402
from litex.build.sim import SimPlatform  # noqa: E402
from litex.gen import ClockDomain, LiteXModule  # noqa: E402
from litex.soc.integration.soc import SoCRegion  # noqa: E402
from litex.soc.integration.soc_core import SoCMini  # noqa: E402
from litex_napier import REGISTER_BYTES, Napier  # noqa: E402

MEGAHERTZ = 1_000_000


class Clock(LiteXModule):
    def __init__(self, wire):
        self.cd_sys = ClockDomain()
        self.comb += self.cd_sys.clk.eq(wire)


def main(machine, file):
    platform = SimPlatform("SIM", [("sys_clk", 0, Pins(1))])
    soc = SoCMini(platform, clk_freq=MEGAHERTZ, bus_standard="axi", integrated_sram_size=0x1000)
    soc.clock = Clock(platform.request("sys_clk"))
    soc.napier = Napier(platform, machine)
    soc.bus.add_slave("napier", soc.napier.control,
                      SoCRegion(origin=0x90000000, size=REGISTER_BYTES, cached=False))
    soc.bus.add_master("napier", soc.napier.memory)
    soc.finalize()
    platform.get_verilog(soc, name="system").write(file)


if __name__ == "__main__":
    main(*sys.argv[1:])
