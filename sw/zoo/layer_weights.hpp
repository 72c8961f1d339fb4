#pragma once
// The weights of a layer, made when they are asked for and not kept.

#include <cstdint>
#include <string>
#include <vector>

#include "sw/quantize/onnx_writer.hpp"
#include "sw/zoo/style.hpp"

namespace napier::zoo {

// Normalization of a layer's output channels with seeded constants: y = (x - mean) * scale / sqrt(variance + epsilon) +
// offset, one of each a channel.
struct ChannelNorm {
    static constexpr float epsilon = 1e-5f;
    std::vector<float> scale, offset, mean, variance;

    ChannelNorm(uint64_t seed, const std::string& name, size_t channels);
    float factor(size_t channel) const;
    float bias(size_t channel) const;  // of the normalization, taken as x * factor + bias
};

struct WeightPlan {
    uint64_t seed = 0;
    std::string name;
    size_t channels = 0, per_channel = 0;
    double sigma = 1.0;         // standard deviation of a weight
    bool is_transposed = false; // in the file: a column an output channel
    bool has_bias = false;
    bool is_folded = false;     // a ChannelNorm of the same name is part of weights and bias
    float input_scale = 1.0f;   // step of the quantized input
};

// Tensors of the same layer share one of these.
class LayerWeights {
public:
    LayerWeights(WeightPlan plan, Style style) : plan_(std::move(plan)), style_(style) {}

    // In the file's order: float32, or int8 without their scales.
    std::vector<uint8_t> weight_bytes();
    // A float32 an output channel: of the weights' integers, and of the bias' (input scale x weight scale).
    std::vector<uint8_t> scale_bytes();
    std::vector<uint8_t> bias_scale_bytes();
    // Float32, or int32 in steps of the bias' scale, half to even.
    std::vector<uint8_t> bias_bytes();

private:
    quantize::FloatWeights real() const;
    quantize::IntegerWeights quantized();
    std::vector<float> biases() const;
    const std::vector<float>& scales();
    template <typename Element>
    std::vector<uint8_t> in_file_order(const std::vector<Element>& rows) const;

    const WeightPlan plan_;
    const Style style_;
    std::vector<float> scales_;
};

}  // namespace napier::zoo
