#pragma once
// Models whose second layer reads a tensor with scales of vectors, which the first, a copy, writes.

#include "sw/model/model.hpp"

namespace napier::test {

// tensors: the copy's input, what `layer` reads, and its output; the layer's weights, window and groups are set. Every
// channel of both layers gets the bias and the multiplier significand / 2^shift.
inline Model behind_copy(std::vector<Tensor> tensors, Layer layer, int32_t bias, uint32_t significand, uint8_t shift) {
    Model model;
    model.tensors = std::move(tensors);
    const int channels = model.tensors[0].channels;
    Layer copy;
    copy.name = "copy";
    copy.format = "ternary";
    copy.input = 0;
    copy.output = 1;
    copy.groups = channels;
    copy.weight.assign(static_cast<size_t>(channels), 1);
    layer.input = 1;
    layer.output = 2;
    layer.input_scales = model.tensors[1].vector_scales;
    for (Layer* each : {&copy, &layer}) {
        each->bias.assign(static_cast<size_t>(model.tensors[static_cast<size_t>(each->output)].channels), bias);
        each->significand.assign(each->bias.size(), significand);
        each->shift.assign(each->bias.size(), shift);
    }
    model.layers = {copy, layer};
    model.input.tensor = 0;
    model.output.tensor = 2;
    return model;
}

}  // namespace napier::test
