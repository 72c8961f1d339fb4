#pragma once
// Weights of one layer before and after quantization. A row is an output channel.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace napier::quantize {

// values[channel * per_channel + i]; i is tap i % taps of input channel i / taps.
struct FloatWeights {
    size_t channels = 0;
    size_t per_channel = 0;
    std::vector<float> values;
    size_t taps = 1;

    std::span<const float> channel(size_t index) const {
        return std::span(values).subspan(index * per_channel, per_channel);
    }
};

// The same places as integers: real = integers[channel * per_channel + i] * scales[channel]. Every scale is positive
// and finite.
struct IntegerWeights {
    size_t per_channel = 0;
    std::vector<int8_t> integers;
    std::vector<float> scales;

    double real(size_t index) const {
        return static_cast<double>(integers[index]) * static_cast<double>(scales[index / per_channel]);
    }
};

// Error (input): no values, a count that is not channels * per_channel, a NaN or an infinity; name: for the sentence.
void require_finite(const FloatWeights& weights, const std::string& name = "the weights");
void require_finite(std::span<const float> values, const std::string& name);

// Scale that makes `range` the integer `largest`; 1 for a range of 0, so that a channel of zeros keeps a legal scale.
float scale_of(double range, int largest);

// rhe(value / scale), ties to even, saturated to [-largest, largest].
int round_to_grid(float value, float scale, int largest);

// How far the integers are from the weights they stand for.
struct QuantizationError {
    double signal = 0.0;   // sum of squares of the weights
    double noise = 0.0;    // sum of squares of the differences
    double greatest = 0.0; // greatest magnitude of a difference

    // 10 log10(signal / noise); infinite without noise.
    double sqnr() const;
    void add(double weight, double quantized);
    void add(const QuantizationError& other);  // of further weights
};

QuantizationError error_of(const FloatWeights& weights, const IntegerWeights& quantized);

}  // namespace napier::quantize
