"""The lines of the pack: operands, results, separated by blanks; the file is named by the verb. See README.md."""

# Verb -> operands, results. Kinds: element, rule (names); scale, code (2 hexadecimal digits); half, float (4, 8);
# codes, floats (1 to 32 codes, floats without blanks between).
VERBS = {
    "decode": (("element", "code"), ("float",)),
    "encode": (("element", "float"), ("code",)),
    "scale": (("element", "rule", "float"), ("scale",)),
    "convert": (("element", "rule", "floats"), ("scale", "codes")),
    "dequantize": (("element", "scale", "code"), ("float",)),
    "dot": (("element", "element", "scale", "scale", "codes", "codes", "float"), ("float",)),
    "finish": (("float", "float", "float", "float"), ("float",)),
    "bfloat16": (("float",), ("half",)),
    "pam": (("half", "half"), ("half",)),
    "pam_sum": (("float", "half", "half"), ("float",)),
}
DIGITS = {"scale": 2, "code": 2, "half": 4, "float": 8}


def parse(kind, word):
    if kind in ("element", "rule"):
        return word
    if kind in ("codes", "floats"):
        digits = DIGITS[kind[:-1]]
        return [int(word[i:i + digits], 16) for i in range(0, len(word), digits)]
    return int(word, 16)


def show(kind, value):
    if kind in ("element", "rule"):
        return value
    if kind in ("codes", "floats"):
        return "".join(show(kind[:-1], entry) for entry in value)
    return f"{value:0{DIGITS[kind]}X}"


def answer(implementation, verb, operands):
    """The results of a verb as the implementation gives them, a tuple."""
    result = getattr(implementation, verb)(*operands)
    return result if isinstance(result, tuple) else (result,)


def write(implementation, verb, operands):
    """A whole line."""
    takes, gives = VERBS[verb]
    words = [show(kind, value) for kind, value in zip(takes, operands)]
    words += [show(kind, value) for kind, value in zip(gives, answer(implementation, verb, operands))]
    return " ".join(words)


def read(verb, text):
    """Operands and results of every line that is not a comment."""
    takes, gives = VERBS[verb]
    for line in text.split("\n"):
        if line and not line.startswith("#"):
            values = [parse(kind, word) for kind, word in zip((*takes, *gives), line.split(" "), strict=True)]
            yield values[:len(takes)], tuple(values[len(takes):])


def failures(implementation, verb, text):
    """Lines on which the implementation differs: operands, results wanted, results given."""
    for operands, wanted in read(verb, text):
        given = answer(implementation, verb, operands)
        if given != wanted:
            yield operands, wanted, given
