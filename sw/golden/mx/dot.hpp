#pragma once
// The dot product of two blocks of any two element formats, and its place in a float32 accumulator.

#include <cstdint>
#include <span>

#include "sw/golden/mx/block.hpp"
#include "sw/golden/mx/exact.hpp"

namespace napier::golden::mx {

// What a block dot product is: NaN, an infinity, or steps * 2^exponent exactly.
struct Product {
    enum class Kind { finite, positive_infinity, negative_infinity, nan } kind = Kind::finite;
    Int128 steps = 0;
    int exponent = 0;
};

// Sum of the products of codes, as many of both, at most 32, without scales; exponent: both step exponents' sum.
// NaN: a NaN among the codes, an infinity times zero, or infinite products of both signs.
Product element_dot(const spec::Element& element_a, std::span<const uint8_t> a, const spec::Element& element_b,
                    std::span<const uint8_t> b);

// The same times 2^(scale a + scale b - 254); a NaN among the scales gives NaN, whatever the codes.
Product block_dot(const spec::Element& element_a, const Block& a, const spec::Element& element_b, const Block& b);

// accumulator + product with one rounding, as Exact::round. NaN (0x7FC00000): either is NaN, or both are infinite with
// unlike signs.
float accumulate(float accumulator, const Product& product);

}  // namespace napier::golden::mx
