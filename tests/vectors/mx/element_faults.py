"""Implementations with one fault each in scales or elements, as they occur in emulators and circuits."""

import math
import struct
from fractions import Fraction

import reference
from reference import NAN, NAN_SCALE, Number, Reference, finite, nearest_even, power


def as_float32(value):
    """A double rounded to float32."""
    return struct.unpack("<f", struct.pack("<f", value))[0]


# ---------------------------------------------------------------- scales
class LogarithmInFloat32(Reference):
    """The exponent comes from a float32 logarithm, one too great just below powers of two."""

    def scale_power(self, element, rule, greatest):
        if rule != "floor":
            return super().scale_power(element, rule, greatest)
        return math.floor(as_float32(math.log2(greatest))) - self.emax(element)


class ScaleWraps(Reference):
    """Scales below 0 wrap."""

    def limit_scale(self, scale):
        return scale % 256


class ScaleBecomesNan(Reference):
    """Scales above 254 become 255, NaN, though every value is finite."""

    def limit_scale(self, scale):
        return min(max(scale, 0), NAN_SCALE)


class ZerosHaveScaleOne(Reference):
    """A block of zeros takes the scale 127."""

    def scale_of(self, element, rule, greatest):
        return super().scale_of(element, rule, greatest) if greatest else 127


class ExponentWithoutEmax(Reference):
    """The scale is the exponent of the greatest value itself."""

    def scale_power(self, element, rule, greatest):
        return reference.floor_log2(greatest)


class FloorByMaximum(Reference):
    """floor(log2(A / greatest)) instead of floor(log2 A) - emax."""

    def scale_power(self, element, rule, greatest):
        if rule != "floor":
            return super().scale_power(element, rule, greatest)
        return reference.floor_log2(greatest / self.greatest(element))


class CeilIsFloorPlusOne(Reference):
    """Powers of two round up, too."""

    def scale_power(self, element, rule, greatest):
        add = rule == "ceil"
        return super().scale_power(element, "floor" if add else rule, greatest) + add


class EvenTiesStay(Reference):
    """The tie below a power of two does not round up to it."""

    def scale_power(self, element, rule, greatest):
        below = greatest * (1 - power(-40)) if rule == "even" else greatest
        return super().scale_power(element, rule, below) if reference.floor_log2(below) == \
            reference.floor_log2(greatest) else super().scale_power(element, rule, greatest)


class RceilIsCeil(Reference):
    """The greatest element is taken for a power of two."""

    def scale_power(self, element, rule, greatest):
        return super().scale_power(element, "ceil" if rule == "rceil" else rule, greatest)


class SpecialInputsClamp(Reference):
    """Infinities and NaN among the inputs are great numbers."""

    def number(self, bits, layout=reference.FLOAT32):
        number = super().number(bits, layout)
        return number if number.kind == "finite" else Number("finite", number.negative, power(128))


class SubnormalInputsCount(Reference):
    """float32 subnormals are taken at their value."""

    def flushed(self, number):
        return number


class SmallestScaleFlushed(Reference):
    """2^-127, no normal float32, is taken for zero."""

    def scale_number(self, scale):
        return finite(0) if scale == 0 else super().scale_number(scale)


class NanScaleUnseen(Reference):
    """255 is 2^128."""

    def scale_number(self, scale):
        return finite(power(scale - 127))


# ---------------------------------------------------------------- elements
class HalfAway(Reference):
    """Ties round away from zero."""

    def nearest_code(self, element, number):
        sizes = self.sizes(element)
        return min(range(len(sizes)), key=lambda code: (abs(sizes[code] - number.size), -code))


class HalfUp(Reference):
    """Ties round up, so negative ones towards zero."""

    def nearest_code(self, element, number):
        sizes = self.sizes(element)
        sign = 1 if number.negative else -1
        return min(range(len(sizes)), key=lambda code: (abs(sizes[code] - number.size), sign * code))


class Truncation(Reference):
    """No rounding."""

    def nearest_code(self, element, number):
        return max(code for code, size in enumerate(self.sizes(element)) if size <= number.size)


class OverflowIsSpecial(Reference):
    """What rounds past the greatest value becomes infinity or NaN."""

    def nearest_code(self, element, number):
        sizes = self.sizes(element)
        tie = sizes[-1] + (sizes[-1] - sizes[-2]) / 2
        return element.greatest_code + 1 if element.special_codes and number.size >= tie else \
            super().nearest_code(element, number)


class ClampedFirst(Reference):
    """What exceeds the greatest value at all becomes NaN or infinity."""

    def nearest_code(self, element, number):
        over = element.special_codes and number.size > self.greatest(element)
        return element.greatest_code + 1 if over else super().nearest_code(element, number)


class SubnormalElementsFlushed(Reference):
    """Values below the least normal element become zero."""

    def nearest_code(self, element, number):
        code = super().nearest_code(element, number)
        return 0 if element.exponent_bits and code < 1 << element.mantissa_bits else code


class SubnormalElementsNormal(Reference):
    """An exponent field of 0 has a leading one as well."""

    def finite_element(self, element, negative, magnitude):
        exponent, mantissa = divmod(magnitude, 1 << element.mantissa_bits)
        value = (1 + Fraction(mantissa, 1 << element.mantissa_bits)) * power(exponent - element.bias)
        return finite(-value if negative else value)


class SubnormalElementsZero(Reference):
    """An exponent field of 0 is zero."""

    def finite_element(self, element, negative, magnitude):
        number = super().finite_element(element, negative, magnitude)
        return number if magnitude >> element.mantissa_bits else number._replace(size=Fraction(0))


class LeastIntegerWritten(Reference):
    """mxint8 clamps to -128."""

    def encode_number(self, element, number):
        low = element.exponent_bits == 0 and number.negative and nearest_even(number.size * 64) >= 128
        return 0x80 if low else super().encode_number(element, number)


class LeastIntegerUnread(Reference):
    """The mxint8 code 0x80 is read as zero."""

    def element_number(self, element, code):
        unread = element.exponent_bits == 0 and code == 0x80
        return finite(0) if unread else super().element_number(element, code)


class SignOfZeroLost(Reference):
    """What rounds to zero is +0."""

    def encode_number(self, element, number):
        code = super().encode_number(element, number)
        return 0 if code == 1 << (self.bits_of(element) - 1) and element.exponent_bits else code


class SpecialCodesFinite(Reference):
    """Codes above the greatest are numbers: 480 in E4M3, 65536 in E5M2."""

    def element_number(self, element, code):
        return super().element_number(element._replace(special_codes={}), code)


class InfinityIsNan(Reference):
    """E5M2's infinities are NaN."""

    def element_number(self, element, code):
        number = super().element_number(element, code)
        return NAN if number.kind == "infinite" else number


class IeeeE4m3(Reference):
    """E4M3 spends its whole top exponent on specials, as IEEE 754 formats do."""

    def element_number(self, element, code):
        lost = element.name == "mxfp8_e4m3" and code & 0x78 == 0x78
        return NAN if lost else super().element_number(element, code)

    def greatest(self, element):
        return Fraction(240) if element.name == "mxfp8_e4m3" else super().greatest(element)


# Verb -> faults that its file must see.
FAULTS = {
    "scale": (LogarithmInFloat32, ScaleWraps, ScaleBecomesNan, ZerosHaveScaleOne, ExponentWithoutEmax,
              FloorByMaximum, CeilIsFloorPlusOne, EvenTiesStay, RceilIsCeil, SubnormalInputsCount),
    "convert": (SpecialInputsClamp,),
    "dequantize": (SmallestScaleFlushed, NanScaleUnseen),
    "encode": (HalfAway, HalfUp, Truncation, OverflowIsSpecial, ClampedFirst, SubnormalElementsFlushed,
               LeastIntegerWritten, SignOfZeroLost),
    "decode": (SubnormalElementsNormal, SubnormalElementsZero, LeastIntegerUnread, SpecialCodesFinite,
               InfinityIsNan, IeeeE4m3),
}
