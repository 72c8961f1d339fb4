#include "sw/import/place_parts.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "sw/import/makers.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx {

namespace {

// True if the layer writes what it reads, value by value.
bool is_plain_copy(const Model& model, const Layer& layer) {
    const Tensor& input = model.tensors[static_cast<size_t>(layer.input)];
    const Tensor& output = model.tensors[static_cast<size_t>(layer.output)];
    const auto is_one = [](int8_t weight) { return weight == 1; };
    const bool alone = tensors_read(layer).size() == 1 && layer.host.function.empty() && layer.table.entries.empty() &&
                       !layer.rectified && !layer.greatest && layer.input_scales.empty() &&
                       layer.window == Window{} && layer.groups == input.channels && layer.clamp_low == -128 &&
                       layer.clamp_high == 127;
    if (!alone || !std::all_of(layer.weight.begin(), layer.weight.end(), is_one) ||
        input.vector_scales != output.vector_scales) {
        return false;
    }
    for (size_t channel = 0; channel < layer.bias.size(); ++channel) {
        if (layer.significand[channel] != uint32_t{1} << layer.shift[channel] ||
            layer.bias[channel] != -output.zero_point) {
            return false;
        }
    }
    return input.scale == output.scale && input.zero_point == output.zero_point;
}

// True if what a copy reads may stand in its place: a layer of the machine makes it, or, of neighbouring pixels, the
// host or the user of the model.
bool may_stand_there(Model& model, const Layer& copy) {
    const Tensor &target = model.tensors[static_cast<size_t>(copy.output)],
                 &source = model.tensors[static_cast<size_t>(copy.input)];
    if (target.whole < 0 || source.whole >= 0 || source.view_of >= 0 || !is_plain_copy(model, copy)) {
        return false;
    }
    if (const Layer* maker = maker_of(model, copy.input)) {
        return maker->operand.tensor < 0;
    }
    const bool by_host = std::any_of(model.layers.begin(), model.layers.end(), [&](const Layer& layer) {
        return layer.output == copy.input && !layer.host.function.empty();
    });
    return target.channels == model.tensors[static_cast<size_t>(target.whole)].channels &&
           (by_host || is_input(model, copy.input)) && is_read_once(model, copy.input);
}

}  // namespace

void place_parts(Model& model) {
    const size_t before = model.layers.size();
    for (size_t i = 0; i < model.layers.size();) {
        const Layer& copy = model.layers[i];
        const Tensor target = model.tensors[static_cast<size_t>(copy.output)];
        Tensor& source = model.tensors[static_cast<size_t>(copy.input)];
        if (!may_stand_there(model, copy)) {
            ++i;
            continue;
        }
        const std::string note = fmt::format("layer {}: format", name_text(copy.name));
        const auto of_copy = [&](const std::string& sentence) { return sentence.starts_with(note); };
        if (const auto found = std::find_if(model.notes.begin(), model.notes.end(), of_copy);
            found != model.notes.end()) {
            model.notes.erase(found);
        }
        source.whole = target.whole;
        source.first_channel = target.first_channel;
        source.first_pixel = target.first_pixel;
        model.layers.erase(model.layers.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (model.layers.size() < before) {
        drop_tensors(model);
    }
}

}  // namespace napier::onnx
