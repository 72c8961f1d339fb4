"""Writes the registers as SystemRDL 2.0, for tools that make documents, headers or IP-XACT of it."""

from description import counter_base
from naming import BANNER

# access of a register -> SystemRDL properties of its fields.
ACCESS = {
    "read": "sw = r; hw = w;",
    "write": "sw = w; hw = r; singlepulse;",
    "read_write": "sw = rw; hw = r;",
    "write_one_to_clear": "sw = rw; onwrite = woclr; hw = rw;",
}
# Words of the language that are names of ours; a backslash makes them names.
RESERVED = ("reset",)
REGISTER_BITS = 32


def document(description):
    lines = [f"// {BANNER}", "// AXI4-Lite, little endian; byte offsets. What a program is: docs/registers.md.", "",
             "addrmap napier {", '  name = "Napier";', f"  default regwidth = {REGISTER_BITS};",
             "  default accesswidth = 32;"]
    for entry in description["register"]:
        lines += register(entry["name"], entry["offset"], entry["access"], text_of(entry), entry.get("fields", []))
    for index, entry in enumerate(description["counter"]):
        lines += register(f"counter_{entry['name']}", counter_base(description) + 4 * index, "read", entry["text"], [])
    return "\n".join([*lines, "};", ""])


def text_of(entry):
    return entry["text"] + (f" Only with the knob {entry['needs']}." if "needs" in entry else "")


def identifier(name):
    return f"\\{name}" if name in RESERVED else name


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def register(name, offset, access, text, fields):
    """A register without fields is one field, `value`. What the machine alone writes has no reset value here."""
    lines = ["  reg {", f"    desc = {quoted(text)};"]
    reset = "" if access == "read" else " = 0"
    for field in fields or [{"name": "value", "lsb": 0, "width": REGISTER_BITS}]:
        most = field["lsb"] + field["width"] - 1
        lines.append(f"    field {{ {ACCESS[access]} }} {identifier(field['name'])}[{most}:{field['lsb']}]{reset};")
        if "text" in field:
            lines.append(f"    {identifier(field['name'])}->desc = {quoted(field['text'])};")
    return [*lines, f"  }} {identifier(name)} @ {offset:#04x};"]
