// The quantizers of QONNX: Quant (also named IntQuant) and BipolarQuant. Source: QONNX operator definitions:
//   real = (clamp(round(x / scale + zero_point)) - zero_point) * scale
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "sw/import/attributes.hpp"
#include "sw/import/lowering.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx {

namespace {

struct Range {
    int64_t low, high;
};

Range integer_range(const Lowering& lowering, const Node& node) {
    const ConstantPointer width = lowering.constant_input(node, 3);
    const double bits = width->count() == 1 ? width->real(0) : 0.0;
    if (bits != std::floor(bits) || bits < 1.0 || bits > 32.0) {
        throw Refusal{"its bit width is not one whole number from 1 to 32", "quantize to 8 bits or less", {}};
    }
    const bool is_signed = integer_attribute(node, "signed", 1) != 0;
    const bool is_narrow = integer_attribute(node, "narrow", 0) != 0;
    const int64_t half = int64_t{1} << (static_cast<int>(bits) - 1);
    if (is_signed) {
        return {-half + is_narrow, half - 1};
    }
    return {0, 2 * half - 1 - is_narrow};
}

void check_rounding(const Node& node) {
    std::string mode = text_attribute(node, "rounding_mode", "ROUND");
    std::transform(mode.begin(), mode.end(), mode.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
    if (mode != "ROUND" && mode != "HALF_EVEN") {
        throw Refusal{fmt::format("its rounding mode is {}", name_text(mode)), "use ROUND (half to even)", {}};
    }
}

// The constant's values for each index of the one axis of `dims` it differs along, or one value.
struct Spread {
    std::vector<double> values;
    size_t axis = 0;
};

Spread spread_over(const Node& node, const Constant& constant, const Shape& dims, const char* what) {
    Spread spread;
    if (constant.rank() > dims.size() || constant.count() == 0) {
        malformed(node, fmt::format("its {} has more dimensions than its input", what));
    }
    const size_t missing = dims.size() - constant.rank();
    for (size_t i = 0; i < constant.rank(); ++i) {
        if (constant.dims()[i] == 1) {
            continue;
        }
        if (constant.dims()[i] != dims[missing + i]) {
            malformed(node, fmt::format("its {} does not fit its input", what));
        }
        if (constant.dims()[i] != static_cast<int64_t>(constant.count())) {
            throw Refusal{fmt::format("its {} differs along two axes", what), "quantize per output channel", {}};
        }
        spread.axis = missing + i;
    }
    for (size_t i = 0; i < constant.count(); ++i) {
        spread.values.push_back(constant.real(i));
        if (!std::isfinite(spread.values.back())) {
            malformed(node, fmt::format("its {} is not finite", what));
        }
    }
    return spread;
}

// Integers of the constant input on their grid; round: real quotient plus zero point -> integer.
template <typename Round>
Value quantized(const Node& node, const Constant& input, const Constant& scale, const Constant& zero, Round round) {
    const Spread scales = spread_over(node, scale, input.dims(), "scale");
    const Spread zeros = spread_over(node, zero, input.dims(), "zero point");
    if (scales.values.size() > 1 && zeros.values.size() > 1 && scales.axis != zeros.axis) {
        throw Refusal{"its scale and zero point differ along different axes", "quantize per output channel", {}};
    }
    const size_t places = std::max(scales.values.size(), zeros.values.size());
    QuantizedConstant result{std::make_shared<const Constant>(input), {}, {},
                             scales.values.size() > 1 ? scales.axis : zeros.axis};
    for (size_t i = 0; i < places; ++i) {
        result.scales.push_back(scales.values[scales.values.size() == 1 ? 0 : i]);
        const double point = zeros.values[zeros.values.size() == 1 ? 0 : i];
        if (point != std::nearbyint(point) || std::abs(point) > 1 << 30) {
            throw Refusal{"its zero point is no integer", "quantize with whole zero points", {}};
        }
        result.zero_points.push_back(static_cast<int64_t>(point));
    }
    std::vector<int64_t> integers(input.count());
    for (size_t i = 0; i < integers.size(); ++i) {
        const size_t place = result.place(i);
        const float value = static_cast<float>(input.real(i)) / static_cast<float>(result.scales[place]);
        if (std::isnan(value)) {
            malformed(node, fmt::format("value {} of its input is not a number or its scale is 0", i));
        }
        integers[i] = round(value + static_cast<float>(result.zero_points[place]));
    }
    result.integers = Constant::integers(type::int64, input.dims(), integers);
    return std::make_shared<const QuantizedConstant>(std::move(result));
}

double single(const Node& node, const Constant& constant, const char* what) {
    if (constant.count() == 0) {
        malformed(node, fmt::format("its {} is empty", what));
    }
    for (size_t i = 1; i < constant.count(); ++i) {
        if (constant.real(i) != constant.real(0)) {
            throw Refusal{fmt::format("it quantizes an activation with a {} for each channel", what),
                          "quantize activations per tensor", {}};
        }
    }
    return constant.real(0);
}

Grid activation_grid(const Node& node, const Constant& scale, const Constant& zero, const Range& range) {
    const float real_scale = static_cast<float>(single(node, scale, "scale"));
    const double zero_point = single(node, zero, "zero point");
    if (range.high - range.low > 255) {
        throw Refusal{"it quantizes an activation to more than 8 bits", "quantize activations to 8 bits or less", {}};
    }
    const int offset = range.high > 127 ? -128 : 0;
    if (!(real_scale > 0.0f) || !std::isfinite(real_scale)) {
        throw Refusal{fmt::format("its scale {} is not positive", real_scale), "quantize with positive scales", {}};
    }
    if (zero_point != std::nearbyint(zero_point) || zero_point + offset < -128.0 || zero_point + offset > 127.0) {
        throw Refusal{fmt::format("its zero point {} is no integer in range", zero_point),
                      "quantize with whole zero points", {}};
    }
    return {real_scale, static_cast<int>(zero_point) + offset, offset, static_cast<int>(range.low) + offset,
            static_cast<int>(range.high) + offset};
}

}  // namespace

Value quant(Lowering& lowering, const Node& node) {
    const Value& value = lowering.input(node, 0);
    check_rounding(node);
    const ConstantPointer scale = lowering.constant_input(node, 1);
    const ConstantPointer zero = lowering.constant_input(node, 2);
    const Range range = integer_range(lowering, node);
    const auto* quantized_input = std::get_if<QuantizedPointer>(&value);
    if (quantized_input || std::holds_alternative<ConstantPointer>(value)) {
        return quantized(node, *lowering.constant_input(node, 0), *scale, *zero, [&](float x) {
            const double low = static_cast<double>(range.low), high = static_cast<double>(range.high);
            return static_cast<int64_t>(std::clamp(static_cast<double>(std::nearbyint(x)), low, high));
        });
    }
    if (const auto* activation = std::get_if<Activation>(&value); activation && activation->form == Form::stored) {
        malformed(node, "its input is integers already");
    }
    const Grid grid = activation_grid(node, *scale, *zero, range);
    if (grid.zero_point % 2 != 0) {
        lowering.layers().note(fmt::format("node {}: an exact half is rounded to even before its odd zero point is "
                                           "added, as QuantizeLinear does; QONNX rounds it after",
                                           name_text(node.name)));
    }
    return lowering.quantize(node, value, grid, Form::real);
}

Value bipolar_quant(Lowering& lowering, const Node& node) {
    const Value& value = lowering.input(node, 0);
    if (std::holds_alternative<Unknown>(value)) {
        throw Follows{shape_of(value)};
    }
    const auto* activation = std::get_if<Activation>(&value);
    if (activation && activation->form != Form::real) {
        throw Refusal{"it makes the model's input an activation of -1 and +1",
                      "quantize the input to 2 to 8 bits with Quant, and what follows with BipolarQuant",
                      shape_of(value)};
    }
    if (activation || std::holds_alternative<ExpressionPointer>(value)) {
        const float scale = static_cast<float>(single(node, *lowering.constant_input(node, 1), "scale"));
        if (!(scale > 0.0f) || !std::isfinite(scale)) {
            throw Refusal{fmt::format("its scale {} is not positive", scale), "quantize with positive scales", {}};
        }
        return lowering.quantize(node, value, {scale, 1, 0, -1, 1, true}, Form::real);
    }
    const ConstantPointer zero = Constant::reals({}, {0.0});
    return quantized(node, *lowering.constant_input(node, 0), *lowering.constant_input(node, 1), *zero,
                     [](float x) { return x >= 0.0f ? int64_t{1} : int64_t{-1}; });
}

}  // namespace napier::onnx
