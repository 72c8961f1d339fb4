"""The numbers of the serial protocol (docs/serial.md) for the board's bridge and the host."""

from naming import BANNER, camel

KEYS = ("version", "request", "answer", "most_words", "hello", "read_registers", "write_registers", "read_memory",
        "write_memory", "reset", "okay", "failed", "refused", "garbled")
TABLE_KEYS = {key: (int, True) for key in KEYS}
WIDE = ("version", "most_words")  # more than a byte of a frame


def verilog(description):
    lines = []
    for key in KEYS:
        value = description["serial"][key]
        if key == "most_words":
            lines.append(f"  localparam int unsigned SerialMostWords = {value};")
        elif key in WIDE:
            lines.append(f"  localparam logic [31:0] Serial{camel(key)} = 32'd{value};")
        else:
            lines.append(f"  localparam logic [7:0] Serial{camel(key)} = 8'h{value:02x};")
    return lines


def header(description):
    lines = [f"// {BANNER}", "// Numbers of the serial protocol: docs/serial.md.", "#pragma once", "",
             "#include <cstdint>", "", "namespace napier::spec::serial {", ""]
    for key in KEYS:
        kind = "uint32_t" if key in WIDE else "uint8_t"
        lines.append(f"inline constexpr {kind} {key} = {description['serial'][key]:#04x};")
    return "\n".join([*lines, "", "}  // namespace napier::spec::serial", ""])
