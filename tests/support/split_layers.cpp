#include <fmt/format.h>

#include "tests/support/random_model.hpp"

namespace napier::test {

namespace {

// The layer's output channels from `first` on, as a layer that writes a new part of its output.
Layer part_of(Model& model, const Layer& layer, int first, int count) {
    const Tensor whole = model.tensors[static_cast<size_t>(layer.output)];
    Tensor part = whole;
    part.name += fmt::format("/{}", first);
    part.channels = count;
    part.whole = layer.output;
    part.first_channel = first;
    const auto cut = [&](auto& values) {
        const std::ptrdiff_t each = static_cast<std::ptrdiff_t>(values.size()) / whole.channels;
        values = {values.begin() + first * each, values.begin() + (first + count) * each};
    };
    Layer result = layer;
    cut(result.weight);
    cut(result.bias);
    cut(result.significand);
    cut(result.shift);
    result.name = part.name;
    result.output = static_cast<int>(model.tensors.size());
    model.tensors.push_back(part);
    return result;
}

}  // namespace

void split_layers(Random& random, Model& model) {
    std::vector<Layer> layers;
    for (const Layer& layer : model.layers) {
        const Tensor& output = model.tensors[static_cast<size_t>(layer.output)];
        const int channels = output.channels;
        if (random.chance(50) || layer.groups > 1 || layer.residual >= 0 || layer.factor >= 0 || channels < 2 ||
            output.one_bit || !output.vector_scales.empty() || layer.output == model.output.tensor) {
            layers.push_back(layer);
            continue;
        }
        const int first = random.number(1, channels - 1);
        layers.push_back(part_of(model, layer, first, channels - first));
        layers.push_back(part_of(model, layer, 0, first));
    }
    model.layers = layers;
}

}  // namespace napier::test
