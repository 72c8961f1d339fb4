#include "sw/quantize/accuracy.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/golden/quantize.hpp"
#include "sw/golden/real/layer.hpp"
#include "sw/quantize/float_interpreter.hpp"

namespace napier::quantize {

namespace {

// Output: a callable from an image to its output values.
template <typename Output>
size_t count(std::span<const std::vector<float>> images, std::span<const int64_t> labels, const Output& output) {
    if (labels.size() < images.size()) {
        throw Error(ErrorKind::input, fmt::format("there are {} labels for {} images; give one for each", labels.size(),
                                                  images.size()));
    }
    size_t correct = 0;
    for (size_t i = 0; i < images.size(); ++i) {
        const std::vector<float> values = output(images[i]);
        correct += std::max_element(values.begin(), values.end()) - values.begin() == labels[i];
    }
    return correct;
}

}  // namespace

size_t count_correct(const onnx::Graph& graph, std::span<const std::vector<float>> images,
                     std::span<const int64_t> labels) {
    const FloatInterpreter interpreter(graph);
    return count(images, labels, [&](const std::vector<float>& image) { return interpreter.output(image); });
}

size_t count_correct(const Model& model, std::span<const std::vector<float>> images, std::span<const int64_t> labels) {
    return count(images, labels, [&](const std::vector<float>& image) {
        const auto tensors = golden::run_model(model, golden::quantize_input(model, std::span<const float>(image)));
        return golden::dequantize_output(model, tensors[static_cast<size_t>(model.output.tensor)]);
    });
}

size_t count_correct(const RealModel& model, std::span<const std::vector<float>> images,
                     std::span<const int64_t> labels) {
    return count(images, labels, [&](const std::vector<float>& image) {
        const auto tensors = golden::real::run_model(model, image);
        return golden::real::read_output(model, tensors[static_cast<size_t>(model.output.tensor)]);
    });
}

}  // namespace napier::quantize
