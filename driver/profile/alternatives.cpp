#include "driver/profile/alternatives.hpp"

#include "sw/quantize/weight_format.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

bool can_change(const Model& model, const Layer& layer) {
    const bool has_weights = layer.operation == "Conv" || layer.operation == "Gemm" || layer.operation == "MatMul";
    return has_weights && !layer.weight.empty() &&
           spec::find_format(layer.format).operation == spec::Operation::product &&
           !model.tensors[static_cast<size_t>(layer.input)].one_bit;
}

// The weights as the quantizers take them, an input channel's taps side by side, and how to put them back: each weight
// of the layer goes with the place of its own.
template <typename Each>
void for_each_weight(const Model& model, const Layer& layer, Each each) {
    const size_t taps = static_cast<size_t>(layer.window.kernel_h * layer.window.kernel_w);
    const size_t row = static_cast<size_t>(model.tensors[static_cast<size_t>(layer.input)].channels / layer.groups);
    for (size_t i = 0; i < layer.weight.size(); ++i) {
        const size_t channel = i / (taps * row), tap = i / row % taps;
        each(i, channel * taps * row + i % row * taps + tap);
    }
}

}  // namespace

std::vector<std::string> alternative_formats(const spec::Machine& machine) {
    std::vector<std::string> names;
    for (const spec::Format& format : spec::formats) {
        if (!spec::has_format(machine, format) || format.channels > 1) continue;
        for (const quantize::WeightFormat& known : quantize::weight_formats()) {
            if (std::string(known.name) == format.name) names.push_back(format.name);
        }
    }
    return names;
}

Model with_weights_in(const Model& model, const std::string& format) {
    const quantize::WeightFormat& quantizer = quantize::find_weight_format(format);
    Model result = model;
    for (Layer& layer : result.layers) {
        if (!can_change(model, layer)) continue;
        const size_t channels = layer.bias.size(), count = layer.weight.size();
        quantize::FloatWeights weights{channels, count / channels, std::vector<float>(count)};
        weights.taps = static_cast<size_t>(layer.window.kernel_h * layer.window.kernel_w);
        for_each_weight(model, layer, [&](size_t from, size_t to) { weights.values[to] = layer.weight[from]; });
        const std::vector<int8_t> integers = quantizer.quantize(weights, quantize::Clip::minmax).integers;
        for_each_weight(model, layer, [&](size_t to, size_t from) { layer.weight[to] = integers[from]; });
        layer.format = format;
    }
    return result;
}

}  // namespace napier::driver
