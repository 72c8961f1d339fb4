#pragma once
// A float32 network to a quantized one in QDQ form, after training.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sw/import/graph.hpp"
#include "sw/quantize/activation_vectors.hpp"
#include "sw/quantize/calibrate.hpp"
#include "sw/quantize/weight_format.hpp"

namespace napier::quantize {

struct ConvertedLayer {
    std::string name;
    size_t weights = 0;
    QuantizationError error;
};

struct Conversion {
    std::vector<uint8_t> file;  // ONNX, for import_onnx
    std::vector<ConvertedLayer> layers;
    QuantizationError error;    // of all weights together
};

// graph: as read; it is folded first. Weights become int8 in `format`, a scale an output channel; biases int32 in units
// of input scale x weight scale, half to even, or stay float32 if one does not fit; activations int8, a scale and
// zero point a tensor, from the images' ranges; or most of them with scales of vectors, as `activations`
// says. `clip` holds for activations of one scale and for int8 and int4 weights.
// Error (unsupported): operators nobody can quantize, an operator set before 13, 4-bit activations of a network that
// operator set 21 reads otherwise; (usage): activations of other bits; (input): damaged values.
Conversion convert(const onnx::Graph& graph, const WeightFormat& format, Clip clip,
                   std::span<const std::vector<float>> images, const ActivationFormat& activations = {});

}  // namespace napier::quantize
