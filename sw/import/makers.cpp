#include "sw/import/makers.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace napier::onnx {

namespace {

// How many layers read a tensor, and whether the model's user does.
int reader_count(const Model& model, int tensor) {
    int count = model.output.tensor == tensor ? 1 : 0;
    for (const Layer& layer : model.layers) {
        const std::vector<int> read = tensors_read(layer);
        count += static_cast<int>(std::count(read.begin(), read.end(), tensor));
    }
    return count;
}

}  // namespace

bool is_read_once(const Model& model, int tensor) { return reader_count(model, tensor) == 1; }

bool is_input(const Model& model, int tensor) {
    const std::vector<Port> inputs = inputs_of(model);
    return std::any_of(inputs.begin(), inputs.end(), [&](const Port& port) { return port.tensor == tensor; });
}

Layer* maker_of(Model& model, int tensor) {
    const auto found = std::find_if(model.layers.begin(), model.layers.end(),
                                    [&](const Layer& layer) { return layer.output == tensor; });
    const bool can = found != model.layers.end() && found->host.function.empty() &&
                     !model.tensors[static_cast<size_t>(tensor)].one_bit;
    return can && reader_count(model, tensor) == 1 ? &*found : nullptr;
}

void drop_tensors(Model& model) {
    std::vector<int> places(model.tensors.size(), -1);
    const auto use = [&](int tensor) {  // and its whole
        for (; tensor >= 0; tensor = model.tensors[static_cast<size_t>(tensor)].whole) {
            places[static_cast<size_t>(tensor)] = 0;
        }
    };
    for (const Layer& layer : model.layers) {
        use(layer.output);
        const std::vector<int> read = tensors_read(layer);
        std::for_each(read.begin(), read.end(), use);
    }
    for (const Port& port : inputs_of(model)) {
        use(port.tensor);
    }
    use(model.output.tensor);
    std::vector<Tensor> kept;
    for (size_t i = 0; i < places.size(); ++i) {
        if (places[i] == 0) {
            places[i] = static_cast<int>(kept.size());
            kept.push_back(std::move(model.tensors[i]));
        }
    }
    model.tensors = std::move(kept);
    const auto move = [&](int& tensor) { tensor = tensor < 0 ? tensor : places[static_cast<size_t>(tensor)]; };
    for (Layer& layer : model.layers) {
        move(layer.input);
        move(layer.output);
        move(layer.residual);
        move(layer.factor);
        move(layer.operand.tensor);
        move(layer.host.second);
        move(layer.host.initial);
    }
    for (ConstantTensor& constant : model.constants) {
        move(constant.tensor);
    }
    std::erase_if(model.constants, [](const ConstantTensor& constant) { return constant.tensor < 0; });
    move(model.input.tensor);
    for (Port& port : model.more_inputs) {
        move(port.tensor);
    }
    move(model.output.tensor);
    for (Tensor& tensor : model.tensors) {
        move(tensor.whole);
    }
}

}  // namespace napier::onnx
