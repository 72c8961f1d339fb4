"""Writes the C++ header of the description."""

import textwrap

import elements
import real
from description import OPERATIONS, counter_base, identity
from naming import BANNER, camel, code_bits, format_mask

STRUCTS = f"""
// How an activation and a weight become a term of the sum: see docs/numerics.md.
enum class Operation : uint8_t {{ {', '.join(OPERATIONS)} }};
""" + """
struct Machine;

// The machines that know a field: those with formats of integers or those with one of real numbers.
enum class Family { both, integer, real };

// One field of a command or of a column's parameters: bits [lsb, lsb + width) of 32-bit word `word`.
struct Field {
    int word, lsb, width;
    bool is_signed;
    int Machine::*kept;  // how many of its low bits a machine keeps; null: all
    bool wraps;          // the bits above those are ignored; else they are zero
    // A machine on which these are all 0 keeps only `without` of the low bits; without one all have the field.
    std::array<int Machine::*, 2> needs;
    int without;
    Family family;
    const char* name;
    const char* text;
};

struct RegisterBits {
    int lsb, width;
    const char* name;
    const char* text;
};

struct Register {
    uint32_t offset;
    const char* access;
    std::span<const RegisterBits> bits;
    const char* name;
    const char* text;
};

struct CounterRegister {
    uint32_t offset;
    const char* name;
    const char* text;
};

struct Command {
    uint32_t opcode;
    std::span<const Field> fields;       // without the common ones
    std::array<const char*, 2> peers;    // the queues that bits 0 and 1 of wait and signal name
    const char* name;
    const char* text;
    const char* loop;
};

struct Format {
    int code;
    int activation_bits, weight_bits;  // of a lane
    int held_bits;                     // of a lane's weight in a PE; more than weight_bits: a code is a table's index
    int channels;                      // of the layer in a lane
    int value_bits;
    int scale_bits;                    // of the integer scale of a column's sum over a pass; 0: there is none
    int scale_vector;                  // channels that share such a scale
    Operation operation;
    bool multiplies;
    const char* name;
    const char* text;
};
"""


def quoted(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def braced(start, names, end):
    """start names... end, wrapped to the width of a line."""
    return textwrap.wrap(f"{start}{', '.join(names)}{end}", 110, subsequent_indent="    ", break_long_words=False)


def header(description):
    lines = [f"// {BANNER}", "// Registers, commands, number formats, error codes and machines of Napier.",
             "#pragma once", "", "#include <array>", "#include <cstdint>", "#include <span>", "",
             "namespace napier::spec {", STRUCTS]
    for part in (registers, counters, errors, knobs, commands, parameter, activation_table, formats, elements.cpp,
                 real.cpp, machines):
        lines += [*part(description), ""]
    return "\n".join([*lines, "}  // namespace napier::spec", ""])


def knobs_header(description):
    """A table of the knobs of a machine, apart from the other header: few need it, and it names every member."""
    lines = [f"// {BANNER}", "// The knobs of a machine, in the order of the description.", "#pragma once", "",
             '#include "sw/spec/spec.hpp"', "", "namespace napier::spec {", "", "struct Knob {",
             "    int Machine::*value;", "    int least, most;", "    const char* name;", "    const char* text;", "};",
             "inline constexpr Knob knobs[] = {"]
    for knob, limits in description["knob"].items():
        lines += [f"    {{&Machine::{knob}, {limits['least']}, {limits['most']}, {quoted(knob)},",
                  f"     {quoted(limits['text'])}}},"]
    return "\n".join([*lines, "};", "", "}  // namespace napier::spec", ""])


def registers(description):
    entries = description["register"]
    lines = [f"inline constexpr uint32_t version = {description['identity']['version']};", ""]
    for entry in entries:
        lines.append(f"inline constexpr uint32_t reg_{entry['name']} = {entry['offset']:#04x};")
    for entry in entries:
        lines += [f"inline constexpr uint32_t {entry['name']}_{bits['name']}_bit = {bits['lsb']};"
                  for bits in entry.get("fields", []) if bits["width"] == 1]
    for entry in entries:
        if entry.get("fields"):
            lines.append(f"inline constexpr RegisterBits {entry['name']}_bits[] = {{")
            lines += [f"    {{{bits['lsb']}, {bits['width']}, {quoted(bits['name'])}, {quoted(bits['text'])}}},"
                      for bits in entry["fields"]]
            lines.append("};")
    lines.append("inline constexpr Register registers[] = {")
    for entry in entries:
        bits = f"{entry['name']}_bits" if entry.get("fields") else "{}"
        lines += [f"    {{{entry['offset']:#04x}, {quoted(entry['access'])}, {bits}, {quoted(entry['name'])},",
                  f"     {quoted(entry['text'])}}},"]
    return [*lines, "};"]


def counters(description):
    base, entries = counter_base(description), description["counter"]
    lines = [f"inline constexpr uint32_t reg_counters = {base:#04x};",
             f"inline constexpr int counter_count = {len(entries)};",
             "// Index of each counter; its register stands at reg_counters + 4*index.",
             *braced("enum Counter : int { ", [f"counter_{entry['name']}" for entry in entries], " };"),
             "inline constexpr CounterRegister counters[counter_count] = {"]
    lines += [f"    {{{base + 4 * index:#04x}, {quoted(entry['name'])}, {quoted(entry['text'])}}},"
              for index, entry in enumerate(entries)]
    return [*lines, "};"]


def errors(description):
    entries = description["error"]
    lines = [f"inline constexpr int error_code_bits = {code_bits(entries)};", "enum class ErrorCode : uint32_t {"]
    lines += [f"    {entry['name']} = {entry['code']}," for entry in entries]
    lines += ["};", "struct ErrorText {", "    ErrorCode code;", "    const char* name;", "    const char* text;", "};",
              "inline constexpr ErrorText errors[] = {"]
    lines += [f"    {{ErrorCode::{entry['name']}, {quoted(entry['name'])}, {quoted(entry['text'])}}},"
              for entry in entries]
    return [*lines, "};"]


def field_group(name, fields):
    lines = [f"namespace {name} {{"]
    for key, entry in fields.items():
        signed = "true" if entry.get("signed") else "false"
        kept = f"&Machine::{entry['kept']}" if "kept" in entry else "nullptr"
        wraps = "true" if entry.get("wraps") else "false"
        needs = ", ".join(f"&Machine::{knob}" for knob in entry.get("needs", [])) or "nullptr"
        family = entry.get("family", "both")
        lines += [f"inline constexpr Field {key}{{{entry['word']}, {entry['lsb']}, {entry['width']}, {signed}, "
                  f"{kept}, {wraps}, {{{needs}}}, {entry.get('without', 0)}, Family::{family}, "
                  f"{quoted(key)},", f"    {quoted(entry['text'])}}};"]
        if entry.get("values"):
            values = ", ".join(f"{value} = {code}" for code, value in enumerate(entry["values"]))
            lines.append(f"enum class {camel(key)} : uint32_t {{ {values} }};")
            names = ", ".join(quoted(value) for value in entry["values"])
            lines.append(f"inline constexpr const char* {key}_names[] = {{{names}}};")
    return [*lines, *braced("inline constexpr Field fields[] = {", fields, "};"), f"}}  // namespace {name}"]


def commands(description):
    entries = description["opcode"]
    lines = [f"inline constexpr int command_words = {description['command']['words']};",
             "inline constexpr int command_bytes = 4 * command_words;",
             f"inline constexpr int token_bits = {description['command']['token_bits']};",
             "inline constexpr uint32_t token_max = (1u << token_bits) - 1;",
             "enum class Opcode : uint32_t { "
             + ", ".join(f"{entry['name']} = {entry['code']}" for entry in entries) + " };"]
    lines += field_group("common", description["fields"]["common"])
    for entry in entries:
        lines += field_group(entry["name"], description["fields"][entry["name"]])
    lines.append("// Bit of wait and signal in a command of the first queue that names the second.")
    names = [entry["name"] for entry in entries]
    for name in names:
        for bit, peer in enumerate(other for other in names if other != name):
            lines.append(f"inline constexpr uint32_t {name}_peer_{peer}_bit = {bit};")
    lines.append("inline constexpr Command commands[] = {")
    for entry in entries:
        peers = ", ".join(quoted(other) for other in names if other != entry["name"])
        lines += [f"    {{{entry['code']}, {entry['name']}::fields, {{{peers}}}, {quoted(entry['name'])},",
                  f"     {quoted(entry['text'])},"]
        loop = entry["loop"].rstrip("\n").split("\n")
        lines += [f"     {quoted(line + chr(10))}" for line in loop[:-1]] + [f"     {quoted(loop[-1])}}},"]
    return [*lines, "};"]


def parameter(description):
    return ["inline constexpr int parameter_bytes = 8;",
            *field_group("parameter", description["fields"]["parameter"])]


def activation_table(description):
    return [f"inline constexpr int activation_table_{name} = {value};"
            for name, value in description["activation_table"].items()]


def formats(description):
    entries = description["format"]
    lines = [f"inline constexpr int format_{entry['name']} = {entry['code']};" for entry in entries]
    lines.append("inline constexpr Format formats[] = {")
    for entry in entries:
        multiplies = "true" if entry["multiplies"] else "false"
        numbers = ", ".join(str(entry[key]) for key in ("code", "activation_bits", "weight_bits", "held_bits",
                                                        "channels", "value_bits", "scale_bits", "scale_vector"))
        lines += [f"    {{{numbers}, Operation::{entry['operation']}, {multiplies}, {quoted(entry['name'])},",
                  f"     {quoted(entry['text'])}}},"]
    return [*lines, "};"]


def knobs(description):
    lines = ["struct Machine {", "    const char* name;", "    const char* text;", "    uint32_t identity;",
             "    uint32_t formats;  // bit mask by format code",
             "    uint32_t elements_a, elements_b;  // of activations and weights: masks by element code",
             "    uint32_t outputs;                 // mask by code of element or scalar"]
    lines += [f"    int {knob};  // {limits['text']}" for knob, limits in description["knob"].items()]
    return [*lines, "};"]


def machines(description):
    lines = ["inline constexpr Machine machines[] = {"]
    for machine in description["machine"]:
        lines += [f"    {{.name = {quoted(machine['name'])},", f"     .text = {quoted(machine['text'])},",
                  f"     .identity = {identity(description, machine):#010x},",
                  f"     .formats = {format_mask(machine, description):#x},"]
        lines += [f"     .{name} = {mask:#x}," for name, mask in real.masks(machine, description).items()]
        knobs = [f"     .{knob} = {machine[knob]}" for knob in description["knob"]]
        lines += [",\n".join(knobs) + "},"]
    return [*lines, "};"]
