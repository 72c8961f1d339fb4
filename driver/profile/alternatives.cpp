#include "driver/profile/alternatives.hpp"

#include "sw/quantize/weight_format.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

bool can_change(const Model& model, const Layer& layer) {
    const bool has_weights = layer.operation == "Conv" || layer.operation == "Gemm" || layer.operation == "MatMul";
    return has_weights && spec::find_format(layer.format).operation == spec::Operation::product &&
           !model.tensors[static_cast<size_t>(layer.input)].one_bit;
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
        const size_t channels = layer.bias.size();
        const quantize::FloatWeights weights{channels, layer.weight.size() / channels,
                                             {layer.weight.begin(), layer.weight.end()}};
        layer.weight = quantizer.quantize(weights, quantize::Clip::minmax).integers;
        layer.format = format;
    }
    return result;
}

}  // namespace napier::driver
