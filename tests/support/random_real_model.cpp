#include "tests/support/random_real_model.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sw/formats/bfloat16.hpp"
#include "sw/formats/element.hpp"
#include "sw/golden/real/layer.hpp"
#include "sw/spec/machine.hpp"

namespace napier::test {
namespace {

class Maker {
public:
    Maker(Random& random, const spec::Machine& machine)
        : random_(random), machine_(machine), blocks_(spec::has_blocks(machine)) {}

    RealModel make() {
        model_.name = "random";
        const int layers = random_.number(1, 3);
        // What is read is of the machine's operands, and what is written of its outputs, too.
        add_tensor(random_.number(1, 9), random_.number(1, 9), random_.number(1, 70), element(machine_.elements_a));
        for (int i = 0; i < layers; ++i) add_layer(i, i + 1 == layers);
        model_.input = {0, "x", random_.chance(50)};
        model_.output = {layers, "y", random_.chance(50)};
        return model_;
    }

private:
    std::string element(uint32_t mask) {
        if (!blocks_) return random_.chance(50) ? "float32" : "bfloat16";
        std::vector<std::string> names;
        for (const spec::Element& entry : spec::elements) {
            if ((mask >> entry.code & 1) != 0) names.push_back(entry.name);
        }
        return random_.pick(names);
    }

    void add_tensor(int height, int width, int channels, const std::string& format) {
        static const std::vector<std::string> rules = {"floor", "ceil", "even", "rceil"};
        const std::string name = fmt::format("t{}", model_.tensors.size());
        model_.tensors.push_back({name, height, width, channels, format, random_.pick(rules)});
    }

    // One axis of the window: returns the output's extent, at least 1.
    int choose_axis(int input, int& kernel, int& stride, int& dilation, int& before, int& after) {
        kernel = random_.number(1, 4);
        stride = random_.number(1, 3);
        dilation = random_.number(1, 2);
        before = random_.number(0, 2);
        after = random_.number(0, 2);
        const int reach = (kernel - 1) * dilation + 1;
        after += std::max(0, reach - (input + before + after));
        return (input + before + after - reach) / stride + 1;
    }

    void add_layer(int index, bool last) {
        const RealTensor input = model_.tensors[static_cast<size_t>(index)];
        RealLayer layer;
        layer.name = fmt::format("layer{}", index);
        layer.operation = blocks_ ? "Conv" : "PamConv";
        layer.input = index;
        layer.output = index + 1;
        Window& w = layer.window;
        const int height = choose_axis(input.height, w.kernel_h, w.stride_y, w.dilation_y, w.pad_top, w.pad_bottom);
        const int width = choose_axis(input.width, w.kernel_w, w.stride_x, w.dilation_x, w.pad_left, w.pad_right);
        int outputs = random_.number(1, 70);
        const bool whole = last && random_.chance(50);
        if (input.channels % 64 == 0 || (!blocks_ && input.channels % 2 == 0 && random_.chance(30))) {
            layer.groups = 2;
            outputs = blocks_ && !whole ? 64 : outputs * 2;
        }
        const uint32_t both = machine_.outputs & machine_.elements_a;
        add_tensor(height, width, outputs, whole ? "float32" : element(last ? machine_.outputs : both));
        put_weights(layer, input.channels / layer.groups, outputs);
        layer.bias.resize(static_cast<size_t>(outputs));
        for (float& bias : layer.bias) bias = random_.chance(30) ? 0.0f : value();
        if (random_.chance(50)) layer.clamp_low = random_.chance(50) ? 0.0f : -1.5f;
        if (random_.chance(30)) layer.clamp_high = random_.chance(50) ? 6.0f : 0.75f;
        model_.layers.push_back(layer);
    }

    float value() { return static_cast<float>(random_.number(-4000, 4000)) / 1024.0f; }

    void put_weights(RealLayer& layer, int inputs, int outputs) {
        const int taps = layer.window.kernel_h * layer.window.kernel_w;
        if (!blocks_) {
            layer.product = RealProduct::piecewise_affine;
            layer.weight_half.resize(static_cast<size_t>(outputs * taps * inputs));
            for (uint16_t& weight : layer.weight_half) weight = formats::to_bfloat16(value());
            return;
        }
        layer.weight_format = element(machine_.elements_b);
        const spec::Element& format = formats::find_element(layer.weight_format);
        layer.weight_block.resize(static_cast<size_t>(outputs * taps * golden::real::block_count(inputs)));
        for (formats::Block& block : layer.weight_block) {
            block.scale = static_cast<uint8_t>(random_.number(116, 128));
            if (random_.chance(1)) block.scale = static_cast<uint8_t>(random_.number(0, 255));
            for (uint8_t& code : block.element) code = static_cast<uint8_t>(random_.bits() & ((1u << format.bits) - 1));
        }
    }

    Random& random_;
    const spec::Machine& machine_;
    const bool blocks_;
    RealModel model_;
};

}  // namespace

RealModel random_real_model(Random& random, const spec::Machine& machine) { return Maker(random, machine).make(); }

std::string describe(const RealModel& model) {
    std::string text;
    for (const RealLayer& layer : model.layers) {
        const RealTensor& in = model.tensors[static_cast<size_t>(layer.input)];
        const RealTensor& out = model.tensors[static_cast<size_t>(layer.output)];
        const Window& w = layer.window;
        text += fmt::format("{}: {}x{}x{} {} -> {}x{}x{} {}, kernel {}x{} of {}, stride {}x{}, dilation {}x{}, "
                            "pad {} {} {} {}, {} groups\n",
                            layer.name, in.height, in.width, in.channels, in.format, out.height, out.width,
                            out.channels, out.format, w.kernel_h, w.kernel_w, layer.weight_format, w.stride_y,
                            w.stride_x, w.dilation_y, w.dilation_x, w.pad_top, w.pad_left, w.pad_bottom, w.pad_right,
                            layer.groups);
    }
    return text;
}

}  // namespace napier::test
