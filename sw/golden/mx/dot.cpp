#include "sw/golden/mx/dot.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "sw/formats/bfloat16.hpp"
#include "sw/formats/element.hpp"

namespace napier::golden::mx {

namespace {

using Kind = Product::Kind;

Kind infinity(bool negative) {
    return negative ? Kind::negative_infinity : Kind::positive_infinity;
}

bool is_infinite(Kind kind) {
    return kind == Kind::positive_infinity || kind == Kind::negative_infinity;
}

// Kind of a product of two codes.
Kind kind_of(const spec::Element& element_a, uint8_t a, const spec::Element& element_b, uint8_t b) {
    const double value = formats::decode(element_a, a) * formats::decode(element_b, b);
    return std::isnan(value) ? Kind::nan : std::isinf(value) ? infinity(value < 0.0) : Kind::finite;
}

// Kind of a sum.
Kind join(Kind a, Kind b) {
    if (a == Kind::nan || b == Kind::nan || (is_infinite(a) && is_infinite(b) && a != b)) {
        return Kind::nan;
    }
    return is_infinite(a) ? a : b;
}

}  // namespace

Product element_dot(const spec::Element& element_a, std::span<const uint8_t> a, const spec::Element& element_b,
                    std::span<const uint8_t> b) {
    Product product;
    product.exponent = element_a.step_exponent + element_b.step_exponent;
    for (size_t i = 0; i < a.size(); ++i) {
        const Kind kind = kind_of(element_a, a[i], element_b, b[i]);
        product.kind = join(product.kind, kind);
        if (kind == Kind::finite) {
            product.steps += Int128{formats::steps(element_a, a[i])} * formats::steps(element_b, b[i]);
        }
    }
    return product;
}

Product block_dot(const spec::Element& element_a, const Block& a, const spec::Element& element_b, const Block& b) {
    Product product = element_dot(element_a, a.element, element_b, b.element);
    if (a.scale == spec::scale_nan || b.scale == spec::scale_nan) {
        product.kind = Kind::nan;
    }
    product.exponent += a.scale + b.scale - 2 * spec::scale_bias;
    return product;
}

float accumulate(float accumulator, const Product& product) {
    if (product.kind == Kind::nan || !std::isfinite(accumulator) || product.kind != Kind::finite) {
        const float infinite = std::numeric_limits<float>::infinity();
        const float nan = std::bit_cast<float>(formats::float32_nan);
        return add(accumulator, product.kind == Kind::nan                 ? nan
                                : product.kind == Kind::positive_infinity ? infinite
                                : product.kind == Kind::negative_infinity ? -infinite
                                                                          : 0.0f);
    }
    Exact sum;
    sum.add(accumulator);
    sum.add(product.steps, product.exponent);
    return sum.round();
}

}  // namespace napier::golden::mx
