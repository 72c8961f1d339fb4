#include "sw/quantize/calibrate.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/import/text.hpp"
#include "sw/quantize/float_interpreter.hpp"
#include "sw/quantize/weights.hpp"

namespace napier::quantize {

namespace {

constexpr int steps = 255, largest = 127, lowest_integer = -128;

}  // namespace

void Range::add(std::span<const float> values) {
    for (const float value : values) {
        low_ = std::min(low_, value);
        high_ = std::max(high_, value);
        if (seen_++ % every_ != 0) {
            continue;
        }
        if (sample_.size() == most_samples) {
            for (size_t i = 0; 2 * i < sample_.size(); ++i) {
                sample_[i] = sample_[2 * i];
            }
            sample_.resize(sample_.size() / 2);
            every_ *= 2;
            if ((seen_ - 1) % every_ != 0) {
                continue;
            }
        }
        sample_.push_back(value);
    }
}

ActivationGrid Range::grid(Clip clip) const {
    double low = low_, high = high_;
    if (clip != Clip::minmax) {
        const bool one_sign = low_ == 0.0f || high_ == 0.0f;
        const double range = clip_range(sample_, clip, one_sign ? steps : largest);
        if (range > 0.0) {
            low = std::max(low, -range);
            high = std::min(high, range);
        }
    }
    ActivationGrid grid;
    grid.scale = scale_of(high - low, steps);
    grid.zero_point = lowest_integer + static_cast<int>(std::nearbyint(-low / static_cast<double>(grid.scale)));
    grid.zero_point = std::clamp(grid.zero_point, lowest_integer, largest);
    return grid;
}

std::map<std::string, Range> calibrate(const onnx::Graph& graph, const Placement& placement,
                                       std::span<const std::vector<float>> images) {
    if (images.empty()) {
        throw Error(ErrorKind::input, "there are no images to calibrate with; give at least one");
    }
    const FloatInterpreter interpreter(graph);
    std::map<std::string, Range> ranges;
    for (const std::vector<float>& image : images) {
        const FloatValues values = interpreter.run(image);
        for (const std::string& point : placement.points) {
            const std::vector<float>& found = values.at(point).values;
            require_finite(found, fmt::format("the values of {}", onnx::name_text(point)));
            ranges[point].add(found);
        }
    }
    return ranges;
}

}  // namespace napier::quantize
