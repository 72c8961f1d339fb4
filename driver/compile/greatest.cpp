#include "driver/compile/greatest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "driver/compile/formats.hpp"
#include "sw/formats/formats.hpp"

namespace napier::driver {
namespace {

constexpr int floor_value = formats::least_activation;

int taps(const Window& window) { return window.kernel_h * window.kernel_w; }

// The part of a window along one axis.
Window rows_of(const Window& w) {
    return {w.kernel_h, 1, w.stride_y, 1, w.dilation_y, 1, w.pad_top, 0, w.pad_bottom, 0};
}
Window columns_of(const Window& w) {
    return {1, w.kernel_w, 1, w.stride_x, 1, w.dilation_x, 0, w.pad_left, 0, w.pad_right};
}

// The layers in the place of one.
class Replacement {
public:
    Replacement(Model& result, const Layer& layer, const spec::Machine& machine)
        : result_(result), layer_(layer), machine_(machine) {}

    void run() {
        const Window &all = layer_.window, x = columns_of(all), y = rows_of(all);
        if (fits(all) && taps(all) > 1) return result_.layers.push_back(layer_);
        const bool has_x = x != Window{}, has_y = y != Window{};
        int input = layer_.input;
        if (has_x && has_y) {
            const Tensor& output = result_.tensors[size_t(layer_.output)];
            input = add_tensor("/rows", tensor(layer_.input).height, output.width, tensor(layer_.input).zero_point);
            sweep(exact(layer_.input, input, x));
        }
        Layer last = layer_;
        last.input = input;
        last.window = has_y ? y : x;
        sweep(last);
    }

private:
    const Tensor& tensor(int index) const { return result_.tensors[size_t(index)]; }
    bool fits(const Window& window) const {
        return machine_.window_channels > 0 && taps(window) <= machine_.window_taps &&
               lone_channel_format(layer_, machine_) != nullptr;
    }

    // A tensor like the layer's input.
    int add_tensor(const std::string& name, int height, int width, int zero_point) {
        Tensor added = tensor(layer_.input);
        added.name = tensor(layer_.output).name + name;
        added.height = height;
        added.width = width;
        added.zero_point = zero_point;
        result_.tensors.push_back(added);
        return static_cast<int>(result_.tensors.size()) - 1;
    }

    // A layer that takes the greatest and writes the same numbers as it reads.
    Layer exact(int input, int output, const Window& window) const {
        Layer result = layer_;
        const size_t channels = result.bias.size();
        result.input = input;
        result.output = output;
        result.window = window;
        result.bias.assign(channels, -tensor(output).zero_point);
        result.significand.assign(channels, 1);
        result.shift.assign(channels, 0);
        result.clamp_low = -128;
        result.clamp_high = 127;
        result.table = {};
        return result;
    }

    // The layer as sum, with the weight of one tap, or of two.
    static Layer sum_of(Layer layer, const std::vector<std::pair<int, int8_t>>& weights) {
        const size_t size = size_t(taps(layer.window));
        layer.greatest = false;
        layer.weight.assign(layer.bias.size() * size, 0);
        for (size_t channel = 0; channel < layer.bias.size(); ++channel) {
            for (const auto& [tap, weight] : weights) layer.weight[channel * size + size_t(tap)] = weight;
        }
        layer.format = formats::cheapest(layer.weight, spec::Operation::product, 1).name;
        return layer;
    }

    // The layer's output + the numbers above the zero point of `other`, in the layer's own scale.
    static Layer plus(Layer layer, int other) {
        layer.residual = other;
        layer.residual_significand = layer.significand.front();
        return layer;
    }

    // max(0, sum), as a tensor with the least zero point.
    int positive(Layer sum, const std::string& name) {
        sum.output = add_tensor(name + "_above", tensor(sum.output).height, tensor(sum.output).width, floor_value);
        return push(std::move(sum));
    }

    int push(Layer layer) {
        result_.layers.push_back(std::move(layer));
        return result_.layers.back().output;
    }

    // The same numbers with the least as zero point, so that what stands for the padding is never the greatest.
    int on_the_floor(int input) {
        const int output = add_tensor("/input", tensor(input).height, tensor(input).width, floor_value);
        return push(sum_of(exact(input, output, {}), {{0, 1}}));
    }

    // A layer along one axis.
    void sweep(Layer layer) {
        const int count = taps(layer.window);
        const Window& w = layer.window;
        layer.weight.assign(layer.bias.size() * size_t(count), 1);
        if (fits(w) && count > 1) return result_.layers.push_back(layer);
        const bool pads = w.pad_top + w.pad_left + w.pad_bottom + w.pad_right > 0;
        if (pads && tensor(layer.input).zero_point != floor_value) layer.input = on_the_floor(layer.input);
        if (count == 1) return result_.layers.push_back(sum_of(layer, {{0, 1}}));
        const Tensor output = tensor(layer.output);
        int found = 0;
        for (int tap = 1; tap < count; ++tap) {
            const std::string name = fmt::format("/{}{}", w.kernel_h > 1 ? "y" : "x", tap);
            Layer difference = exact(layer.input, layer.output, w);
            if (tap == 1) {
                difference = sum_of(difference, {{0, -1}, {1, 1}});
                difference.bias.assign(difference.bias.size(), 0);
            } else {
                difference = plus(sum_of(difference, {{tap, -1}}), found);
                difference.bias.assign(difference.bias.size(), tensor(found).zero_point);
            }
            const int above = positive(difference, name);
            const bool is_last = tap + 1 == count;
            if (!is_last) found = add_tensor(name, output.height, output.width, tensor(layer_.input).zero_point);
            const Layer to = is_last ? layer : exact(layer.input, found, w);
            push(plus(sum_of(to, {{tap == 1 ? 0 : tap, 1}}), above));
        }
    }

    Model& result_;
    const Layer& layer_;
    const spec::Machine& machine_;
};

}  // namespace

Model with_greatest_for(const Model& model, const spec::Machine& machine) {
    if (std::none_of(model.layers.begin(), model.layers.end(), [](const Layer& layer) { return layer.greatest; })) {
        return model;
    }
    Model result = model;
    result.layers.clear();
    for (const Layer& layer : model.layers) {
        if (layer.greatest) {
            Replacement(result, layer, machine).run();
        } else {
            result.layers.push_back(layer);
        }
    }
    return result;
}

}  // namespace napier::driver
