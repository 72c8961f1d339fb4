"""Napier in a LiteX system: a slave for its registers, a master for its memory, an interrupt.

    napier = Napier(platform, "edge")
    soc.napier = napier
    soc.bus.add_slave("napier", napier.control, SoCRegion(origin=0x90000000, size=REGISTER_BYTES, cached=False))
    soc.bus.add_master("napier", napier.memory)

LiteX puts the converters of width and protocol between. Memory that a processor caches must be flushed and invalidated
by its software; addresses are those of the system's bus.
"""

import pathlib
import sys

from litex.gen import ClockSignal, Instance, LiteXModule, ResetSignal, Signal
from litex.soc.interconnect import axi
from litex.soc.interconnect.csr_eventmanager import EventManager, EventSourceLevel

RTL = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(RTL / "spec"))
import description as description_reader  # noqa: E402
from naming import snake  # noqa: E402

REGISTER_BYTES = 0x1000
# Channel of the memory bus -> its signals besides valid and ready: out of the machine, into it.
MEMORY = {"ar": (("id", "addr", "len", "size", "burst"), ()), "aw": (("id", "addr", "len", "size", "burst"), ()),
          "w": (("data", "strb", "last"), ()), "r": ((), ("id", "data", "resp", "last")), "b": ((), ("id", "resp"))}
CONTROL = {"aw": (("addr",), ()), "w": (("data", "strb"), ()), "b": ((), ("resp",)), "ar": (("addr",), ()),
           "r": ((), ("data", "resp"))}


def machine_named(name):
    """A machine of the description. ValueError: there is none of that name."""
    machines = description_reader.load(RTL / "spec/napier.toml")["machine"]
    for machine in machines:
        if machine["name"] == name:
            return machine
    raise ValueError(f"No machine is called '{name}'; there are {', '.join(entry['name'] for entry in machines)}.")


def sources():
    """Every file of the machines, the package first."""
    folders = ("generated", "control", "memory", "array", "post", "mx")
    package = RTL / "generated/napier_pkg.sv"
    files = [path for folder in folders for path in sorted((RTL / folder).glob("*.sv")) if path != package]
    return [package, RTL / "napier.sv", *files]


class Napier(LiteXModule):
    """One machine. control: AXI4-Lite slave of the registers; memory: AXI4 master; ev.interrupt: its interrupt."""

    def __init__(self, platform, machine="edge"):
        """platform: takes the sources. machine: of the description. ValueError: there is none of that name."""
        knobs = machine_named(machine)
        self.control = axi.AXILiteInterface(data_width=32, address_width=32)
        self.memory = axi.AXIInterface(data_width=8 * knobs["beat_bytes"], address_width=32, id_width=1)
        self.interrupt = Signal()
        self.ev = EventManager()
        self.ev.interrupt = EventSourceLevel(description="The machine's interrupt line: interrupt_status, enabled.")
        self.comb += self.ev.interrupt.trigger.eq(self.interrupt)
        self.ev.finalize()
        ports = {"i_clk_i": ClockSignal("sys"), "i_rst_ni": ~ResetSignal("sys"), "o_interrupt_o": self.interrupt}
        self.wire(ports, "memory", self.memory, MEMORY, drives=True)
        self.wire(ports, "control", self.control, CONTROL, drives=False)
        self.specials += Instance(f"napier_{snake(machine)}", **ports)
        for path in sources():
            platform.add_source(str(path))

    @staticmethod
    def wire(ports, prefix, bus, channels, drives):
        """Adds a bus to the ports. drives: the machine is its master."""
        def connect(channel, signal, is_output):
            wires = getattr(bus, channel)
            value = getattr(wires, signal)
            if signal == "addr" and not is_output:
                value = value[:REGISTER_BYTES.bit_length() - 1]
            name = f"{prefix}_{channel}{signal}_{'o' if is_output else 'i'}"
            ports[f"{'o' if is_output else 'i'}_{name}"] = value

        for channel, (out_of_master, into_master) in channels.items():
            sends = bool(out_of_master) == drives
            for signal in (*out_of_master, *into_master, "valid"):
                connect(channel, signal, sends)
            connect(channel, "ready", not sends)
