// DequantizeLinear with a scale for each block of an axis (operator set 21), of weights: vectors with integer scales.
#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "sw/import/attributes.hpp"
#include "sw/import/lowering.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx {

namespace {

constexpr double same_scale = 1.0 / (1 << 22);  // relative: two roundings to float32
constexpr int greatest_factor = 127;            // of an integer in int8

// The scales of the blocks of one channel as integers times one scale.
struct Factors {
    double scale = 1.0;
    std::vector<int64_t> integers;
};

// The greatest scale of which all are multiples; nothing: none with factors up to greatest_factor.
std::optional<Factors> factors_of(const std::vector<double>& scales) {
    const double greatest = *std::max_element(scales.begin(), scales.end());
    for (int factor = 1; factor <= greatest_factor && greatest > 0.0; ++factor) {
        Factors result{greatest / factor, {}};
        const bool fits = std::all_of(scales.begin(), scales.end(), [&](double scale) {
            result.integers.push_back(std::llround(scale / result.scale));
            const double multiple = result.scale * static_cast<double>(result.integers.back());
            return std::abs(scale - multiple) <= same_scale * scale;
        });
        if (fits) {
            return result;
        }
    }
    return greatest > 0.0 ? std::nullopt : std::optional(Factors{1.0, std::vector<int64_t>(scales.size(), 0)});
}

// Where elements of a row-major tensor stand.
struct Axes {
    const Shape& dims;
    size_t at(size_t index, size_t axis) const {
        for (size_t i = dims.size(); i-- > axis + 1;) {
            index /= static_cast<size_t>(dims[i]);
        }
        return index % static_cast<size_t>(dims[axis]);
    }
};

void require_scales(const Node& node, const Constant& scales, const Shape& dims, size_t axis, int64_t block) {
    Shape wanted = dims;
    wanted[axis] = (dims[axis] + block - 1) / block;
    if (scales.dims() != wanted || scales.is_integer()) {
        malformed(node, fmt::format("its scales have the shape {} and its blocks {}", shape_text(scales.dims()),
                                    shape_text(wanted)));
    }
    for (size_t i = 0; i < scales.count(); ++i) {
        if (!std::isfinite(scales.real(i)) || scales.real(i) < 0.0) {
            malformed(node, fmt::format("its scale {} is no number or negative", i));
        }
    }
}

void require_symmetric(const Lowering& lowering, const Node& node) {
    if (!lowering.has_input(node, 2)) {
        return;
    }
    const ConstantPointer zeros = lowering.constant_input(node, 2);
    for (size_t i = 0; i < zeros->count(); ++i) {
        if (zeros->integer(i) != 0) {
            throw Refusal{"its blocks have zero points", "quantize blocks symmetrically, with zero point 0", {}};
        }
    }
}

}  // namespace

Value dequantize_blocks(Lowering& lowering, const Node& node, const Constant& values) {
    const Shape& dims = values.dims();
    const int64_t block = integer_attribute(node, "block_size", 0);
    const size_t axis = checked_axis(node, integer_attribute(node, "axis", 1), dims.size());
    if (block < 1 || dims.size() < 2 || axis > 1) {
        throw Refusal{fmt::format("it has blocks of {} along axis {}", block, axis),
                      "give weights a scale for each block along axis 0 or 1, that of the input channels", {}};
    }
    const ConstantPointer scales = lowering.constant_input(node, 1);
    require_scales(node, *scales, dims, axis, block);
    require_symmetric(lowering, node);
    const size_t outputs = 1 - axis;  // the axis of the output channels
    const size_t channels = static_cast<size_t>(dims[outputs]);
    std::vector<std::vector<double>> of_channel(channels);
    std::vector<size_t> place(scales->count());  // of a scale among its channel's
    for (size_t i = 0; i < scales->count(); ++i) {
        std::vector<double>& own = of_channel[Axes{scales->dims()}.at(i, outputs)];
        place[i] = own.size();
        own.push_back(scales->real(i));
    }
    QuantizedConstant result{nullptr, {}, std::vector<int64_t>(channels, 0), outputs};
    std::vector<Factors> factors;
    for (size_t channel = 0; channel < channels; ++channel) {
        const std::optional<Factors> found = factors_of(of_channel[channel]);
        if (!found) {
            throw Refusal{fmt::format("the scales of its blocks in output channel {} are no multiples of one scale, up "
                                      "to {} times", channel, greatest_factor),
                          "give blocks integer scales times a scale for each output channel, as VS-Quant does", {}};
        }
        factors.push_back(*found);
        result.scales.push_back(found->scale);
    }
    std::vector<int64_t> integers(values.count());
    for (size_t i = 0; i < integers.size(); ++i) {
        size_t from = 0;  // of its block's scale
        for (size_t d = 0; d < dims.size(); ++d) {
            const size_t along = Axes{dims}.at(i, d) / (d == axis ? static_cast<size_t>(block) : 1);
            from = from * static_cast<size_t>(scales->dims()[d]) + along;
        }
        const size_t channel = Axes{dims}.at(i, outputs);
        integers[i] = values.integer(i) * factors[channel].integers[place[from]];
    }
    result.integers = Constant::integers(type::int64, dims, integers);
    lowering.layers().note(fmt::format("node {}: the scales of its blocks are integers times a scale for each output "
                                       "channel; its weights are those integers times its own", name_text(node.name)));
    return std::make_shared<const QuantizedConstant>(std::move(result));
}

}  // namespace napier::onnx
