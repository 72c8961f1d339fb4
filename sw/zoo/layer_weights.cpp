#include "sw/zoo/layer_weights.hpp"

#include <cmath>
#include <cstring>

#include "sw/zoo/random.hpp"

namespace napier::zoo {

namespace {

constexpr float bias_sigma = 0.1f;

// A normalization gives three quarters of its result's variance to what it reads and a quarter to its offsets, so that
// deviations from the expected range shrink from layer to layer instead of growing.
constexpr float norm_scale = 0.866f, norm_offset_sigma = 0.5f;

template <typename Element>
std::vector<uint8_t> bytes_of(const std::vector<Element>& values) {
    std::vector<uint8_t> bytes(values.size() * sizeof(Element));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

std::vector<float> around(float mean, float sigma, const Stream& stream, size_t count) {
    std::vector<float> values;
    for (size_t i = 0; i < count; ++i) values.push_back(mean + sigma * stream.normal(i));
    return values;
}

}  // namespace

ChannelNorm::ChannelNorm(uint64_t seed, const std::string& name, size_t channels)
    : scale(around(norm_scale, 0.1f, {seed, name + "/scale"}, channels)),
      offset(around(0.0f, norm_offset_sigma, {seed, name + "/offset"}, channels)),
      mean(around(0.0f, 0.1f, {seed, name + "/mean"}, channels)),
      variance(around(1.0f, 0.1f, {seed, name + "/variance"}, channels)) {}

float ChannelNorm::factor(size_t channel) const { return scale[channel] / std::sqrt(variance[channel] + epsilon); }

float ChannelNorm::bias(size_t channel) const { return offset[channel] - mean[channel] * factor(channel); }

quantize::FloatWeights LayerWeights::real() const {
    const Stream stream(plan_.seed, plan_.name);
    quantize::FloatWeights weights{plan_.channels, plan_.per_channel, {}};
    weights.values.resize(plan_.channels * plan_.per_channel);
    for (size_t i = 0; i < weights.values.size(); ++i) {
        weights.values[i] = static_cast<float>(plan_.sigma) * stream.normal(i);
    }
    if (plan_.is_folded) {
        const ChannelNorm norm(plan_.seed, plan_.name, plan_.channels);
        for (size_t i = 0; i < weights.values.size(); ++i) weights.values[i] *= norm.factor(i / plan_.per_channel);
    }
    return weights;
}

// Scales keep each channel's sum of squares, and with it the range of what the layer computes.
quantize::IntegerWeights LayerWeights::quantized() {
    const quantize::FloatWeights exact = real();
    quantize::IntegerWeights weights = style_.weights->quantize(exact, quantize::Clip::minmax);
    for (size_t channel = 0; channel < plan_.channels; ++channel) {
        double before = 0.0, after = 0.0;
        for (size_t i = channel * plan_.per_channel; i < (channel + 1) * plan_.per_channel; ++i) {
            before += double{exact.values[i]} * double{exact.values[i]};
            after += weights.real(i) * weights.real(i);
        }
        if (before > 0.0 && after > 0.0) weights.scales[channel] *= static_cast<float>(std::sqrt(before / after));
    }
    scales_ = weights.scales;
    return weights;
}

const std::vector<float>& LayerWeights::scales() {
    if (scales_.empty()) quantized();
    return scales_;
}

template <typename Element>
std::vector<uint8_t> LayerWeights::in_file_order(const std::vector<Element>& rows) const {
    if (!plan_.is_transposed) {
        return bytes_of(rows);
    }
    std::vector<uint8_t> bytes(rows.size() * sizeof(Element));
    for (size_t channel = 0; channel < plan_.channels; ++channel) {
        for (size_t i = 0; i < plan_.per_channel; ++i) {
            std::memcpy(bytes.data() + (i * plan_.channels + channel) * sizeof(Element),
                        &rows[channel * plan_.per_channel + i], sizeof(Element));
        }
    }
    return bytes;
}

std::vector<uint8_t> LayerWeights::weight_bytes() {
    return style_.is_integer() ? in_file_order(quantized().integers) : in_file_order(real().values);
}

std::vector<uint8_t> LayerWeights::scale_bytes() { return bytes_of(scales()); }

std::vector<float> LayerWeights::biases() const {
    const Stream stream(plan_.seed, plan_.name + "/bias");
    std::vector<float> values(plan_.channels, 0.0f);
    for (size_t channel = 0; plan_.has_bias && channel < values.size(); ++channel) {
        values[channel] = bias_sigma * stream.normal(channel);
    }
    if (plan_.is_folded) {
        const ChannelNorm norm(plan_.seed, plan_.name, plan_.channels);
        for (size_t channel = 0; channel < values.size(); ++channel) {
            values[channel] = values[channel] * norm.factor(channel) + norm.bias(channel);
        }
    }
    return values;
}

std::vector<uint8_t> LayerWeights::bias_scale_bytes() {
    std::vector<float> steps = scales();
    for (float& step : steps) step *= plan_.input_scale;
    return bytes_of(steps);
}

std::vector<uint8_t> LayerWeights::bias_bytes() {
    const std::vector<float> values = biases();
    if (!style_.is_integer()) {
        return bytes_of(values);
    }
    std::vector<int32_t> integers;
    for (size_t channel = 0; channel < values.size(); ++channel) {
        const double step = static_cast<double>(plan_.input_scale * scales()[channel]);
        integers.push_back(static_cast<int32_t>(std::nearbyint(static_cast<double>(values[channel]) / step)));
    }
    return bytes_of(integers);
}

}  // namespace napier::zoo
