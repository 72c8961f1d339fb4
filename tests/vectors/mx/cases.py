"""The operands of every line, chosen: each neighbour of each tie, each limit, and reproducible random ones."""

from fractions import Fraction

from reference import BFLOAT16, ELEMENTS, NAN_SCALE, RULES, Number, Reference, finite, power

REFERENCE = Reference()
BLOCK = 32
ZERO, MINUS_ZERO, ONE, INFINITY, MINUS_INFINITY, NAN = 0, 0x80000000, 0x3F800000, 0x7F800000, 0xFF800000, 0x7FC00000
LEAST_NORMAL, GREATEST = 0x00800000, 0x7F7FFFFF
SIGN = 0x80000000


class Random:
    """splitmix64: the same everywhere."""

    def __init__(self, seed):
        self.state = seed

    def bits(self, count):
        mask = (1 << 64) - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        value = self.state
        value = ((value ^ value >> 30) * 0xBF58476D1CE4E5B9) & mask
        value = ((value ^ value >> 27) * 0x94D049BB133111EB) & mask
        return (value ^ value >> 31) >> (64 - count)

    def between(self, low, high):
        return low + self.bits(48) % (high - low + 1)


def of(verb):
    """Operands of a verb's lines, in order."""
    return globals()[verb]()


def bits_of(value):
    """float32 pattern of a fraction that float32 holds exactly."""
    pattern = REFERENCE.pattern(finite(value))
    assert REFERENCE.number(pattern) == finite(value), value
    return pattern


def code_of(element, value):
    return REFERENCE.encode_number(element, finite(value))


def codes(element):
    return range(1 << REFERENCE.bits_of(element))


def is_finite(element, code):
    return REFERENCE.element_number(element, code).kind == "finite"


def decode():
    return [(name, code) for name, element in ELEMENTS.items() for code in codes(element)]


def encode():
    operands = []
    for name, element in ELEMENTS.items():
        values = [REFERENCE.element_number(element, code).size for code in range(element.greatest_code + 1)]
        step = values[-1] - values[-2]
        ties = [(low + high) / 2 for low, high in zip(values, values[1:])] + [values[-1] + step / 2]
        for tie in ties:
            pattern = bits_of(tie)
            operands += [(name, entry) for entry in (pattern - 1, pattern, pattern + 1, pattern | SIGN)]
        beyond = [bits_of(entry) for entry in (values[-1] + step, 2 * values[-1], values[-1] * 1000)]
        for pattern in (ZERO, 1, 0x007FFFFF, LEAST_NORMAL, *beyond, GREATEST, bits_of(values[1]), bits_of(values[-1])):
            operands += [(name, pattern), (name, pattern | SIGN)]
    return operands


def limits_of_scales(element, rule):
    """Greatest magnitudes at which the scale changes, and the ends."""
    emax, greatest = REFERENCE.emax(element), REFERENCE.greatest(element)
    kept = 6 if element.exponent_bits == 0 else element.mantissa_bits
    powers = [power(n) for n in (-125, 0, 2, 8, 127)]
    powers += [power(n) for n in (emax - 127, emax - 126) if n >= -126]
    edges = powers + [greatest * power(n) for n in (-110, 0, 100)]
    if rule == "even":
        edges += [(2 - power(-kept - 1)) * power(n) for n in (-100, 0)]
    patterns = [ZERO, 1, 0x007FFFFF, LEAST_NORMAL, LEAST_NORMAL + 1, GREATEST]
    for edge in edges:
        patterns += [bits_of(edge) - 1, bits_of(edge), bits_of(edge) + 1]
    return patterns


def scale():
    return [(name, rule, pattern) for name, element in ELEMENTS.items() for rule in RULES
            for pattern in limits_of_scales(element, rule)]


def random_float(random, low, high):
    """Any sign, exponent of the value from low to high."""
    return random.bits(1) << 31 | random.between(low + 127, high + 127) << 23 | random.bits(23)


def convert():
    operands, random = [], Random(1)
    for name, element in ELEMENTS.items():
        greatest = REFERENCE.greatest(element)
        least = REFERENCE.element_number(element, 1).size
        for rule in RULES:
            blocks = [[random_float(random, -6, 6) for _ in range(BLOCK)],
                      [random_float(random, -20, 4) for _ in range(BLOCK - 5)],
                      [ZERO, MINUS_ZERO, ZERO], [1, 0x807FFFFF, 0x007FFFFF], [ONE, 0x807FFFFF, MINUS_ZERO],
                      [ONE, NAN, ONE], [ONE, INFINITY], [MINUS_INFINITY, ZERO], [0x7F800001],
                      [LEAST_NORMAL, LEAST_NORMAL | SIGN, 0x01000000, 0x00C00000, 0x02000000 | SIGN],
                      [0x00FFFFFF, LEAST_NORMAL, 0x03000000], [GREATEST, 0x7F000000, ONE, GREATEST | SIGN],
                      [bits_of(2 * power(REFERENCE.emax(element))) - 1,
                       *(bits_of(entry)
                         for entry in (-greatest, least, -least, least / 2, least * 3 / 2, -least * 5 / 2))],
                      [bits_of(greatest) + 1, bits_of(greatest / 2), bits_of(greatest * 3 / 8)],
                      [bits_of(power(7)) - 1 | SIGN, bits_of(3), bits_of(Fraction(11, 2))]]
            operands += [(name, rule, block) for block in blocks]
    return operands


def marked_codes(element):
    """Zero, least, least normal, one, greatest, their negatives, and the specials."""
    sign = 1 << (REFERENCE.bits_of(element) - 1)
    normal = 1 << element.mantissa_bits if element.exponent_bits else 2
    entries = [0, 1, normal, code_of(element, 1), element.greatest_code]
    return sorted({entry | extra for entry in [*entries, *element.special_codes] for extra in (0, sign)})


def dequantize():
    return [(name, scale_code, code) for name, element in ELEMENTS.items()
            for scale_code in (0, 1, 90, 127, 128, 240, 254, NAN_SCALE) for code in marked_codes(element)]


def dot():
    operands = []
    for index, (name_a, element_a) in enumerate(ELEMENTS.items()):
        for name_b, element_b in ELEMENTS.items():
            random = Random(len(operands))
            groups = [sums(element_a, element_b), special_codes(element_a, element_b),
                      random_dots(random, element_a, element_b)]
            # Scales and accumulators are the same business for every pair: each element in two pairs.
            if (index + list(ELEMENTS).index(name_b)) % 3 == 0:
                groups += [accumulations(element_a, element_b), special_scales(element_a, element_b)]
            operands += [(name_a, name_b, *case) for group in groups for case in group]
    return operands


def negative(element, code):
    return -code % 256 if element.exponent_bits == 0 else code | 1 << (REFERENCE.bits_of(element) - 1)


def sums(element_a, element_b):
    """Scale a, scale b, codes a, codes b, accumulator: the greatest sums, and small terms between great ones."""
    top_a, top_b = element_a.greatest_code, element_b.greatest_code
    low_a, low_b = negative(element_a, top_a), negative(element_b, top_b)
    least_a, least_b = (0x80 if element.exponent_bits == 0 else negative(element, element.greatest_code)
                        for element in (element_a, element_b))
    return [(127, 127, [top_a] * BLOCK, [top_b] * BLOCK, ZERO), (127, 127, [top_a] * BLOCK, [low_b] * BLOCK, ZERO),
            (127, 127, [least_a] * BLOCK, [least_b] * BLOCK, ZERO),
            (127, 127, [top_a, 1, top_a], [top_b, 1, low_b], ZERO),
            (127, 127, [top_a, 1, low_a], [top_b, 1, top_b], ZERO)]


def accumulations(element_a, element_b):
    """Scales at their limits, ties, overflow, subnormal results."""
    one_a, one_b = code_of(element_a, 1), code_of(element_b, 1)
    a, b, minus = [one_a], [one_b], [negative(element_a, one_a)]
    thin_a, thin_b = [one_a, 1], [one_b, 1]   # 1 and the product of both steps
    cases = [(254, 254, a, b, ZERO), (254, 254, minus, b, ONE), (254, 254, [0], b, ONE),
             (0, 0, a, b, ZERO), (0, 0, minus, b, ZERO), (0, 0, a, b, MINUS_ZERO),
             (0, 0, [0], b, MINUS_ZERO), (0, 254, a, b, ZERO), (254, 0, minus, b, ONE),
             (200, 200, a, b, ZERO), (60, 60, a, b, ZERO), (130, 121, a, b, ONE)]
    ties = [(127, 127, a, b), (127, 127, minus, b), (127, 127, thin_a, thin_b), (126, 127, a, b)]
    cases += [(*tie, accumulator) for tie in ties for accumulator in (0x4B800000, 0x4B800001 | SIGN)]
    # Subnormal results, their rounding, and the last bits below infinity.
    cases += [(0, 127 - 22, a, b, ZERO), (0, 127 - 22, thin_a, thin_b, 1), (0, 127 - 23, a, b, ZERO),
              (0, 127 - 23, a, b, 1), (0, 127 - 23, thin_a, thin_b, ZERO), (0, 127 - 23, minus, b, ZERO),
              (0, 127 - 24, minus, b, ZERO), (0, 127 - 24, thin_a, thin_b, ZERO), (0, 126, minus, b, LEAST_NORMAL),
              (230, 127, a, b, GREATEST), (229, 127, a, b, GREATEST), (229, 127, thin_a, thin_b, GREATEST),
              (230, 127, minus, b, GREATEST | SIGN), (253, 127, a, b, 0x7F000000), (127, 127, minus, b, ONE)]
    return cases


def special_scales(element_a, element_b):
    """NaN scales, accumulators that are no numbers."""
    one_a, one_b = code_of(element_a, 1), code_of(element_b, 1)
    cases = [(NAN_SCALE, 127, [0], [0], ZERO), (127, NAN_SCALE, [one_a], [one_b], ONE),
             (NAN_SCALE, 0, [one_a], [one_b], INFINITY), (NAN_SCALE, NAN_SCALE, [0], [0], ZERO)]
    cases += [(127, 127, [one_a], [one_b], entry) for entry in (INFINITY, MINUS_INFINITY, NAN, 0xFF800001)]
    return [*cases, (254, 254, [one_a], [one_b], MINUS_INFINITY)]


def special_codes(element_a, element_b):
    """Infinities and NaN among the elements."""
    one_a, one_b, cases = code_of(element_a, 1), code_of(element_b, 1), []
    for code in element_a.special_codes:
        cases += [(127, 127, [code], [one_b], ONE), (127, 127, [code | 0x80], [one_b], ONE),
                  (127, 127, [one_a, code], [one_b, 0], ONE), (127, 127, [code, code], [one_b, one_b], INFINITY),
                  (0, 0, [code, code], [one_b, code_of(element_b, -1)], ZERO),
                  (127, 127, [code], [one_b], MINUS_INFINITY), (NAN_SCALE, 127, [code], [one_b], ZERO)]
    cases += [(127, 127, [0], [code], ONE) for code in element_b.special_codes]
    cases += [(127, 127, [one_a], [code | 0x80], ZERO) for code in element_b.special_codes]
    return cases


def random_dots(random, element_a, element_b):
    """Full blocks; the accumulator about as large as the dot product, so that bits meet, or as its negative."""
    cases = []
    for place in range(6):
        blocks = []
        for element in (element_a, element_b):
            legal = [code for code in codes(element) if is_finite(element, code)]
            blocks.append([legal[random.between(0, len(legal) - 1)] for _ in range(BLOCK)])
        scales = [random.between(107, 147) for _ in blocks] if place else [random.between(45, 65) for _ in blocks]
        exact = REFERENCE.block_dot(element_a, element_b, *scales, *blocks)
        near = REFERENCE.pattern(exact) & 0x7F800000
        exponent = min(max((near >> 23) + random.between(-12, 24), 0), 254) if place % 3 else near >> 23
        accumulator = random.bits(1) << 31 | exponent << 23 | random.bits(23)
        if place == 5:
            accumulator = REFERENCE.pattern(exact._replace(negative=not exact.negative))
        cases.append((*scales, *blocks, accumulator))
    return cases


def finish():
    values = [ZERO, MINUS_ZERO, ONE, ONE | SIGN, bits_of(6), bits_of(7), INFINITY, MINUS_INFINITY, NAN, 0xFFFFFFFF,
              0x00000001, 0x80000001, GREATEST]
    bounds = [(MINUS_INFINITY, INFINITY), (ZERO, INFINITY), (ZERO, bits_of(6)), (MINUS_ZERO, MINUS_ZERO),
              (ONE | SIGN, ONE)]
    operands = [(value, ZERO, *bound) for value in values for bound in bounds]
    operands += [(value, MINUS_ZERO, MINUS_INFINITY, INFINITY) for value in values]
    pairs = [(0x4B800000, ONE), (0x4B800001, ONE), (ONE, ONE | SIGN), (GREATEST, 0x73000000), (GREATEST, 0x72FFFFFF),
             (LEAST_NORMAL, 0x80000001), (INFINITY, MINUS_INFINITY), (ONE, NAN), (0x3F800001, 0xBF800000)]
    return operands + [(*pair, *bound) for pair in pairs for bound in bounds[:2]]


def bfloat16():
    random = Random(2)
    tops = [0x0000, 0x0001, 0x007F, 0x0080, 0x3F7F, 0x3F80, 0x3F81, 0x3FFF, 0x7F7E, 0x7F7F, 0x7F80, 0x7FC0, 0x8000,
            0xBF81, 0xFF7F, 0xFF80, 0xFFFF]
    operands = [(top << 16 | low,) for top in tops for low in (0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF)]
    return operands + [(random.bits(32),) for _ in range(60)]


def pam():
    random = Random(3)
    marked = [0x0000, 0x8000, 0x0001, 0x007F, 0x0080, 0x00FF, 0x8080, 0x2000, 0x3F00, 0x3F7F, 0x3F80, 0xBF80, 0x3F81,
              0x3FC0, 0x3FFF, 0x4000, 0x5F80, 0x7F7F, 0xFF7F, 0x7F80, 0xFF80, 0x7F81, 0xFFFF]
    operands = [(a, b) for a in marked for b in marked]
    return operands + [(random.bits(16), 0x3F80 ^ random.bits(15)) for _ in range(200)]


def pam_sum():
    random = Random(4)
    operands = [(ZERO, 0x8000, 0x3F80), (MINUS_ZERO, 0x8000, 0x3F80), (0x4B800000, 0x3F80, 0x3F80),
                (0x4B800001, 0x3F80, 0x3F80), (0x4B800000, 0x3FC0, 0x3F80), (INFINITY, 0x3F80, 0x3F80),
                (ZERO, 0x7F80, 0x0000), (NAN, 0x3F80, 0x3F80), (GREATEST, 0x7F7F, 0x3F80), (ONE, 0x3F80, 0xBF80),
                (1, 0x0080, 0xBF80)]
    for _ in range(100):
        a, b = random.between(0x3E00, 0x4100), random.between(0x3E00, 0x4100) | random.bits(1) << 15
        product = REFERENCE.number(REFERENCE.pam(a, b), BFLOAT16)
        near = REFERENCE.pattern(Number("finite", bool(random.bits(1)), product.size * power(random.between(-3, 20))))
        operands.append((near ^ random.bits(23), a, b))
    return operands
