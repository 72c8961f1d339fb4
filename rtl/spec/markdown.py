"""Writes docs/registers.md."""

import elements
import real
from description import counter_base, identity
from machines import sizes
from naming import BANNER, peers


def document(description):
    parts = [f"<!-- {BANNER} -->", "# Registers, commands, formats and machines", "",
             f"Version {description['identity']['version']} of the description."]
    for section in (registers, counters, errors, commands, parameter, formats, elements_section,
                    real_section, machines):
        parts += ["", *section(description)]
    return "\n".join([*parts, ""])


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return lines + ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]


def bit_range(lsb, width):
    return str(lsb) if width == 1 else f"{lsb + width - 1}:{lsb}"


def registers(description):
    rows = []
    for entry in description["register"]:
        rows.append((f"0x{entry['offset']:02X}", f"`{entry['name']}`", "", entry["access"].replace("_", " "),
                     entry["text"] + (f" Only with the knob `{entry['needs']}`." if "needs" in entry else "")))
        rows += [("", "", f"`{bits['name']}` [{bit_range(bits['lsb'], bits['width'])}]", "", bits["text"])
                 for bits in entry.get("fields", [])]
    return ["## Registers", "", "AXI4-Lite, 32 bits each, byte offsets. A hard reset (`rst_ni`) "
            "clears all but `program_address`, `program_length` and the windows, which are unknown until written.", "",
            *table(("offset", "register", "bits", "access", "meaning"), rows)]


def counters(description):
    base = counter_base(description)
    return ["## Counters", "", "Read only, 32 bits, cleared by a start and by a soft reset.", "",
            *table(("offset", "counter", "counts"),
                   [(f"0x{base + 4 * index:02X}", f"`{entry['name']}`", entry["text"])
                    for index, entry in enumerate(description["counter"])])]


def errors(description):
    return ["## Errors", "", *table(("code", "error", "meaning"), [(entry["code"], f"`{entry['name']}`", entry["text"])
                                                               for entry in description["error"]])]


def needs(entry):
    if "needs" not in entry:
        return ""
    knobs = " or ".join(f"`{knob}`" for knob in entry["needs"])
    return knobs + (f", else {entry['without']} bits" if "without" in entry else "")


def field_table(fields):
    rows = []
    for name, entry in fields.items():
        text = entry["text"]
        if entry.get("values"):
            text += " " + ", ".join(f"{code} {value}" for code, value in enumerate(entry["values"])) + "."
        rows.append((entry["word"], bit_range(entry["lsb"], entry["width"]), f"`{name}`",
                     "signed" if entry.get("signed") else "",
                     entry.get("family", ""),
                     f"`{entry['kept']}`" + (", wraps" if entry.get("wraps") else "") if "kept" in entry else "",
                     needs(entry), text))
    return table(("word", "bits", "field", "", "family", "kept", "needs", "meaning"), rows)


def commands(description):
    words, tokens = description["command"]["words"], description["command"]["token_bits"]
    lines = ["## Commands", "",
             f"A command is {words} words of 32 bits at a multiple of {words * 4} bytes. Bits of no field are zero. "
             f"The six token counters have {tokens} bits each. kept: the knob that says how many of a field's low bits "
             f"a machine keeps; the bits above are zero or, where it wraps, ignored. needs: on a machine whose knobs "
             f"of these names are 0 the field is zero, or keeps only the low bits that the table says. family: the "
             f"machines that know the field, those with formats of integers or those with one of real numbers; to the "
             f"others its bits belong to no field.", "", "### Every command", "",
             *field_table(description["fields"]["common"])]
    for entry in description["opcode"]:
        first, second = peers(description, entry)
        lines += ["", f"### {entry['name'].upper()} (opcode {entry['code']})", "", entry["text"], "", "```",
                  *entry["loop"].strip("\n").split("\n"), "```", "",
                  f"Bit 0 of `wait` and `signal` names the queue {first}, bit 1 {second}.", "",
                  *field_table(description["fields"][entry["name"]])]
    return lines


def parameter(description):
    return ["## Parameters of one output column", "", "64 bits in the parameter buffer.", "",
            *field_table(description["fields"]["parameter"])]


def formats(description):
    rows = [(entry["code"], f"`{entry['name']}`", entry["activation_bits"], entry["weight_bits"], entry["held_bits"],
             entry["channels"], entry["value_bits"], entry["scale_bits"], entry["scale_vector"],
             "yes" if entry["multiplies"] else "no", entry["text"]) for entry in description["format"]]
    return ["## Number formats", "", *table(("code", "format", "activation bits", "weight bits", "held bits",
                                             "channels a lane", "bits of a lane's value", "scale bits",
                                             "channels a scale", "multiplies", "f(a, w)"), rows)]


def elements_section(description):
    rows = [(entry["code"], f"`{entry['name']}`", elements.bits(entry), entry["exponent_bits"], entry["mantissa_bits"],
             entry["bias"], f"{entry['maximum']:#04x}", entry["specials"], entry["text"])
            for entry in description["element"]]
    block = description["microscaling"]
    return ["## Element formats", "",
            f"{block['block']} elements share a scale; a scale code s stands for 2^(s - {block['scale_bias']}), "
            f"{block['scale_nan']} for NaN. See [microscaling](microscaling.md).", "",
            *table(("code", "element", "bits", "exponent bits", "mantissa bits", "bias", "code of the maximum",
                    "specials", "what"), rows)]


def real_section(description):
    rows = [(entry["code"], f"`{entry['name']}`", entry["channels"], entry["text"])
            for entry in description["real_format"]]
    scalars = [(entry["code"], f"`{entry['name']}`", entry["bits"], entry["text"]) for entry in description["scalar"]]
    return ["## Formats of real numbers", "", "Accumulators are float32. See [microscaling](microscaling.md).", "",
            *table(("code", "format", "channels a slot", "what"), rows), "",
            "`element_output` is the code of an element format or one of these:", "",
            *table(("code", "output", "bits", "what"), scalars)]


def machines(description):
    entries = description["machine"]
    rows = [("identity", *(f"0x{identity(description, entry):08X}" for entry in entries), "See the register."),
            ("formats", *(", ".join(entry["formats"]) for entry in entries), "Number formats it was built with.")]
    rows += [(f"`{name}`", *(", ".join(entry.get(name, [])) for entry in entries), f"Of `mx` and `pam`, by {kind}.")
             for name, kind in real.LISTS.items()]
    rows += [(f"`{knob}`", *(entry[knob] for entry in entries), limits["text"])
             for knob, limits in description["knob"].items()]
    derived = [sizes(entry, description) for entry in entries]
    for name in ("activation", "weight", "parameter", "output", "palette", "table"):
        rows.append((f"{name} word", *(size[name] or "" for size in derived), "Bytes."))
    for number_format in description["format"] + description["real_format"]:
        name = number_format["name"]
        rows.append((f"{name} products", *(size["products"].get(name, "") for size in derived), "A cycle, at most."))
    return ["## Machines", "", *(f"* `{entry['name']}`: {entry['text']}" for entry in entries), "",
            *table(("knob", *(f"`{entry['name']}`" for entry in entries), "meaning"), rows)]
