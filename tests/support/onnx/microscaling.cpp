#include "tests/support/onnx/microscaling.hpp"

#include <algorithm>
#include <cmath>

#include "sw/formats/bfloat16.hpp"
#include "sw/formats/element.hpp"
#include "sw/golden/mx/block.hpp"

namespace napier::test {

namespace {

// The finite value of the format nearest to a quotient, ties to the even code, by looking at each.
double nearest(const spec::Element& element, double quotient) {
    double best = 0.0;
    uint32_t best_code = 0;
    for (uint32_t code = 1; code <= static_cast<uint32_t>(element.maximum); ++code) {
        const double value = formats::decode(element, code);
        const double near = std::abs(std::abs(quotient) - value), was = std::abs(std::abs(quotient) - best);
        if (near < was || (near == was && best_code % 2 != 0)) {
            best = value;
            best_code = code;
        }
    }
    return std::copysign(best, quotient);
}

double rounded(double value) {
    return formats::from_bfloat16(formats::to_bfloat16(static_cast<float>(value)));
}

}  // namespace

Array quantize_blocks(const Call& call) {
    Array result = call.inputs[0];
    const spec::Element& element = formats::find_element(call.attribute("element_format")->s());
    const auto* rule_name = call.attribute("scale_rule");
    const auto rule = golden::mx::find_scale_rule(rule_name ? rule_name->s() : "floor");
    const auto rank = static_cast<int64_t>(result.dims.size());
    const int64_t axis = (call.integer("axis", 1) + rank) % rank, extent = result.dims[static_cast<size_t>(axis)];
    const int64_t inner = count({result.dims.begin() + axis + 1, result.dims.end()});
    for (int64_t place = 0; place < count(result.dims); ++place) {
        if (place / inner % extent % 32 != 0) {
            continue;  // not the first of a block
        }
        const int64_t members = std::min<int64_t>(32, extent - place / inner % extent);
        float greatest = 0.0f;
        for (int64_t i = 0; i < members; ++i) {
            const double value = result.values[static_cast<size_t>(place + i * inner)];
            greatest = std::max(greatest, static_cast<float>(std::abs(value)));
        }
        const double scale = formats::decode_scale(golden::mx::choose_scale(element, rule, greatest));
        for (int64_t i = 0; i < members; ++i) {
            double& value = result.values[static_cast<size_t>(place + i * inner)];
            value = nearest(element, value / scale) * scale;
        }
    }
    return result;
}

double piecewise_product(double a, double b) {
    if (a == 0.0 || b == 0.0) {
        return 0.0;
    }
    int exponent_a = 0, exponent_b = 0;
    const double fraction_a = 2.0 * std::frexp(std::abs(rounded(a)), &exponent_a) - 1.0;
    const double fraction_b = 2.0 * std::frexp(std::abs(rounded(b)), &exponent_b) - 1.0;
    const double sum = fraction_a + fraction_b;
    const double size = sum < 1.0 ? std::ldexp(1.0 + sum, exponent_a + exponent_b - 2)
                                  : std::ldexp(sum, exponent_a + exponent_b - 1);
    return std::signbit(a) != std::signbit(b) ? -size : size;
}

}  // namespace napier::test
