#pragma once
// The formats that weights can be quantized to after training, by name.

#include <span>
#include <string_view>

#include "sw/quantize/clip.hpp"
#include "sw/quantize/weights.hpp"

namespace napier::quantize {

struct WeightFormat {
    const char* name;
    int bits;  // that a weight's code needs, without scales
    const char* description;
    IntegerWeights (*quantize)(const FloatWeights&, Clip);  // the clip matters to int8 and int4 only
    bool in_vectors = false;  // integer scales of vectors, and of activations' vectors if wanted
};

std::span<const WeightFormat> weight_formats();

// Error (usage): nobody knows the format; (unsupported): Napier computes with it but cannot convert to it.
const WeightFormat& find_weight_format(std::string_view name);

}  // namespace napier::quantize
