#pragma once
// Two-level scales (VS-Quant, Dai et al., MLSys 2021): vectors of 16 with an integer scale, channels with a real one.

#include "sw/formats/formats.hpp"
#include "sw/quantize/weights.hpp"

namespace napier::quantize {

using formats::scale_vector;

// Place i of a channel is in its vector i / 16; the last vector may be short.
//   real = integers[channel * per_channel + i] * vector_scales[channel * vectors() + i / 16] * scales[channel]
struct VectorScaledWeights {
    size_t per_channel = 0;
    std::vector<int8_t> integers;
    std::vector<uint8_t> vector_scales;
    std::vector<float> scales;

    size_t vectors() const { return (per_channel + scale_vector - 1) / scale_vector; }
    double real(size_t index) const;
};

// bits: of the integers, 2..8, symmetric; scale_bits: of the vectors' scales, 1..8, unsigned.
// The vector's own scale is s = max |w| / L, L = 2^(bits-1) - 1; the channel's is max s / (2^scale_bits - 1); the
// integer scale rhe(s / channel's), and the integers rhe(w / (integer scale * channel's)) saturated to -L..L: the
// weights are rounded with the scale that they will have. A vector whose scale rounds to 0 becomes 0.
// Error (usage): bits out of range; (input): as require_finite.
VectorScaledWeights quantize_vectors(const FloatWeights& weights, int bits, int scale_bits);

QuantizationError error_of(const FloatWeights& weights, const VectorScaledWeights& quantized);

// Weights for the number format vsq: vectors of input channels of one tap, of 4 bits, with scales of 4 bits. What comes
// are integers of 4 bits times their vector's scale, at most 7 * 15. Error: as quantize_vectors.
IntegerWeights quantize_vsq(const FloatWeights& weights);

}  // namespace napier::quantize
