"""Implementations with one fault each in sums, the output stage or the piecewise-affine product."""

from fractions import Fraction

import reference
from reference import NAN16, NAN32, Reference, finite, power


def wrapped(value, bits):
    """Two's complement of so many bits."""
    return (value + (1 << bits - 1)) % (1 << bits) - (1 << bits - 1)


# ---------------------------------------------------------------- dot products
class BiasNotRemoved(Reference):
    """The sum of the scales keeps one bias."""

    def scale_product(self, scale_a, scale_b):
        product = super().scale_product(scale_a, scale_b)
        return product._replace(size=product.size * power(127))


class ScaleSumWraps(Reference):
    """The sum of the scales has 8 bits."""

    def scale_product(self, scale_a, scale_b):
        product = super().scale_product(scale_a, scale_b)
        return finite(power(wrapped(scale_a + scale_b - 254, 8))) if product.kind == "finite" else product


class NanScaleTimesZero(Reference):
    """A block of zeros is zero even if its scale is NaN."""

    def block_dot(self, element_a, element_b, scale_a, scale_b, codes_a, codes_b):
        zeros = not any(codes_a) or not any(codes_b)
        return finite(0) if zeros else super().block_dot(element_a, element_b, scale_a, scale_b, codes_a, codes_b)


class BlockRounded(Reference):
    """The scaled dot product is rounded to float32 before it is added: two roundings."""

    def block_dot(self, *operands):
        return self.number(self.pattern(super().block_dot(*operands)))


class ProductsAddedInFloat32(Reference):
    """Every product is added in float32."""

    def plus(self, a, b):
        return self.number(self.pattern(super().plus(a, b)))


class SumOneBitNarrow(Reference):
    """The sum has one bit less than the greatest needs."""

    def element_sum(self, element_a, element_b, codes_a, codes_b):
        total = super().element_sum(element_a, element_b, codes_a, codes_b)
        step = self.sizes(element_a)[1] * self.sizes(element_b)[1]
        most = 32 * self.greatest(element_a) * self.greatest(element_b) / step
        value = reference.signed(total) / step
        return finite(wrapped(int(value), int(most).bit_length()) * step) if total.kind == "finite" else total


class LeastIntegersOverflow(SumOneBitNarrow):
    """The sum of mxint8 products has 20 bits: 32 * (-128)^2 = 2^19 wraps."""

    def element_sum(self, element_a, element_b, codes_a, codes_b):
        total = Reference.element_sum(self, element_a, element_b, codes_a, codes_b)
        integers = element_a.exponent_bits == 0 and element_b.exponent_bits == 0
        return finite(Fraction(wrapped(int(reference.signed(total) * 4096), 20), 4096)) if integers else total


class StickyLost(Reference):
    """Bits of the smaller addend below 2^-32 of the greater are cut off."""

    def plus(self, a, b):
        greater, smaller = (a, b) if a.size >= b.size else (b, a)
        if smaller.kind != "finite" or greater.kind != "finite" or not greater.size:
            return super().plus(a, b)
        step = power(reference.floor_log2(greater.size) - 32)
        return super().plus(greater, smaller._replace(size=smaller.size // step * step))


class SumTruncated(Reference):
    """The sum is cut instead of rounded."""

    def accumulate(self, accumulator, number):
        exact = self.plus(self.number(accumulator), number)
        bits = self.pattern(exact)
        return bits - 1 if exact.kind == "finite" and self.number(bits).size > exact.size else bits


class SubnormalResultsFlushed(Reference):
    """float32 subnormal sums become zero."""

    def accumulate(self, accumulator, number):
        bits = super().accumulate(accumulator, number)
        return bits if bits & 0x7F800000 else bits & 0x80000000


class OverflowClamps(Reference):
    """Beyond float32 the result is its greatest number."""

    def pattern(self, number, layout=reference.FLOAT32):
        bits = super().pattern(number, layout)
        over = number.kind == "finite" and layout == reference.FLOAT32 and bits & 0x7FFFFFFF == 0x7F800000
        return bits - 1 if over else bits


class InfinityTimesZero(Reference):
    """An infinity times zero is zero."""

    def times(self, a, b):
        kinds = {a.kind, b.kind}
        product = super().times(a, b)
        return finite(0) if product.kind == "nan" and "nan" not in kinds else product


class InfinitiesOfBothSigns(Reference):
    """The first infinity wins."""

    def plus(self, a, b):
        return a if a.kind == "infinite" and b.kind == "infinite" else super().plus(a, b)


class NanPayloadKept(Reference):
    """A NaN accumulator keeps its pattern."""

    def accumulate(self, accumulator, number):
        kept = self.number(accumulator).kind == "nan"
        return accumulator if kept else super().accumulate(accumulator, number)


class MinusZeroKept(Reference):
    """-0 plus a zero is -0."""

    def accumulate(self, accumulator, number):
        kept = accumulator == 0x80000000 and number == finite(0)
        return accumulator if kept else super().accumulate(accumulator, number)


class UnderflowIsPlusZero(Reference):
    """A negative sum that rounds to zero is +0."""

    def accumulate(self, accumulator, number):
        bits = super().accumulate(accumulator, number)
        return 0 if bits == 0x80000000 else bits


# ---------------------------------------------------------------- output stage, piecewise-affine product
class ZerosCompareEqual(Reference):
    """A bound of -0 leaves +0 alone."""

    def clamp(self, bits, low, high):
        return bits if bits == 0 and low == high == 0x80000000 else super().clamp(bits, low, high)


class ReluDropsNan(Reference):
    """max(NaN, 0) is 0."""

    def clamp(self, bits, low, high):
        result = super().clamp(bits, low, high)
        return low if result == NAN32 else result


class Bfloat16Cut(Reference):
    """float32 is cut to bfloat16."""

    def bfloat16(self, bits):
        return bits >> 16 if self.number(bits).kind != "nan" else NAN16


class Bfloat16NanOverflows(Reference):
    """NaN is rounded like a number and becomes infinity, or zero."""

    def bfloat16(self, bits):
        number = self.number(bits)
        return (bits + 0x7FFF + (bits >> 16 & 1) >> 16) & 0xFFFF if number.kind == "nan" else super().bfloat16(bits)


class PamZeroHasExponent(Reference):
    """A zero operand is a pattern like any other."""

    def pam(self, a, b):
        if (a & 0x7FFF) >= 0x7F80 or (b & 0x7FFF) >= 0x7F80:
            return NAN16
        return self.pam_limits((a ^ b) & 0x8000, (a & 0x7FFF) + (b & 0x7FFF) - 0x3F80)


class PamWraps(Reference):
    """Small products wrap into great ones."""

    def pam_limits(self, sign, size):
        return sign | size & 0x7FFF


class PamOverflowIsInfinite(Reference):
    """Great products are infinite."""

    def pam_limits(self, sign, size):
        return sign | 0x7F80 if size >= 0x7F80 else super().pam_limits(sign, size)


class PamSubnormalResults(Reference):
    """Products below the least normal number keep their pattern."""

    def pam_limits(self, sign, size):
        return sign | size if 0 <= size < 0x80 else super().pam_limits(sign, size)


class PamMultiplies(Reference):
    """The product is a product."""

    def pam(self, a, b):
        product = self.times(self.number(a, reference.BFLOAT16), self.number(b, reference.BFLOAT16))
        return self.pattern(product, reference.BFLOAT16)


# Verb -> faults that its file must see.
FAULTS = {
    "dot": (BiasNotRemoved, ScaleSumWraps, NanScaleTimesZero, BlockRounded, ProductsAddedInFloat32, SumOneBitNarrow,
            LeastIntegersOverflow, StickyLost, SumTruncated, SubnormalResultsFlushed, OverflowClamps,
            InfinityTimesZero, InfinitiesOfBothSigns, NanPayloadKept, MinusZeroKept, UnderflowIsPlusZero),
    "finish": (ZerosCompareEqual, ReluDropsNan),
    "bfloat16": (Bfloat16Cut, Bfloat16NanOverflows),
    "pam": (PamZeroHasExponent, PamWraps, PamOverflowIsInfinite, PamSubnormalResults, PamMultiplies),
}
