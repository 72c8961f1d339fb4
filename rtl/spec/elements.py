"""Microscaling element formats: checks their entries in the description and writes them."""

import json

from naming import camel, code_bits

KEYS = {"name": (str, True), "code": (int, True), "exponent_bits": (int, True), "mantissa_bits": (int, True),
        "bias": (int, True), "maximum": (int, True), "specials": (str, True), "text": (str, True)}
TABLE_KEYS = {"block": (int, True), "scale_bias": (int, True), "scale_nan": (int, True)}
SPECIALS = ("none", "nan", "infinity")
NUMBERS = ("exponent_bits", "mantissa_bits", "bias", "maximum")
MOST_BITS = 8
TABLE_BITS = 8

CPP_HEAD = """\
// Elements that share a scale; a scale code s stands for 2^(s - scale_bias), scale_nan for NaN.
inline constexpr int block_elements = {block};
inline constexpr int scale_bias = {scale_bias};
inline constexpr int scale_nan = {scale_nan};
// Codes above the greatest finite one: none; all NaN; the first infinity, the others NaN.
enum class Specials : int {{ none, nan, infinity }};
struct Element {{
    int code;
    int bits, exponent_bits, mantissa_bits;  // without exponent bits: two's complement
    int bias;
    int maximum;        // code of the greatest finite value
    int emax;           // its exponent: floor(log2(value))
    int step_exponent;  // the least positive value is 2^step_exponent
    Specials specials;
    const char* name;
    const char* text;
}};"""


def bits(element):
    return 1 + element["exponent_bits"] + element["mantissa_bits"]


def step_exponent(element):
    """Every value is an integer times 2 to this power."""
    return 1 - element["bias"] - element["mantissa_bits"]


def emax(element):
    """Exponent of the greatest finite value."""
    if element["exponent_bits"] == 0:
        return step_exponent(element) + element["maximum"].bit_length() - 1
    return (element["maximum"] >> element["mantissa_bits"]) - element["bias"]


def check(checker, description):
    for element in description["element"]:
        label = f"Element '{element['name']}'"
        if element["specials"] not in SPECIALS:
            checker.fault(f"{label} has the unknown specials '{element['specials']}'; "
                          f"use one of {', '.join(SPECIALS)}.")
        if element["exponent_bits"] < 0 or element["mantissa_bits"] < 1 or bits(element) > MOST_BITS:
            checker.fault(f"{label} has {bits(element)} bits; use 2 to {MOST_BITS}, at least 1 of the mantissa.")
            continue
        above = (1 << (bits(element) - 1)) - 1 - element["maximum"]
        if above < 0 or (above == 0) != (element["specials"] == "none"):
            checker.fault(f"{label} has the maximum {element['maximum']:#x} and the specials '{element['specials']}'; "
                          f"the codes above the maximum are the specials.")
    codes = sorted(element["code"] for element in description["element"])
    if codes != list(range(len(codes))):
        checker.fault(f"The elements have the codes {codes}; number them from 0 without gaps.")


def cpp(description):
    lines = CPP_HEAD.format(**description["microscaling"]).split("\n")
    entries = description["element"]
    lines += [f"inline constexpr int element_{entry['name']} = {entry['code']};" for entry in entries]
    lines += [f"inline constexpr int element_count = {len(entries)};", "inline constexpr Element elements[] = {"]
    for entry in entries:
        lines += [f"    {{{entry['code']}, {bits(entry)}, {entry['exponent_bits']}, {entry['mantissa_bits']}, "
                  f"{entry['bias']}, {entry['maximum']:#04x}, {emax(entry)}, {step_exponent(entry)}, "
                  f"Specials::{entry['specials']}, {json.dumps(entry['name'])},",
                  f"     {json.dumps(entry['text'])}}},"]
    return [*lines, "};"]


def verilog(description):
    block, entries = description["microscaling"], description["element"]
    width = code_bits(entries)
    lines = [f"  localparam int unsigned BlockElements = {block['block']};",
             f"  localparam int unsigned ScaleBits = {TABLE_BITS};",
             f"  localparam int unsigned ScaleBias = {block['scale_bias']};",
             f"  localparam logic [{TABLE_BITS - 1}:0] ScaleNan = {TABLE_BITS}'d{block['scale_nan']};",
             f"  localparam int unsigned ElementCodeBits = {width};",
             f"  localparam int unsigned ElementCount = {len(entries)};"]
    for entry in entries:
        name = f"Element{camel(entry['name'])}"
        lines += [f"  // {entry['name']}: {entry['text']}",
                  f"  localparam logic [{width - 1}:0] {name} = {width}'d{entry['code']};",
                  f"  localparam int unsigned {name}Index = {entry['code']};",
                  f"  localparam int unsigned {name}Bits = {bits(entry)};"]
        lines += [f"  localparam int unsigned {name}{camel(key)} = {entry[key]};" for key in NUMBERS]
        lines += [f"  localparam int {name}Emax = {emax(entry)};",
                  f"  localparam int {name}StepExponent = {step_exponent(entry)};"]
    return [*lines, "  // The same by code, 8 bits each; signed ones in two's complement.", *by_code(entries)]


def by_code(entries):
    """Flat vectors of 8-bit entries, the element of code 0 lowest; specials by their place in SPECIALS."""
    columns = {"Bits": bits, "ExponentBits": lambda entry: entry["exponent_bits"],
               "MantissaBits": lambda entry: entry["mantissa_bits"], "Bias": lambda entry: entry["bias"],
               "Maximum": lambda entry: entry["maximum"], "Emax": emax, "StepExponent": step_exponent,
               "Specials": lambda entry: SPECIALS.index(entry["specials"])}
    ordered = sorted(entries, key=lambda entry: -entry["code"])
    lines = []
    for name, value in columns.items():
        text = ", ".join(f"{TABLE_BITS}'d{value(entry) % (1 << TABLE_BITS)}" for entry in ordered)
        lines.append(f"  localparam logic [{len(entries) * TABLE_BITS - 1}:0] Elements{name} = {{{text}}};")
    return lines
