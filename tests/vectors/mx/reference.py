"""docs/microscaling.md in exact fractions: what a line of the pack says.

A number is a Number: its kind, its sign (a zero has one, too) and its magnitude as a fraction. float32 and bfloat16
values are bit patterns. Elements and scales are codes. Python's standard library alone; no sharing with the C++.
"""

from collections import namedtuple
from fractions import Fraction

Number = namedtuple("Number", "kind negative size")  # kind: finite, infinite, nan; size: Fraction, 0 unless finite
Element = namedtuple("Element", "name exponent_bits mantissa_bits bias greatest_code special_codes")

NAN_SCALE = 255
FLOAT32 = (8, 23)   # exponent bits, mantissa bits
BFLOAT16 = (8, 7)
NAN32, NAN16 = 0x7FC00000, 0x7FC0
RULES = ("floor", "ceil", "even", "rceil")
# greatest_code: of the greatest finite value; special_codes: magnitude codes of infinity, NaN.
ELEMENTS = {entry.name: entry for entry in (
    Element("mxint8", 0, 7, None, 0x7F, {}),
    Element("mxfp8_e4m3", 4, 3, 7, 0x7E, {0x7F: "nan"}),
    Element("mxfp8_e5m2", 5, 2, 15, 0x7B, {0x7C: "infinite", 0x7D: "nan", 0x7E: "nan", 0x7F: "nan"}),
    Element("mxfp6_e3m2", 3, 2, 3, 0x1F, {}),
    Element("mxfp6_e2m3", 2, 3, 1, 0x1F, {}),
    Element("mxfp4", 2, 1, 1, 0x7, {}))}
NAN = Number("nan", False, Fraction(0))


def finite(value, negative=None):
    """Number of a fraction; negative: the sign, if it is zero."""
    return Number("finite", value < 0 if value else bool(negative), abs(Fraction(value)))


def infinite(negative):
    return Number("infinite", negative, Fraction(0))


def signed(number):
    return -number.size if number.negative else number.size


def power(exponent):
    return Fraction(2) ** exponent


def floor_log2(value):
    """Greatest n with 2^n <= value, value > 0."""
    n = value.numerator.bit_length() - value.denominator.bit_length()
    return n if power(n) <= value else n - 1


def ceil_log2(value):
    n = floor_log2(value)
    return n if power(n) == value else n + 1


def nearest_even(value):
    """Integer nearest to a fraction that is not negative, of two the even one."""
    low = value.numerator // value.denominator
    rest = value - low
    return low + (rest > Fraction(1, 2) or (rest == Fraction(1, 2) and low % 2 == 1))


class Reference:
    """Every verb of the pack is a method of this name with its operands as integers and names."""

    def __init__(self):
        self.sizes_ = {}

    # ------------------------------------------------------------ IEEE 754 patterns
    def number(self, bits, layout=FLOAT32):
        exponent_bits, mantissa_bits = layout
        top = (1 << exponent_bits) - 1
        negative = bool(bits >> (exponent_bits + mantissa_bits))
        exponent, mantissa = bits >> mantissa_bits & top, bits & (1 << mantissa_bits) - 1
        if exponent == top:
            return infinite(negative) if mantissa == 0 else NAN
        whole = mantissa + (1 << mantissa_bits if exponent else 0)
        return finite(whole * power(max(exponent, 1) - (top >> 1) - mantissa_bits) * (-1 if negative else 1), negative)

    def pattern(self, number, layout=FLOAT32):
        """Nearest pattern of the layout, ties to even."""
        exponent_bits, mantissa_bits = layout
        top = (1 << exponent_bits) - 1
        sign = number.negative << (exponent_bits + mantissa_bits)
        if number.kind == "nan":
            return top << mantissa_bits | 1 << (mantissa_bits - 1)
        if number.kind == "infinite":
            return sign | top << mantissa_bits
        if number.size == 0:
            return sign
        binade = max(floor_log2(number.size), 1 - (top >> 1))
        steps = nearest_even(number.size / power(binade - mantissa_bits))
        return sign | min((binade + (top >> 1) - 1 << mantissa_bits) + steps, top << mantissa_bits)

    def bfloat16(self, bits):
        return self.pattern(self.number(bits), BFLOAT16)

    # ------------------------------------------------------------ elements and scales
    def bits_of(self, element):
        return 1 + element.exponent_bits + element.mantissa_bits

    def element_number(self, element, code):
        half = 1 << (self.bits_of(element) - 1)
        if element.exponent_bits == 0:
            return finite(Fraction(code - 2 * half if code >= half else code, 64))
        negative, magnitude = code >= half, code % half
        if magnitude in element.special_codes:
            return NAN if element.special_codes[magnitude] == "nan" else infinite(negative)
        return self.finite_element(element, negative, magnitude)

    def finite_element(self, element, negative, magnitude):
        exponent, mantissa = divmod(magnitude, 1 << element.mantissa_bits)
        fraction = Fraction(mantissa, 1 << element.mantissa_bits) + (1 if exponent else 0)
        value = fraction * power(max(exponent, 1) - element.bias)
        return finite(-value if negative else value, negative)

    def decode(self, name, code):
        return self.pattern(self.element_number(ELEMENTS[name], code))

    def greatest(self, element):
        return self.element_number(element, element.greatest_code).size

    def emax(self, element):
        return floor_log2(self.greatest(element))

    def sizes(self, element):
        """Values of the finite magnitude codes."""
        if element.name not in self.sizes_:
            self.sizes_[element.name] = [self.element_number(element, code).size
                                         for code in range(element.greatest_code + 1)]
        return self.sizes_[element.name]

    def nearest_code(self, element, number):
        """Magnitude code of the nearest value; the search through all of them is the definition."""
        sizes = self.sizes(element)
        return min(range(len(sizes)), key=lambda code: (abs(sizes[code] - number.size), code % 2))

    def encode_number(self, element, number):
        code = self.nearest_code(element, number)
        if element.exponent_bits == 0:
            return -code % 256 if number.negative else code
        return code | number.negative << (self.bits_of(element) - 1)

    def encode(self, name, bits):
        return self.encode_number(ELEMENTS[name], self.number(bits))

    def scale_number(self, scale):
        return NAN if scale == NAN_SCALE else finite(power(scale - 127))

    # ------------------------------------------------------------ float32 to blocks and back
    def scale_power(self, element, rule, greatest):
        if rule == "floor":
            return floor_log2(greatest) - self.emax(element)
        if rule == "ceil":
            return ceil_log2(greatest) - self.emax(element)
        if rule == "even":
            kept = 6 if element.exponent_bits == 0 else element.mantissa_bits
            step = power(floor_log2(greatest) - kept)
            return floor_log2(nearest_even(greatest / step) * step) - self.emax(element)
        return ceil_log2(greatest / self.greatest(element))

    def limit_scale(self, scale):
        return min(max(scale, 0), NAN_SCALE - 1)

    def scale_of(self, element, rule, greatest):
        return self.limit_scale(self.scale_power(element, rule, greatest) + 127) if greatest else 0

    def flushed(self, number):
        """A float32 input of a block."""
        small = number.kind == "finite" and number.size < power(-126)
        return Number("finite", number.negative, Fraction(0)) if small else number

    def scale(self, name, rule, bits):
        return self.scale_of(ELEMENTS[name], rule, self.flushed(self.number(bits)).size)

    def convert(self, name, rule, values):
        element, numbers = ELEMENTS[name], [self.flushed(self.number(bits)) for bits in values]
        if any(number.kind != "finite" for number in numbers):
            return NAN_SCALE, [0] * len(values)
        scale = self.scale_of(element, rule, max(number.size for number in numbers))
        size = power(scale - 127)
        codes = [self.encode_number(element, number._replace(size=number.size / size)) for number in numbers]
        return scale, codes

    def times(self, a, b):
        """Product of two numbers."""
        negative = a.negative != b.negative
        if a.kind == "nan" or b.kind == "nan":
            return NAN
        if a.kind == "finite" and b.kind == "finite":
            return Number("finite", negative, a.size * b.size)
        zero = any(number.kind == "finite" and number.size == 0 for number in (a, b))
        return NAN if zero else infinite(negative)

    def plus(self, a, b):
        """Sum of two numbers; a zero is +0."""
        if a.kind == "nan" or b.kind == "nan":
            return NAN
        if a.kind == "infinite" and b.kind == "infinite":
            return a if a.negative == b.negative else NAN
        if a.kind == "infinite" or b.kind == "infinite":
            return a if a.kind == "infinite" else b
        return finite(signed(a) + signed(b))

    def dequantize(self, name, scale, code):
        return self.pattern(self.times(self.scale_number(scale), self.element_number(ELEMENTS[name], code)))

    # ------------------------------------------------------------ dot products, output stage
    def scale_product(self, scale_a, scale_b):
        return self.times(self.scale_number(scale_a), self.scale_number(scale_b))

    def element_sum(self, element_a, element_b, codes_a, codes_b):
        total = finite(0)
        for a, b in zip(codes_a, codes_b):
            product = self.times(self.element_number(element_a, a), self.element_number(element_b, b))
            total = self.plus(total, product)
        return total

    def block_dot(self, element_a, element_b, scale_a, scale_b, codes_a, codes_b):
        total = self.element_sum(element_a, element_b, codes_a, codes_b)
        return self.times(self.scale_product(scale_a, scale_b), total)

    def accumulate(self, accumulator, number):
        return self.pattern(self.plus(self.number(accumulator), number))

    def dot(self, name_a, name_b, scale_a, scale_b, codes_a, codes_b, accumulator):
        element_a, element_b = ELEMENTS[name_a], ELEMENTS[name_b]
        return self.accumulate(accumulator, self.block_dot(element_a, element_b, scale_a, scale_b, codes_a, codes_b))

    def clamp(self, bits, low, high):
        def order(pattern):
            return -(pattern & 0x7FFFFFFF) - 1 if pattern >> 31 else pattern
        if self.number(bits).kind == "nan":
            return NAN32
        return min(max(bits, low, key=order), high, key=order)

    def finish(self, accumulator, bias, low, high):
        return self.clamp(self.accumulate(accumulator, self.number(bias)), low, high)

    # ------------------------------------------------------------ piecewise-affine product
    def pam(self, a, b):
        sign, top = (a ^ b) & 0x8000, 0x7F80
        size_a, size_b = a & 0x7FFF, b & 0x7FFF
        if size_a >= top or size_b >= top:
            return NAN16
        if size_a < 0x80 or size_b < 0x80:
            return sign
        return self.pam_limits(sign, size_a + size_b - 0x3F80)

    def pam_limits(self, sign, size):
        return sign if size < 0x80 else NAN16 if size >= 0x7F80 else sign | size

    def pam_sum(self, accumulator, a, b):
        return self.accumulate(accumulator, self.number(self.pam(a, b), BFLOAT16))
