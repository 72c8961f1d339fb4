"""Formats of real numbers (microscaling blocks, piecewise-affine products): their entries, and machines of them.

A machine has formats of integers or one of these; element formats of its operands, and what its outputs may be, are
lists of the machine that become masks by code.
"""

import json

import elements
from naming import camel

KEYS = {"name": (str, True), "code": (int, True), "channels": (int, True), "text": (str, True)}
SCALAR_KEYS = {"name": (str, True), "code": (int, True), "bits": (int, True), "text": (str, True)}
FAMILIES = ("integer", "real")
LISTS = {"elements_a": "element", "elements_b": "element", "outputs": "output"}  # of a machine, by what they name
PAM_BITS = 16

CPP = """\
// A format of real numbers; its accumulators are float32.
struct RealFormat {
    int code;
    int channels;  // of the layer in a slot
    const char* name;
    const char* text;
};
// What an output may be besides a block; the code is one of element_output.
struct Scalar {
    int code;
    int bits;
    const char* name;
    const char* text;
};"""

FUNCTIONS = """\
  // Sizes of a machine, of integers or of real numbers (docs/architecture.md, Words).
  // Whether the mask is that of a format of real numbers.
  function automatic bit is_real(int unsigned formats);
    is_real = (formats >> FormatMxIndex) != 0;
  endfunction

  // Bytes of a block of elements of that many bits.
  function automatic int unsigned block_bytes(int unsigned bits);
    block_bytes = (ScaleBits + BlockElements * bits) / 8;
  endfunction

  // Bytes of an activation word.
  function automatic int unsigned activation_word_bytes(int unsigned formats, int unsigned rows,
                                                        int unsigned activation_bits, int unsigned weight_bits,
                                                        int unsigned beat_bytes);
    activation_word_bytes = rows * lanes_max(formats, activation_bits, weight_bits);
    if (((formats >> FormatMxIndex) & 1) != 0) begin
      activation_word_bytes = (block_bytes(activation_bits) + beat_bytes - 1) / beat_bytes * beat_bytes;
    end
    if (((formats >> FormatPamIndex) & 1) != 0) activation_word_bytes = 2 * beat_bytes;
  endfunction

  // Slots of an activation word.
  function automatic int unsigned slots_in_word(int unsigned formats, int unsigned activation_bits,
                                                int unsigned weight_bits, int unsigned beat_bytes);
    slots_in_word = lanes_max(formats, activation_bits, weight_bits);
    if (((formats >> FormatMxIndex) & 1) != 0) slots_in_word = 1;
    if (((formats >> FormatPamIndex) & 1) != 0) slots_in_word = 2 * beat_bytes / (activation_bits / 8);
  endfunction

  // Words of the weight buffer that a pass takes, and the bytes of one that count.
  function automatic int unsigned pass_words(int unsigned formats, int unsigned rows, int unsigned columns,
                                             int unsigned column_span);
    pass_words = is_real(formats) ? columns / column_span : rows;
  endfunction
  function automatic int unsigned weight_bytes(int unsigned formats, int unsigned columns, int unsigned column_span,
                                               int unsigned weight_bits);
    weight_bytes = columns * weight_bits / 8;
    if (((formats >> FormatMxIndex) & 1) != 0) weight_bytes = column_span * block_bytes(weight_bits);
    if (((formats >> FormatPamIndex) & 1) != 0) weight_bytes = column_span * weight_bits / 8;
  endfunction

  // Bits of a sum's magnitude, cycles of the array and of an addition to the accumulator (mx_array, pam_array,
  // block_accumulate); cycles from the first vector of a pass to that of the next, at least.
  function automatic int unsigned real_sum_bits(int unsigned formats, int unsigned elements_a,
                                                int unsigned elements_b);
    real_sum_bits = (((formats >> FormatPamIndex) & 1) != 0) ? 8 : block_sum_bits(elements_a, elements_b);
  endfunction
  function automatic int unsigned real_array_cycles(int unsigned formats, int unsigned bits);
    real_array_cycles = (((formats >> FormatPamIndex) & 1) != 0) ? 2 : (bits > 32) ? 12 : 11;
  endfunction
  function automatic int unsigned real_turn(int unsigned formats, int unsigned elements_a, int unsigned elements_b);
    real_turn = !is_real(formats) ? 1 : (real_sum_bits(formats, elements_a, elements_b) > 28) ? 11 : 10;
  endfunction

  // Bytes of an output word that count; outputs: mask of elements and scalars, none with integers.
  function automatic int unsigned output_bytes(int unsigned columns, int unsigned outputs);
    output_bytes = (outputs == 0) ? columns : block_bytes(element_bits(outputs));
    if (((outputs >> ScalarBfloat16) & 1) != 0 && columns * 2 > output_bytes) output_bytes = columns * 2;
    if (((outputs >> ScalarFloat32) & 1) != 0 && columns * 4 > output_bytes) output_bytes = columns * 4;
  endfunction

  // Bytes of such a word that are written together, at least.
  function automatic int unsigned output_granule(int unsigned columns, int unsigned outputs, int unsigned post_lanes);
    output_granule = (outputs == 0) ? post_lanes : output_bytes(columns, outputs);
    if (((outputs >> ScalarFloat32) & 1) != 0) output_granule = post_lanes * 4;
    if (((outputs >> ScalarBfloat16) & 1) != 0) output_granule = post_lanes * 2;
  endfunction"""


def named(machine, description):
    """The entry of the machine's format of real numbers; None of a machine of integers."""
    found = [entry for entry in description["real_format"] if entry["name"] in machine["formats"]]
    return found[0] if found else None


def masks(machine, description):
    """elements_a, elements_b, outputs as masks by code."""
    entries = description["element"] + description["scalar"]
    return {name: sum(1 << entry["code"] for entry in entries if entry["name"] in machine.get(name, []))
            for name in LISTS}


def block_bytes(bits, description):
    return (elements.TABLE_BITS + description["microscaling"]["block"] * bits) // 8


def widest(machine, name, description):
    return max((elements.bits(entry) for entry in description["element"] if entry["name"] in machine.get(name, [])),
               default=0)


def sizes(machine, description):
    """As machines.sizes, of a machine of real numbers."""
    entry, beat = named(machine, description), machine["beat_bytes"]

    def beats(value):
        return -(-value // beat) * beat

    columns, span = machine["columns"], machine["column_span"]
    blocks = entry["name"] == "mx"
    outputs = [block_bytes(widest(machine, "outputs", description), description)]
    outputs += [columns * scalar["bits"] // 8 for scalar in description["scalar"]
                if scalar["name"] in machine.get("outputs", [])]
    weight = block_bytes(machine["weight_bits"], description) if blocks else PAM_BITS // 8
    return {
        "lanes_max": 1 if blocks else 2 * beat // (PAM_BITS // 8),
        "activation": beats(block_bytes(machine["activation_bits"], description)) if blocks else 2 * beat,
        "weight": beats(span * weight),
        "parameter": beats(machine["post_lanes"] * 8),
        "output": beats(max(outputs)),
        "palette": 0,
        "table": 0,
        "products": {entry["name"]: columns * entry["channels"]},
    }


def check_machine(checker, label, machine, description):
    """Adds one sentence to checker for each limit of its own that a machine of real numbers breaks."""
    entry = named(machine, description)
    known = {"element": [element["name"] for element in description["element"]]}
    known["output"] = known["element"] + [scalar["name"] for scalar in description["scalar"]]
    for name, kind in LISTS.items():
        for value in machine.get(name, []):
            if value not in known[kind]:
                checker.fault(f"{label} names the unknown {kind} '{value}'; use one of {', '.join(known[kind])}.")
    if checker.faults:
        return
    blocks, block = entry["name"] == "mx", description["microscaling"]["block"]
    bits_a = widest(machine, "elements_a", description) if blocks else PAM_BITS
    bits_b = widest(machine, "elements_b", description) if blocks else PAM_BITS
    writes_blocks = widest(machine, "outputs", description) > 0
    require = [
        (len(machine["formats"]) == 1, f"has {entry['name']} beside other formats; give it that one alone."),
        (machine["rows"] == 1, f"has {machine['rows']} rows; with {entry['name']} there is 1."),
        (bool(machine.get("outputs")), "lists no outputs; name at least one."),
        (blocks == bool(machine.get("elements_a")) and blocks == bool(machine.get("elements_b")),
         "must list elements_a and elements_b with mx, and neither with pam."),
        (not writes_blocks or (machine["columns"] == block and block % machine["post_lanes"] == 0),
         f"writes blocks: it needs {block} columns and post_lanes that divide {block}."),
        (machine["activation_bits"] == bits_a, f"has activation_bits {machine['activation_bits']}; it needs {bits_a}."),
        (machine["weight_bits"] == bits_b, f"has weight_bits {machine['weight_bits']}; it needs {bits_b}."),
        (machine["accumulator_bits"] == 32, "has accumulators of float32; set accumulator_bits to 32."),
        (machine["post_cycles"] == 1, "takes a group of columns every cycle; set post_cycles to 1."),
        (machine["residual_words"] == 1, "reads no residual; set residual_words to 1."),
        (machine["palette_words"] == 0, "has no codes that are indices; set palette_words to 0."),
        (machine["word_bits"] == 16, "keeps every bit of a word's number; set word_bits to 16."),
    ]
    for holds, sentence in require:
        if not holds:
            checker.fault(f"{label} {sentence}")


def cpp(description):
    lines = CPP.split("\n")
    for section, struct, number in (("real_format", "RealFormat", "channels"), ("scalar", "Scalar", "bits")):
        prefix = "format" if section == "real_format" else section
        entries = description[section]
        lines += [f"inline constexpr int {prefix}_{entry['name']} = {entry['code']};" for entry in entries]
        lines.append(f"inline constexpr {struct} {section}s[] = {{")
        lines += [f"    {{{entry['code']}, {entry[number]}, {json.dumps(entry['name'])},\n"
                  f"     {json.dumps(entry['text'])}}}," for entry in entries]
        lines.append("};")
    return lines


def verilog(description):
    width = description["fields"]["exec"]["format"]["width"]
    lines = []
    for entry in description["real_format"]:
        name = f"Format{camel(entry['name'])}"
        lines += [f"  // {entry['name']}: {entry['text']}",
                  f"  localparam logic [{width - 1}:0] {name} = {width}'d{entry['code']};",
                  f"  localparam int unsigned {name}Index = {entry['code']};"]
    lines += [f"  localparam int unsigned Scalar{camel(entry['name'])} = {entry['code']};"
              for entry in description["scalar"]]
    return lines + [""] + FUNCTIONS.split("\n")
