"""Reads rtl/spec/napier.toml and checks it. Every fault is one sentence in DescriptionError.faults."""

import difflib
import json
import re
import tomllib
import zlib

import elements
import machines
import real
import serial
from naming import family_fields

REGISTER_BYTES = 4
REGISTER_SPACE = 256  # registers and counters stand in the first 256 bytes
OPERATIONS = ("product", "distance", "match")  # a*w; -abs(a-w); products of one-bit channels
MOST_NEEDS = 2  # knobs of which a field needs one
ACCESS = ("read", "write", "read_write", "write_one_to_clear")

# Keys of each kind of entry: name -> (type, required).
FIELD_KEYS = {"word": (int, True), "lsb": (int, True), "width": (int, True), "signed": (bool, False),
              "values": (list, False), "kept": (str, False), "wraps": (bool, False), "needs": (list, False),
              "without": (int, False), "family": (str, False), "text": (str, True)}
BIT_KEYS = {"name": (str, True), "lsb": (int, True), "width": (int, True), "text": (str, True)}
ENTRY_KEYS = {
    "register": {"name": (str, True), "offset": (int, True), "access": (str, True), "fields": (list, False),
                 "needs": (str, False), "text": (str, True)},
    "counter": {"name": (str, True), "text": (str, True)},
    "error": {"name": (str, True), "code": (int, True), "text": (str, True)},
    "opcode": {"name": (str, True), "code": (int, True), "text": (str, True), "loop": (str, True)},
    "format": {"name": (str, True), "code": (int, True), "activation_bits": (int, True), "weight_bits": (int, True),
               "held_bits": (int, True), "channels": (int, True), "value_bits": (int, True), "scale_bits": (int, True),
               "scale_vector": (int, True), "operation": (str, True), "multiplies": (bool, True), "text": (str, True)},
    "element": elements.KEYS,
    "real_format": real.KEYS,
    "scalar": real.SCALAR_KEYS,
    "knob": {"least": (int, True), "most": (int, True), "text": (str, True)},
}
TABLE_KEYS = {"identity": {"version": (int, True)}, "command": {"words": (int, True), "token_bits": (int, True)},
              "microscaling": elements.TABLE_KEYS, "serial": serial.TABLE_KEYS,
              "activation_table": {"entries": (int, True), "word_entries": (int, True)}}
LISTS = ("register", "counter", "error", "opcode", "format", "element", "real_format", "scalar", "machine")
SECTIONS = (*TABLE_KEYS, "fields", "knob", *LISTS)


class DescriptionError(Exception):
    def __init__(self, faults):
        super().__init__("\n".join(faults))
        self.faults = faults


class Checker:
    """Collects faults, so that one run names them all."""

    def __init__(self):
        self.faults = []

    def fault(self, sentence):
        self.faults.append(sentence)

    def keys(self, where, table, known):
        """Checks that table has only known keys of the right type and all the required ones."""
        for key, value in table.items():
            if key not in known:
                near = difflib.get_close_matches(key, known, 1)
                hint = f"did you mean '{near[0]}'?" if near else f"use one of {', '.join(known)}."
                self.fault(f"{where} has the unknown key '{key}'; {hint}")
            elif type(value) is not known[key][0]:
                self.fault(f"{where}: '{key}' is {value!r}; write a value of type {known[key][0].__name__}.")
        for key, (_, required) in known.items():
            if required and key not in table:
                self.fault(f"{where} lacks the key '{key}'; add it.")

    def unique(self, kind, entries, key):
        seen = {}
        for entry in entries:
            value = entry.get(key)
            if value in seen:
                self.fault(f"{kind} '{entry.get('name')}' repeats the {key} {value} of '{seen[value]}'; "
                           f"give it its own.")
            seen[value] = entry.get("name")

    def name(self, where, name, pattern="[a-z][a-z0-9]*(_[a-z0-9]+)*"):
        if not re.fullmatch(pattern, name):
            self.fault(f"{where}: the name '{name}' is not in lower case with single underscores; rename it.")

    def bits(self, where, fields, words, signed_ok=True):
        """Checks that (name, field) pairs lie in their words and do not overlap."""
        owner = {}
        for name, field in fields:
            word, lsb, width = field.get("word", 0), field["lsb"], field["width"]
            if not (0 <= word < words and lsb >= 0 and width >= 1 and lsb + width <= 32):
                self.fault(f"{where} field '{name}' does not fit in 32-bit words 0 to {words - 1}; move it.")
                continue
            clash = {owner[word, bit] for bit in range(lsb, lsb + width) if (word, bit) in owner}
            for other in sorted(clash):
                self.fault(f"{where} field '{name}' overlaps '{other}' in word {word}; move one of them.")
            owner.update({(word, bit): name for bit in range(lsb, lsb + width)})
            if len(field.get("values", [])) > 1 << width:
                self.fault(f"{where} field '{name}' names more values than {width} bits hold; widen it.")


def load(path):
    """The checked description as a dictionary; throws DescriptionError."""
    with open(path, "rb") as file:
        try:
            description = tomllib.load(file)
        except tomllib.TOMLDecodeError as error:
            raise DescriptionError([f"{path} is not TOML: {error}."]) from error
    expand_machines(description)
    check(description)
    return description


def expand_machines(description):
    """Gives every machine with a base the keys it does not state from the machine that base names, and drops base."""
    named = {machine.get("name"): machine for machine in description.get("machine", [])}
    faults = []
    for machine in list(named.values()):
        if "base" not in machine:
            continue
        base = named.get(machine["base"])
        if base is None or "base" in base:
            faults.append(f"Machine '{machine.get('name')}' has the base '{machine['base']}'; "
                          f"name a machine that states every knob.")
            continue
        for key, value in base.items():
            if key not in ("name", "text"):
                machine.setdefault(key, value)
    if faults:
        raise DescriptionError(faults)
    for machine in named.values():
        machine.pop("base", None)


def check(description):
    checker = Checker()
    checker.keys("The description", description,
                 {section: (list if section in LISTS else dict, True) for section in SECTIONS})
    stop(checker)
    check_entries(checker, description)
    stop(checker)
    check_fields(checker, description)
    stop(checker)
    check_codes(checker, description)
    stop(checker)
    elements.check(checker, description)
    stop(checker)
    checker.unique("Output", description["element"] + description["scalar"], "code")
    for machine in description["machine"]:
        machines.check(checker, machine, description)
    stop(checker)


def stop(checker):
    if checker.faults:
        raise DescriptionError(checker.faults)


def check_entries(checker, description):
    for section, known in TABLE_KEYS.items():
        checker.keys(f"Table '{section}'", description[section], known)
    for knob, limits in description["knob"].items():
        checker.name("Knob", knob)
        checker.keys(f"Knob '{knob}'", limits, ENTRY_KEYS["knob"])
    known = dict(ENTRY_KEYS)
    known["machine"] = {"name": (str, True), "text": (str, True), "formats": (list, True),
                        **{name: (list, False) for name in real.LISTS},
                        **{knob: (int, True) for knob in description["knob"]}}
    for section in LISTS:
        for entry in description[section]:
            label = f"{section.capitalize()} '{entry.get('name', '?')}'"
            checker.keys(label, entry, known[section])
            for bits in entry.get("fields", []):
                checker.keys(f"{label} field '{bits.get('name', '?')}'", bits, BIT_KEYS)
            if "name" in entry:
                hyphens = "[a-z][a-z0-9]*([_-][a-z0-9]+)*"
                checker.name(label, entry["name"], *([hyphens] if section == "machine" else []))
        checker.unique(section.capitalize(), description[section], "name")


def check_fields(checker, description):
    groups = {"common", "parameter", *(opcode["name"] for opcode in description["opcode"])}
    checker.keys("Table 'fields'", description["fields"], {group: (dict, True) for group in sorted(groups)})
    stop(checker)
    for group, fields in description["fields"].items():
        for name, field in fields.items():
            checker.name(f"Fields of '{group}'", name)
            checker.keys(f"Field '{group}.{name}'", field, FIELD_KEYS)
            for knob in (field.get("kept", "address_bits"), *field.get("needs", [])):
                if knob not in description["knob"]:
                    checker.fault(f"Field '{group}.{name}' names the unknown knob '{knob}'; use one of "
                                  f"{', '.join(description['knob'])}.")
            if len(field.get("needs", [])) > MOST_NEEDS:
                checker.fault(f"Field '{group}.{name}' needs {len(field['needs'])} knobs; name {MOST_NEEDS} at most.")
            if field.get("family", "real") not in real.FAMILIES:
                checker.fault(f"Field '{group}.{name}' has the unknown family '{field['family']}'; use one of "
                              f"{', '.join(real.FAMILIES)}.")
    stop(checker)
    words = description["command"]["words"]
    common = list(description["fields"]["common"].items())
    for opcode in description["opcode"]:
        for family in real.FAMILIES:
            specific = list(family_fields(description["fields"][opcode["name"]], family).items())
            checker.bits(f"Command '{opcode['name']}':", common + specific, words)
    checker.bits("Parameter:", list(description["fields"]["parameter"].items()), 2)
    for register in description["register"]:
        pairs = [(bits["name"], bits) for bits in register.get("fields", [])]
        checker.bits(f"Register '{register['name']}':", pairs, 1)


def check_codes(checker, description):
    checker.unique("Register", description["register"], "offset")
    for section in ("error", "opcode", "format", "element"):
        checker.unique(section.capitalize(), description[section], "code")
    checker.unique("Format", description["format"] + description["real_format"], "code")
    for register in description["register"]:
        if register["access"] not in ACCESS:
            checker.fault(f"Register '{register['name']}' has the unknown access '{register['access']}'; "
                          f"use one of {', '.join(ACCESS)}.")
        if register.get("needs", "address_bits") not in description["knob"]:
            checker.fault(f"Register '{register['name']}' needs the unknown knob '{register['needs']}'; use one of "
                          f"{', '.join(description['knob'])}.")
        if "needs" in register and register["offset"] < counters_end(description):
            checker.fault(f"Register '{register['name']}' needs a knob and is at offset {register['offset']:#x}; put "
                          f"it behind the counters, which end at {counters_end(description):#x}.")
        if register["offset"] % REGISTER_BYTES:
            checker.fault(f"Register '{register['name']}' is at offset {register['offset']:#x}; "
                          f"use a multiple of {REGISTER_BYTES}.")
    for entry in description["format"]:
        if entry["operation"] not in OPERATIONS:
            checker.fault(f"Format '{entry['name']}' has the unknown operation '{entry['operation']}'; "
                          f"use one of {', '.join(OPERATIONS)}.")
        if entry["held_bits"] not in (entry["weight_bits"], 8):
            checker.fault(f"Format '{entry['name']}' has {entry['held_bits']} held_bits; use its weight_bits, or 8 for "
                          f"the entries of a table.")
        is_table = entry["held_bits"] != entry["weight_bits"]
        if not 0 <= entry["scale_bits"] <= 8 or (entry["scale_bits"] > 0 and is_table):
            checker.fault(f"Format '{entry['name']}' has {entry['scale_bits']} scale_bits; use 0 to 8, and 0 with a "
                          f"table.")
        if (entry["scale_bits"] > 0) != (entry["scale_vector"] > 0) or not 0 <= entry["scale_vector"] < 256:
            checker.fault(f"Format '{entry['name']}' has {entry['scale_bits']} scale_bits and a scale_vector of "
                          f"{entry['scale_vector']}; use 1 to 255 channels with scale_bits, and 0 without.")
    end = max(counters_end(description), *(entry["offset"] + REGISTER_BYTES for entry in description["register"]))
    if end > REGISTER_SPACE:
        checker.fault(f"Registers and counters end at {end:#x}; keep them below {REGISTER_SPACE:#x}.")
    for section, width in (("opcode", description["fields"]["common"]["opcode"]["width"]),
                           ("format", description["fields"]["exec"]["format"]["width"])):
        for entry in description[section]:
            if not 0 <= entry["code"] < 1 << width:
                checker.fault(f"{section.capitalize()} '{entry['name']}' has code {entry['code']}; "
                              f"use one of 0 to {(1 << width) - 1}.")
    if description["error"][0]["name"] != "none" or description["error"][0]["code"] != 0:
        checker.fault("The first error is not 'none' with code 0; put it first.")


def counter_base(description):
    """Byte offset of the first counter: after the last register that every machine has."""
    return max(register["offset"] for register in description["register"] if "needs" not in register) + REGISTER_BYTES


def counters_end(description):
    """Byte offset behind the last counter."""
    return counter_base(description) + REGISTER_BYTES * len(description["counter"])


def identity(description, machine):
    """CRC-32 of the description's numbers and names and one machine's knobs; texts and the serial line do not count."""
    def bare(value):
        if isinstance(value, dict):
            return {key: bare(inner) for key, inner in value.items() if key not in ("text", "loop")}
        return [bare(inner) for inner in value] if isinstance(value, list) else value

    core = {key: bare(value) for key, value in description.items() if key not in ("machine", "knob", "serial")}
    core["machine"] = {key: value for key, value in bare(machine).items() if key != "name"}
    return zlib.crc32(json.dumps(core, sort_keys=True, separators=(",", ":")).encode())
