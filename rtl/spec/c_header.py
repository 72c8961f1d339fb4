"""Writes the description as a header for firmware in C99: macros alone, nothing to link with."""

from description import counter_base, identity
from naming import BANNER, snake

GUARD = "NAPIER_REGISTERS_H"


def header(description):
    lines = [f"/* {BANNER} */", "/* Registers, commands, codes and machines of Napier: docs/registers.md. */",
             f"#ifndef {GUARD}", f"#define {GUARD}"]
    for section in (registers, counters, errors, commands, parameters, formats, machines):
        lines += ["", *section(description)]
    return "\n".join([*lines, "", f"#endif /* {GUARD} */", ""])


def define(*words, value):
    return f"#define NAPIER_{'_'.join(snake(word).upper() for word in words)} {value}"


def registers(description):
    lines = ["/* Registers: byte offsets; a field's mask in its register. */"]
    for entry in description["register"]:
        lines.append(define("register", entry["name"], value=f"0x{entry['offset']:02X}u"))
        for field in entry.get("fields", []):
            mask = (1 << field["width"]) - 1 << field["lsb"]
            lines.append(define(entry["name"], field["name"], value=f"0x{mask:X}u"))
    return lines


def counters(description):
    base = counter_base(description)
    return ["/* Counters: byte offsets. */",
            *(define("counter", entry["name"], value=f"0x{base + 4 * index:02X}u")
              for index, entry in enumerate(description["counter"]))]


def errors(description):
    return ["/* Codes of the register error_code. */",
            *(define("error", entry["name"], value=f"{entry['code']}u") for entry in description["error"])]


def commands(description):
    lines = ["/* Commands: words of 32 bits; a field's word, its lowest bit there, and its bits. */",
             define("command_words", value=description["command"]["words"])]
    for entry in description["opcode"]:
        lines.append(define("opcode", entry["name"], value=f"{entry['code']}u"))
    for group in ("common", *(entry["name"] for entry in description["opcode"])):
        lines += fields("command" if group == "common" else group, description["fields"][group])
    return lines


def fields(group, entries):
    lines = []
    for name, entry in entries.items():
        lines += [define(group, name, "word", value=entry["word"]), define(group, name, "lsb", value=entry["lsb"]),
                  define(group, name, "bits", value=entry["width"])]
        lines += [define(group, name, value, value=f"{code}u") for code, value in enumerate(entry.get("values", []))]
    return lines


def parameters(description):
    return ["/* The parameter of an output column: two words. */",
            *fields("parameter", description["fields"]["parameter"])]


def formats(description):
    return ["/* Codes of number formats and of elements of microscaling. */",
            *(define("format", entry["name"], value=f"{entry['code']}u")
              for entry in description["format"] + description["real_format"]),
            *(define("element", entry["name"], value=f"{entry['code']}u") for entry in description["element"])]


def machines(description):
    return ["/* The registers version and identity of each machine. */",
            define("version", value=f"{description['identity']['version']}u"),
            *(define("identity", machine["name"], value=f"0x{identity(description, machine):08X}u")
              for machine in description["machine"])]
