#include "tests/support/bit_model.hpp"

#include <algorithm>
#include <string>

#include "sw/golden/layer.hpp"

namespace napier::test {

namespace {

void add_layer(Random& random, Model& model, const std::string& format, int channels, bool one_bit) {
    const int index = static_cast<int>(model.tensors.size()) - 1;
    const Tensor input = model.tensors[static_cast<size_t>(index)];
    Layer layer;
    layer.name = "layer" + std::to_string(index);
    layer.operation = "Conv";
    layer.format = format;
    layer.input = index;
    layer.output = index + 1;
    Window& window = layer.window;
    window.kernel_h = random.number(1, std::min(3, input.height));
    window.kernel_w = random.number(1, std::min(3, input.width));
    window.stride_y = random.number(1, 2);
    window.stride_x = random.number(1, 2);
    const bool may_pad = !input.one_bit || input.zero_point > 0 || input.channels % 8 == 0;
    for (int* pad : {&window.pad_top, &window.pad_left, &window.pad_bottom, &window.pad_right}) {
        *pad = may_pad && random.chance(40) ? random.number(1, 2) : 0;
    }
    const int terms = window.kernel_h * window.kernel_w * input.channels;
    for (int i = 0; i < channels * terms; ++i) {
        layer.weight.push_back(static_cast<int8_t>(format == "xnor" ? 2 * random.number(0, 1) - 1
                                                                    : random.number(-1, 1)));
    }
    for (int o = 0; o < channels; ++o) {
        layer.bias.push_back(random.number(-terms / 2 - 1, terms / 2 + 1));
        layer.significand.push_back(static_cast<uint32_t>(one_bit ? 1 : random.number(1, 5)));
        layer.shift.push_back(static_cast<uint8_t>(one_bit ? 0 : random.number(0, 3)));
    }
    Tensor output;
    output.name = "tensor" + std::to_string(index + 1);
    output.height = golden::output_extent(input.height, window.kernel_h, window.stride_y, 1, window.pad_top,
                                          window.pad_bottom);
    output.width = golden::output_extent(input.width, window.kernel_w, window.stride_x, 1, window.pad_left,
                                         window.pad_right);
    output.channels = channels;
    output.one_bit = one_bit;
    output.zero_point = one_bit ? 2 * random.number(0, 1) - 1 : random.number(-20, 20);
    model.tensors.push_back(output);
    model.layers.push_back(layer);
}

}  // namespace

Model bit_model(Random& random, int most_bits) {
    Model model;
    model.name = "bits";
    model.tensors = {{"input", random.number(3, 7), random.number(3, 7), random.number(1, 9), 1.0f,
                      random.number(-128, 127)}};
    const int whole = most_bits / 8 * 8;
    const auto bits = [&] { return random.chance(30) && whole > 0 ? whole : random.number(1, most_bits); };
    add_layer(random, model, "ternary", bits(), true);
    add_layer(random, model, "xnor", bits(), true);
    add_layer(random, model, "xnor", random.number(1, 12), false);
    model.input = {0, "input", 0, false, false};
    model.output = {3, "output", 0, false, false};
    return model;
}

}  // namespace napier::test
