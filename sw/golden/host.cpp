// Order of operations: x = factor * (float(scale) * float(value - zero_point)), each a float32 product; sums run over
// the channels in order, in float64; exp is that of float64 rounded to float32. All other operations are float32's.
//   Softmax             e = exp((x + mask) - greatest), y = e / float(sum of e)
//   LayerNormalization  m = sum of x / n, v = sum of (x - m)^2 / n, both float64;
//                       y = float((x - m) / sqrt(v + epsilon)) * gain + offset
//   RMSNormalization    v = sum of x^2 / n, float64; y = float(x / sqrt(v + epsilon)) * gain
//   RotaryEmbedding     of a group's n channels, i < n / 2: y[i] = cos * x[i] - sin * x[i + n / 2],
//                       y[i + n / 2] = sin * x[i] + cos * x[i + n / 2]
//   Mul                 y = x * x of the second tensor
//   LinearRecurrence    for pixel t after pixel t, each channel by itself: h(t) = f(t) * h(t - 1) + (1 - f(t)) * c(t),
//                       f the input, c the second tensor, h(-1) the pixel of `initial`, or 0; y(t) = h(t), not rounded
//                       before the next. The MLGRU of MatMul-free language models (Zhu et al., arXiv 2406.02528).
//   Gather              y = the row that the pixel's bytes name, nothing more; -1 is the last one
#include "sw/golden/host.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/golden/quantize.hpp"

namespace napier::golden {

namespace {

using Reals = std::vector<float>;  // of one pixel's channels

Reals reals_of(const Tensor& tensor, const TensorValues& values, size_t pixel) {
    Reals result;
    for (int channel = 0; channel < tensor.channels; ++channel) {
        const size_t index = pixel * static_cast<size_t>(tensor.channels) + static_cast<size_t>(channel);
        const int scale = tensor.vector_scales.empty()
                              ? 1
                              : tensor.vector_scales[static_cast<size_t>(channel) / scale_vector];
        result.push_back(tensor.scale * static_cast<float>(scale * (values[index] - tensor.zero_point)));
    }
    return result;
}

// The mask of a group, or if each has its own those of all, begins at that place.
struct Mask {
    const std::vector<float>& values;
    size_t first, count;
};

void softmax(const HostWork& work, const Mask& mask, Reals& values) {
    const size_t groups = static_cast<size_t>(work.groups), count = values.size() / groups;
    for (size_t channel = 0; channel < values.size(); ++channel) {
        values[channel] *= work.factor;
        if (!mask.values.empty()) {
            values[channel] += mask.values[mask.first + channel % mask.count];
        }
    }
    for (size_t first = 0; first < values.size(); first += count) {
        const auto begin = values.begin() + static_cast<std::ptrdiff_t>(first);
        const auto end = begin + static_cast<std::ptrdiff_t>(count);
        const float greatest = *std::max_element(begin, end);
        double sum = 0.0;
        for (auto value = begin; value != end; ++value) {
            *value = static_cast<float>(std::exp(double{*value - greatest}));
            sum += *value;
        }
        for (auto value = begin; value != end; ++value) {
            *value /= static_cast<float>(sum);
        }
    }
}

void normalize(const HostWork& work, bool centered, Reals& values) {
    const double count = static_cast<double>(values.size());
    double sum = 0.0, squares = 0.0;
    for (const float value : values) {
        sum += value;
    }
    const double mean = centered ? sum / count : 0.0;
    for (const float value : values) {
        squares += (value - mean) * (value - mean);
    }
    const double spread = std::sqrt(squares / count + double{work.epsilon});
    for (size_t channel = 0; channel < values.size(); ++channel) {
        values[channel] = static_cast<float>((values[channel] - mean) / spread);
        if (!work.gain.empty()) {
            values[channel] *= work.gain[channel];
        }
        if (!work.offset.empty()) {
            values[channel] += work.offset[channel];
        }
    }
}

void rotate(const HostWork& work, size_t pixel, Reals& values) {
    const size_t count = values.size() / static_cast<size_t>(work.groups), half = count / 2;
    for (size_t first = 0; first < values.size(); first += count) {
        for (size_t i = 0; i < half; ++i) {
            const float cosine = work.cosines[pixel * half + i], sine = work.sines[pixel * half + i];
            const float low = values[first + i], high = values[first + half + i];
            const float of_low[] = {cosine * low, sine * low}, of_high[] = {sine * high, cosine * high};
            values[first + i] = of_low[0] - of_high[0];
            values[first + half + i] = of_low[1] + of_high[1];
        }
    }
}

// The state of every channel after one more pixel.
void recur(const Reals& forget, const Reals& fresh, Reals& state) {
    for (size_t channel = 0; channel < state.size(); ++channel) {
        const float kept = forget[channel] * state[channel], rest = 1.0f - forget[channel];
        const float added = rest * fresh[channel];
        state[channel] = kept + added;
    }
}

// Error: an index is that of no row.
TensorValues gather(const Layer& layer, size_t channels, const TensorValues& indices) {
    const std::vector<int8_t>& rows = layer.host.rows;
    const int64_t count = static_cast<int64_t>(rows.size() / channels);
    TensorValues result;
    for (size_t first = 0; first < indices.size(); first += index_bytes) {
        uint32_t bits = 0;
        for (size_t byte = 0; byte < index_bytes; ++byte) {
            bits |= uint32_t{static_cast<uint8_t>(indices[first + byte])} << (8 * byte);
        }
        const int64_t index = static_cast<int32_t>(bits), row = index < 0 ? index + count : index;
        if (row < 0 || row >= count) {
            throw Error(ErrorKind::input, fmt::format("Layer {} reads row {} of a table of {}; give indices of {} to "
                                                      "{}.", layer.name, index, count, -count, count - 1));
        }
        for (size_t channel = 0; channel < channels; ++channel) {
            result.push_back(rows[static_cast<size_t>(row) * channels + channel]);
        }
    }
    return result;
}

// Of each pixel the channels of a tensor that the work reads as well.
Reals others_of(const Model& model, int tensor, const std::vector<TensorValues>& tensors, size_t pixel) {
    const size_t index = static_cast<size_t>(tensor);
    return reals_of(model.tensors[index], tensors[index], pixel);
}

}  // namespace

TensorValues run_host(const Model& model, const Layer& layer, const std::vector<TensorValues>& tensors) {
    const Tensor& input = model.tensors[static_cast<size_t>(layer.input)];
    const Tensor& output = model.tensors[static_cast<size_t>(layer.output)];
    const HostWork& work = layer.host;
    if (work.function == "Gather") {
        return gather(layer, static_cast<size_t>(output.channels), tensors[static_cast<size_t>(layer.input)]);
    }
    const size_t pixels = element_count(input) / static_cast<size_t>(input.channels);
    Reals state(static_cast<size_t>(input.channels), 0.0f);
    if (work.initial != -1) {
        state = others_of(model, work.initial, tensors, 0);
    }
    TensorValues result;
    for (size_t pixel = 0; pixel < pixels; ++pixel) {
        Reals values = reals_of(input, tensors[static_cast<size_t>(layer.input)], pixel);
        if (work.function == "Softmax") {
            const size_t masked = work.mask.size() / pixels;
            softmax(work, {work.mask, pixel * masked, masked}, values);
        } else if (work.function == "LayerNormalization" || work.function == "RMSNormalization") {
            normalize(work, work.function == "LayerNormalization", values);
        } else if (work.function == "RotaryEmbedding") {
            rotate(work, pixel, values);
        } else if (work.function == "Mul") {
            const Reals factors = others_of(model, work.second, tensors, pixel);
            for (size_t channel = 0; channel < values.size(); ++channel) {
                values[channel] *= factors[channel];
            }
        } else if (work.function == "LinearRecurrence") {
            recur(values, others_of(model, work.second, tensors, pixel), state);
            values = state;
        } else {
            throw Error(ErrorKind::input,
                        fmt::format("Layer {} is work of the host named '{}', which it does not know; name one of "
                                    "sw/model/model.hpp.",
                                    layer.name, work.function));
        }
        for (const float value : values) {
            const int rounded = std::isnan(value) ? output.zero_point
                                                  : quantize(value, output.scale, output.zero_point);
            result.push_back(static_cast<int8_t>(std::clamp(rounded, layer.clamp_low, layer.clamp_high)));
        }
    }
    return result;
}

}  // namespace napier::golden
