"""Writes the SystemVerilog package and the machine tops."""

import element_functions
import elements
import real
import serial
from description import counter_base, identity
from formats import package_lines
from naming import (BANNER, absolute_lsb, camel, code_bits, dropped_bits, family_fields, format_mask, peers, snake,
                    used_bits)


TABLE_FUNCTIONS = """\
  // Words of the buffer of activation tables, and bytes of one; 0 without tables.
  function automatic int unsigned activation_table_words(int unsigned tables);
    activation_table_words = tables * ActivationTableEntries / ActivationTableWordEntries;
  endfunction
  function automatic int unsigned activation_table_word_bytes(int unsigned tables, int unsigned beat_bytes);
    activation_table_word_bytes = (ActivationTableWordEntries + beat_bytes - 1) / beat_bytes * beat_bytes;
    if (tables == 0) activation_table_word_bytes = 0;
  endfunction"""


def package(description):
    lines = [f"// {BANNER}", "// Registers, commands, number formats and error codes of Napier.", "",
             "/* verilator lint_off UNUSEDPARAM */", "package napier_pkg;"]
    for title, body in (("Registers (byte offsets) and their bits", registers(description)),
                        ("Counters: index, in the order of their registers", counters(description)),
                        ("Error codes", errors(description)),
                        ("Serial protocol", serial.verilog(description)),
                        ("Commands", commands(description)),
                        ("Parameter of one column", parameter(description)),
                        ("Activation tables", activation_table(description)),
                        ("Number formats", formats(description)),
                        ("Microscaling: blocks, scales, element formats", elements.verilog(description)),
                        ("Microscaling: what follows from the table", element_functions.verilog()),
                        ("Formats of real numbers, outputs", real.verilog(description))):
        lines += ["", f"  // {title}.", *body]
    return "\n".join([*lines, "", "endpackage", ""])


def number(name, value):
    return f"  localparam int unsigned {name} = {value};"


def sized(name, bits, value, base="d"):
    text = f"{value:x}" if base == "h" else str(value)
    return f"  localparam logic [{bits - 1}:0] {name} = {bits}'{base}{text};"


def registers(description):
    lines = [number("Version", description["identity"]["version"])]
    for register in description["register"]:
        name = camel(register["name"])
        lines.append(sized(f"Reg{name}", 12, register["offset"], "h"))
        for bits in register.get("fields", []):
            label = f"{name}{camel(bits['name'])}"
            if bits["width"] == 1:
                lines.append(number(f"{label}Bit", bits["lsb"]))
            else:
                lines += [number(f"{label}Lsb", bits["lsb"]), number(f"{label}Bits", bits["width"])]
    return lines


def counters(description):
    lines = [sized("RegCounters", 12, counter_base(description), "h"),
             number("CounterCount", len(description["counter"]))]
    return lines + [number(f"Counter{camel(entry['name'])}", index)
                    for index, entry in enumerate(description["counter"])]


def errors(description):
    bits = code_bits(description["error"])
    return [number("ErrorCodeBits", bits)] + [sized(f"Error{camel(entry['name'])}", bits, entry["code"])
                                              for entry in description["error"]]


def field(prefix, name, entry):
    label = f"{prefix}{camel(name)}"
    lines = [number(f"{label}Lsb", absolute_lsb(entry)), number(f"{label}Bits", entry["width"])]
    return lines + [sized(f"{label}{camel(value)}", entry["width"], code)
                    for code, value in enumerate(entry.get("values", []))]


def commands(description):
    common, words = description["fields"]["common"], description["command"]["words"]
    lines = [number("CommandWords", words), number("CommandBits", words * 32), number("CommandBytes", words * 4),
             number("TokenBits", description["command"]["token_bits"])]
    for name, entry in common.items():
        lines += field("Common", name, entry)
    for opcode in description["opcode"]:
        name, specific = camel(opcode["name"]), description["fields"][opcode["name"]]
        lines += ["", f"  // {opcode['name'].upper()}: {opcode['text']}",
                  sized(f"Opcode{name}", common["opcode"]["width"], opcode["code"])]
        lines += [number(f"{name}Peer{camel(peer)}Bit", bit) for bit, peer in enumerate(peers(description, opcode))]
        for key, entry in specific.items():
            lines += field(name, key, entry)
        lines.append("  // Bits that belong to a field; the others must be zero.")
        lines.append(sized(f"{name}UsedBits", words * 32, used_bits(common, specific), "h"))
    return lines


def parameter(description):
    lines = [number("ParameterBits", 64), number("ParameterBytes", 8)]
    for name, entry in description["fields"]["parameter"].items():
        lines += field("Parameter", name, entry)
    return lines


def activation_table(description):
    lines = [number(f"ActivationTable{camel(name)}", value) for name, value in description["activation_table"].items()]
    return [*lines, *TABLE_FUNCTIONS.split("\n")]


def formats(description):
    width = description["fields"]["exec"]["format"]["width"]
    lines = [number("FormatCodeBits", width),
             number("FormatCount", 1 + max(entry["code"] for entry in description["format"]))]
    for entry in description["format"]:
        name = f"Format{camel(entry['name'])}"
        lines += [f"  // {entry['name']}: {entry['text']}", sized(name, width, entry["code"]),
                  number(f"{name}Index", entry["code"]), number(f"{name}ActivationBits", entry["activation_bits"]),
                  number(f"{name}WeightBits", entry["weight_bits"]), number(f"{name}HeldBits", entry["held_bits"]),
                  number(f"{name}ValueBits", entry["value_bits"]), number(f"{name}ScaleBits", entry["scale_bits"])]
    return lines + package_lines(description)


# Ports of module napier: direction, width (text, {beat} bytes of a beat), name.
PORTS = [
    ("input", 1, "clk_i"), ("input", 1, "rst_ni"),
    ("input", 12, "control_awaddr_i"), ("input", 1, "control_awvalid_i"), ("output", 1, "control_awready_o"),
    ("input", 32, "control_wdata_i"), ("input", 4, "control_wstrb_i"), ("input", 1, "control_wvalid_i"),
    ("output", 1, "control_wready_o"),
    ("output", 2, "control_bresp_o"), ("output", 1, "control_bvalid_o"), ("input", 1, "control_bready_i"),
    ("input", 12, "control_araddr_i"), ("input", 1, "control_arvalid_i"), ("output", 1, "control_arready_o"),
    ("output", 32, "control_rdata_o"), ("output", 2, "control_rresp_o"), ("output", 1, "control_rvalid_o"),
    ("input", 1, "control_rready_i"),
    ("output", "id", "memory_arid_o"), ("output", 32, "memory_araddr_o"), ("output", 8, "memory_arlen_o"),
    ("output", 3, "memory_arsize_o"), ("output", 2, "memory_arburst_o"), ("output", 1, "memory_arvalid_o"),
    ("input", 1, "memory_arready_i"),
    ("input", "id", "memory_rid_i"), ("input", "beat", "memory_rdata_i"), ("input", 2, "memory_rresp_i"),
    ("input", 1, "memory_rlast_i"), ("input", 1, "memory_rvalid_i"), ("output", 1, "memory_rready_o"),
    ("output", "id", "memory_awid_o"), ("output", 32, "memory_awaddr_o"), ("output", 8, "memory_awlen_o"),
    ("output", 3, "memory_awsize_o"), ("output", 2, "memory_awburst_o"), ("output", 1, "memory_awvalid_o"),
    ("input", 1, "memory_awready_i"),
    ("output", "beat", "memory_wdata_o"), ("output", "strobe", "memory_wstrb_o"), ("output", 1, "memory_wlast_o"),
    ("output", 1, "memory_wvalid_o"), ("input", 1, "memory_wready_i"),
    ("input", "id", "memory_bid_i"), ("input", 2, "memory_bresp_i"), ("input", 1, "memory_bvalid_i"),
    ("output", 1, "memory_bready_o"),
    ("output", 1, "interrupt_o"),
    ("output", 1, "event_load_start_o"), ("output", 1, "event_load_end_o"),
    ("output", 1, "event_exec_start_o"), ("output", 1, "event_exec_end_o"),
    ("output", 1, "event_store_start_o"), ("output", 1, "event_store_end_o"),
]


def span(width, beat_bytes):
    bits = {"id": 1, "beat": beat_bytes * 8, "strobe": beat_bytes}.get(width, width)
    return "       " if width == 1 else f"[{bits - 1}:0]".rjust(7)


def machine_top(machine, description):
    beat = machine["beat_bytes"]
    ports = [f"  {direction:<6} logic {span(width, beat)} {name}" for direction, width, name in PORTS]
    knobs = [f"    .{camel(knob)}({machine[knob]})" for knob in description["knob"]]
    bits = description["command"]["words"] * 32
    family = "real" if real.named(machine, description) else "integer"
    for opcode in description["opcode"]:
        fields = family_fields(description["fields"][opcode["name"]], family)
        used = used_bits(description["fields"]["common"], fields) & ~dropped_bits(machine, fields)
        knobs.append(f"    .{camel(opcode['name'])}UsedBits({bits}'h{used:x})")
    knobs += [f"    .{camel(name)}({mask})" for name, mask in real.masks(machine, description).items()]
    knobs += [f"    .Formats({format_mask(machine, description)})",
              f"    .Identity(32'h{identity(description, machine):08x})"]
    return "\n".join([
        f"// {BANNER}", f"// Machine {machine['name']}: {machine['text']}", "",
        f"module napier_{snake(machine['name'])} (", ",\n".join(ports), ");", "",
        "  napier #(", ",\n".join(knobs), "  ) u_napier (",
        ",\n".join(f"    .{name}({name})" for _, _, name in PORTS), "  );", "", "endmodule", ""])
