#include "sw/import/vector_scales.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sw/formats/formats.hpp"
#include "sw/import/operators.hpp"

namespace napier::onnx {

namespace {

constexpr int most_neighbours = 2;  // float32 numbers about a quotient whose products may be the scale

// The channel of an index of the axis.
size_t channel_at(size_t index, const std::vector<Axis>& dim, const Extents& extents) {
    size_t channel = 0;
    for (size_t i = dim.size(); i-- > 0;) {
        const size_t extent = static_cast<size_t>(extents.of(dim[i]));
        channel = dim[i] == Axis::channel ? index % extent : channel;
        index /= extent;
    }
    return channel;
}

std::vector<float> scales_of_channels(const std::vector<double>& scales, const std::vector<Axis>& dim,
                                      const Extents& extents) {
    std::vector<float> result(static_cast<size_t>(extents.channels), 0.0f);
    for (size_t i = 0; i < scales.size(); ++i) {
        const float scale = static_cast<float>(scales[i]);
        if (!(scale > 0.0f)) {
            throw Refusal{fmt::format("its scale {} is not positive", scale), "quantize with positive scales", {}};
        }
        float& known = result[channel_at(i, dim, extents)];
        if (known != 0.0f && known != scale) {
            throw Refusal{"it quantizes an activation with scales that differ along height or width",
                          "give all pixels the same scales", {}};
        }
        known = scale;
    }
    return result;
}

// The integer whose product with the scale is the number in float32; 0: none.
uint8_t factor_of(float number, float scale) {
    const float quotient = std::nearbyint(number / scale);
    const bool fits = quotient >= 1.0f && quotient <= static_cast<float>(formats::greatest_input_scale);
    return fits && scale * quotient == number ? static_cast<uint8_t>(quotient) : uint8_t{0};
}

}  // namespace

std::optional<VectorScales> split_scales(const std::vector<float>& scales) {
    const float greatest = *std::max_element(scales.begin(), scales.end());
    for (int factor = 1; factor <= formats::greatest_input_scale; ++factor) {
        VectorScales result{greatest / static_cast<float>(factor), {}};
        for (int i = 0; i < most_neighbours; ++i) {
            result.scale = std::nextafter(result.scale, 0.0f);
        }
        for (int i = -most_neighbours; i <= most_neighbours; ++i) {
            result.integers.clear();
            for (const float scale : scales) {
                result.integers.push_back(result.scale > 0.0f ? factor_of(scale, result.scale) : uint8_t{0});
            }
            if (std::count(result.integers.begin(), result.integers.end(), 0) == 0) {
                return result;
            }
            result.scale = std::nextafter(result.scale, greatest);
        }
    }
    return std::nullopt;
}

VectorScales vector_scales(const std::vector<double>& scales, size_t axis, const View& view, const Extents& extents) {
    if (view.has_pieces()) {
        throw Refusal{"it quantizes an activation of several heads with more than one scale",
                      "quantize activations per tensor", {}};
    }
    const std::vector<float> channels = scales_of_channels(scales, view.dims[axis], extents);
    std::vector<float> vectors;
    for (size_t channel = 0; channel < channels.size(); ++channel) {
        if (channel % scale_vector == 0) {
            vectors.push_back(channels[channel]);
        }
        if (channels[channel] != vectors.back()) {
            throw Refusal{fmt::format("it quantizes an activation with another scale for channel {} than for channel "
                                      "{}", channel, channel / scale_vector * scale_vector),
                          "quantize activations per tensor, or with one scale for each 16 neighbouring channels", {}};
        }
    }
    std::optional<VectorScales> found = split_scales(vectors);
    if (!found) {
        throw Refusal{fmt::format("the scales of its vectors of {} channels are no integers from 1 to {} times one "
                                  "scale", scale_vector, formats::greatest_input_scale),
                      "give vectors integer scales times one scale of the tensor, as VS-Quant does", {}};
    }
    if (std::all_of(found->integers.begin(), found->integers.end(), [](uint8_t integer) { return integer == 1; })) {
        found->integers.clear();
    }
    return *found;
}

}  // namespace napier::onnx
