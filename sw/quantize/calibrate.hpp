#pragma once
// The ranges of activations, from the values that calibration images give them.

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "sw/import/graph.hpp"
#include "sw/quantize/clip.hpp"
#include "sw/quantize/placement.hpp"

namespace napier::quantize {

// real = scale * (integer - zero_point), integers -128..127.
struct ActivationGrid {
    float scale = 1.0f;
    int zero_point = 0;
};

// What is kept of one value's elements: the extremes of all, and a sample spread evenly over them.
class Range {
public:
    void add(std::span<const float> values);
    float low() const { return low_; }    // 0 or less
    float high() const { return high_; }  // 0 or more
    const std::vector<float>& sample() const { return sample_; }

    // The grid of 256 steps over [low, high] with 0 on a step. percentile and mse move both ends to within the range
    // that clip_range gives for the sample: with 255 steps of one sign if no value has the other, else 127.
    ActivationGrid grid(Clip clip) const;

private:
    static constexpr size_t most_samples = size_t{1} << 18;

    float low_ = 0.0f, high_ = 0.0f;
    std::vector<float> sample_;
    uint64_t seen_ = 0, every_ = 1;  // one element of `every` is kept; a full sample is thinned by half
};

// Ranges of the points over all images, by the float interpreter.
// Error (input): no images, an image that does not fit, an activation that is NaN or infinite.
std::map<std::string, Range> calibrate(const onnx::Graph& graph, const Placement& placement,
                                       std::span<const std::vector<float>> images);

}  // namespace napier::quantize
