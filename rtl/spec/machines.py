"""The sizes that follow from a machine's knobs, and the limits the hardware puts on them (docs/architecture.md)."""

import real

LEAST = {"rows": 3, "activation_bits": 8}  # of an array of integers


def formats_of(machine, description):
    return [entry for entry in description["format"] if entry["name"] in machine["formats"]]


def room(machine, number_format):
    """Lanes of a PE that the format's operands have room for."""
    return min(machine["activation_bits"] // number_format["activation_bits"],
               machine["weight_bits"] // number_format["weight_bits"])


def lanes(machine, number_format):
    """Lanes of them that the format fills: of channels that share a scale no more than one vector."""
    vector = number_format["scale_vector"]
    most = max(1, vector // machine["rows"]) if vector else room(machine, number_format)
    return min(room(machine, number_format), most)


def is_indexed(number_format):
    """Whether a weight's code is an index into a table."""
    return number_format["held_bits"] != number_format["weight_bits"]


def palette_bytes(machine, number_format):
    """Bytes of a palette word that the format reads: its table, or a scale for each column; 0 without either."""
    table = (1 << number_format["weight_bits"]) * number_format["held_bits"] // 8 if is_indexed(number_format) else 0
    return machine["columns"] if number_format["scale_bits"] > 0 else table


def round_up(value, multiple):
    return -(-value // multiple) * multiple


def sizes(machine, description):
    """Derived sizes: lanes_max, the slots of an activation word; bytes of a word of each buffer; products a cycle by
    format."""
    if real.named(machine, description):
        return real.sizes(machine, description)
    formats = formats_of(machine, description)
    lanes_max = max(room(machine, entry) for entry in formats)
    beat = machine["beat_bytes"]
    return {
        "lanes_max": lanes_max,
        "activation": machine["rows"] * lanes_max,
        "weight": round_up(machine["columns"] * machine["weight_bits"] // 8, beat),
        "parameter": round_up(machine["post_lanes"] * 8, beat),
        "output": round_up(machine["columns"], beat),
        "palette": round_up(max(palette_bytes(machine, entry) for entry in formats), beat),
        "table": round_up(description["activation_table"]["word_entries"], beat) if machine["activation_tables"] else 0,
        "products": {entry["name"]: machine["rows"] * machine["columns"] * lanes(machine, entry) * entry["channels"]
                     for entry in formats},
    }


def table_buffer_words(machine, description):
    """Words of the buffer of activation tables."""
    table = description["activation_table"]
    return machine["activation_tables"] * table["entries"] // table["word_entries"]


def power_of_two(value):
    return value > 0 and value & (value - 1) == 0


def check(checker, machine, description):
    """Adds one sentence to checker for each limit that machine breaks."""
    label = f"Machine '{machine['name']}'"
    known = {entry["name"] for entry in description["format"] + description["real_format"]}
    for name in machine["formats"]:
        if name not in known:
            checker.fault(f"{label} names the unknown format '{name}'; use one of {', '.join(sorted(known))}.")
    if not machine["formats"] or len(set(machine["formats"])) != len(machine["formats"]):
        checker.fault(f"{label} must list at least one format, and each once.")
    for knob, limits in description["knob"].items():
        if not limits["least"] <= machine[knob] <= limits["most"]:
            checker.fault(f"{label}: {knob} is {machine[knob]}; use {limits['least']} to {limits['most']}.")
    if checker.faults:
        return
    if real.named(machine, description):
        real.check_machine(checker, label, machine, description)
    else:
        check_lanes(checker, label, machine, description)
    if not checker.faults:
        check_words(checker, label, machine, description)


def check_lanes(checker, label, machine, description):
    for knob, least in LEAST.items():
        if machine[knob] < least:
            checker.fault(f"{label}: {knob} is {machine[knob]}; use {least} to {description['knob'][knob]['most']}.")
    for entry in formats_of(machine, description):
        if not power_of_two(lanes(machine, entry)):
            checker.fault(f"{label} has {lanes(machine, entry)} lanes of {entry['name']}; choose activation_bits and "
                          f"weight_bits so that the lanes are a power of two.")


def check_words(checker, label, machine, description):
    size = sizes(machine, description)
    beat, burst = machine["beat_bytes"], machine["beat_bytes"] * machine["burst_beats"]
    slots = machine["activation_words"] * size["lanes_max"]
    reach = 1 << machine["word_bits"]
    table_words = table_buffer_words(machine, description)
    significand = description["fields"]["parameter"]["significand"]["width"]
    require = [
        (power_of_two(beat), f"beat_bytes is {beat}; use a power of two."),
        (4096 % burst == 0, f"beat_bytes*burst_beats is {burst}; it must divide 4096."),
        (machine["columns"] % machine["post_lanes"] == 0,
         f"post_lanes {machine['post_lanes']} does not divide columns {machine['columns']}; choose a divisor."),
        (machine["columns"] % machine["column_span"] == 0,
         f"column_span {machine['column_span']} does not divide columns {machine['columns']}; choose a divisor."),
        (significand % machine["post_cycles"] == 0,
         f"post_cycles is {machine['post_cycles']}; it must divide {significand}, the bits of a significand."),
        (real.named(machine, description) or machine["weight_bits"] * machine["columns"] % 8 == 0,
         f"weight_bits*columns is {machine['weight_bits'] * machine['columns']}; it must be a multiple of 8."),
        (size["activation"] % beat == 0 and size["activation"] >= 2 * beat,
         f"an activation word is {size['activation']} bytes; it must be at least two whole beats of {beat} bytes."),
        (slots <= reach,
         f"the activation buffer has {slots} slots; with its word_bits a slot address reaches {reach}."),
        ((machine["palette_words"] > 0) == (size["palette"] > 0),
         f"palette_words is {machine['palette_words']}; give it a palette buffer exactly if a format needs tables or "
         f"scales."),
        (machine["activation_tables"] == 0 or not real.named(machine, description),
         "activation_tables is not 0; outputs of real numbers are looked up in no table."),
        (table_words < reach,
         f"the activation tables take {table_words} words; with its word_bits use less than {reach}."),
        (machine["packed_trits"] == 0 or "ternary" in machine["formats"],
         "packed_trits is 1 and no format is ternary; make it 0."),
        (machine["window_channels"] % machine["columns"] == 0 and machine["window_channels"] <= size["activation"],
         f"window_channels is {machine['window_channels']}; use a multiple of columns, at most the "
         f"{size['activation']} bytes of an activation word."),
        ((machine["window_taps"] > 0) == (machine["window_channels"] > 0)
         and machine["window_taps"] <= machine["accumulator_depth"],
         f"window_taps is {machine['window_taps']}; give it taps exactly if it has window_channels, and at most "
         f"accumulator_depth."),
        (machine["window_channels"] == 0 or not real.named(machine, description),
         "window_channels is not 0; the window engine reduces integers alone."),
        (machine["window_channels"] <= machine["columns"] * machine["accumulator_depth"]
         and machine["window_channels"] <= machine["post_lanes"] * machine["parameter_words"],
         f"window_channels is {machine['window_channels']}; a pixel must fit the accumulators, and its parameters "
         f"their buffer."),
        (machine["length_bits"] <= machine["address_bits"],
         f"length_bits {machine['length_bits']} is more than address_bits {machine['address_bits']}; lower it."),
        (machine["fetch_ahead"] <= machine["queue_commands"],
         f"fetch_ahead {machine['fetch_ahead']} is more than queue_commands {machine['queue_commands']}; lower it."),
    ]
    for name in ("activation", "weight", "parameter", "output", "palette"):
        require.append((size[name] <= 256, f"the {name} word has {size[name]} bytes; a byte address reaches 256."))
    for knob in ("activation_words", "weight_words", "parameter_words", "residual_words", "output_words",
                 "palette_words", "accumulator_depth"):
        require.append((machine[knob] < reach, f"{knob} is {machine[knob]}; with its word_bits use less than {reach}."))
    for holds, sentence in require:
        if not holds:
            checker.fault(f"{label}: {sentence}")
