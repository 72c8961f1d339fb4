#pragma once
// Static two-level scales of activations (VS-Quant, Dai et al., MLSys 2021): vectors of 16 channels with an integer
// scale, the tensor with a real one, both from the values that calibration images give.

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "sw/import/graph.hpp"
#include "sw/quantize/placement.hpp"

namespace napier::quantize {

// How activations are quantized.
struct ActivationFormat {
    bool in_vectors = false;  // false: one scale and zero point a tensor, 8 bits
    int bits = 8;             // of an element in vectors: 8 or 4
};

// real = scale * integers[channel / 16] * element, in float32 fl(fl(scale * integer) * element). Elements are signed
// from -L to L, or unsigned up to L if the calibration had no value below zero; L = 2^(bits-1) - 1 or 2^bits - 1.
struct VectorGrid {
    float scale = 1.0f;
    std::vector<uint8_t> integers;  // 1..15
    size_t channels = 0;
    bool is_signed = true;

    // The float32 scale of every channel.
    std::vector<float> channel_scales() const;
};

// What is known of a tensor's channels: the greatest magnitude of each vector of 16, and whether any value is negative.
class VectorRange {
public:
    // values: [1][channels][pixels].
    void add(std::span<const float> values, size_t channels);

    size_t channels() const { return channels_; }
    bool is_signed() const { return is_signed_; }
    const std::vector<float>& greatest() const { return greatest_; }

private:
    size_t channels_ = 0;
    std::vector<float> greatest_;
    bool is_signed_ = false;
};

// Grids of tensors that are added, or of one alone: with the same integers. A vector's own scale is s = greatest
// magnitude / L, the tensor's max s / 15; the integer is nearest to the greatest s / tensor's scale, at least 1.
// A factor that all integers share goes into the scale, so that the importer finds the same two and biases their grid.
// ranges: at least one, of as many vectors each.
std::vector<VectorGrid> grids_of(std::span<const VectorRange> ranges, int bits);

// Grids of the points with two or four dimensions and more than one vector, from all images. Not among them: the
// model's input and output, what comes out of a Clip, and what is added to such. Errors: as calibrate.
std::map<std::string, VectorGrid> calibrate_vectors(const onnx::Graph& graph, const Placement& placement,
                                                    std::span<const std::vector<float>> images, int bits);

}  // namespace napier::quantize
