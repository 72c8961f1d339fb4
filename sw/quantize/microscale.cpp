#include "sw/quantize/microscale.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include <fmt/format.h>

#include "sw/base/error.hpp"

namespace napier::quantize {

namespace {

size_t product(std::span<const size_t> extents) {
    return std::accumulate(extents.begin(), extents.end(), size_t{1}, std::multiplies<>());
}

// A tensor without codes yet. Error: see quantize_mx.
BlockedTensor arrange(std::span<const float> values, std::span<const size_t> shape, int axis,
                      const spec::Element& element) {
    const int rank = static_cast<int>(shape.size());
    if (axis < -rank || axis >= rank) {
        throw Error(ErrorKind::usage,
                    fmt::format("A tensor of {} axes has no axis {}; use {} to {}.", rank, axis, -rank, rank - 1));
    }
    if (product(shape) != values.size()) {
        throw Error(ErrorKind::usage, fmt::format("The shape holds {} values and there are {}; give the tensor's own.",
                                                  product(shape), values.size()));
    }
    const auto place = static_cast<size_t>(axis < 0 ? axis + rank : axis);
    BlockedTensor tensor;
    tensor.element = &element;
    tensor.outer_count = product(shape.first(place));
    tensor.extent = shape[place];
    tensor.inner_count = product(shape.subspan(place + 1));
    tensor.block.resize(tensor.outer_count * tensor.blocks() * tensor.inner_count);
    tensor.value.resize(values.size());
    return tensor;
}

}  // namespace

BlockedTensor quantize_mx(std::span<const float> values, std::span<const size_t> shape, int axis,
                          const spec::Element& element, golden::mx::ScaleRule rule) {
    require_finite(values, "The values");
    BlockedTensor tensor = arrange(values, shape, axis, element);
    for (size_t index = 0; index < tensor.block.size(); ++index) {
        const size_t inner = index % tensor.inner_count, row = index / tensor.inner_count;
        const size_t outer = row / tensor.blocks(), first = row % tensor.blocks() * spec::block_elements;
        const size_t count = std::min<size_t>(spec::block_elements, tensor.extent - first);
        const auto place = [&](size_t i) {
            return (outer * tensor.extent + first + i) * tensor.inner_count + inner;
        };
        std::vector<float> members(count);
        for (size_t i = 0; i < count; ++i) {
            members[i] = values[place(i)];
        }
        golden::mx::Block& block = tensor.block[index];
        block = golden::mx::convert(element, rule, members);
        for (size_t i = 0; i < count; ++i) {
            float& value = tensor.value[place(i)];
            value = golden::mx::dequantize(element, block.scale, block.element[i]);
            if (!std::isfinite(value)) {
                throw Error(ErrorKind::input,
                            fmt::format("The value {} rounds past float32 in {}; scale the tensor down.",
                                        members[i], element.name));
            }
        }
    }
    return tensor;
}

QuantizationError error_of(std::span<const float> values, const BlockedTensor& quantized) {
    QuantizationError error;
    for (size_t i = 0; i < values.size(); ++i) {
        error.add(values[i], quantized.value[i]);
    }
    return error;
}

}  // namespace napier::quantize
