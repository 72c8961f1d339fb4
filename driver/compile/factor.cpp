#include "driver/compile/factor.hpp"

#include <algorithm>

#include "driver/compile/geometry.hpp"
#include "sw/formats/formats.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

constexpr int greatest = 127;  // of a weight and an activation
constexpr int most_taps = 6;

// In how many equal parts a number from -127 to 128 is an int8 each: 128 in two.
int parts_of(int number) { return number == 0 ? 0 : number > greatest ? 2 : 1; }

// A layer that copies the channels of a pixel, and the last one again up to `channels`.
Layer widened(const Model& model, int tensor, int output, int channels) {
    const Tensor& from = model.tensors[size_t(tensor)];
    const size_t in = size_t(from.channels), out = size_t(channels);
    Layer layer;
    layer.name = model.tensors[size_t(output)].name;
    layer.operation = "Widen";
    layer.input = tensor;
    layer.output = output;
    layer.weight.assign(in * out, 0);
    for (size_t channel = 0; channel < out; ++channel) layer.weight[channel * in + std::min(channel, in - 1)] = 1;
    layer.bias.assign(out, -from.zero_point);
    layer.significand.assign(out, 1);
    layer.shift.assign(out, 0);
    layer.format = formats::cheapest(layer.weight, spec::Operation::product, in).name;
    return layer;
}

}  // namespace

FactorTaps factor_taps(int input_zero, int factor_zero) {
    const int constants = parts_of(-factor_zero), paddings = parts_of(-input_zero);
    FactorTaps taps;
    taps.rows = paddings > 0 ? 2 : 1;
    taps.columns = std::max(constants + 1, paddings);
    taps.zeros = taps.columns - constants - 1;
    taps.constants = constants;
    taps.constant = constants > 0 ? -factor_zero / constants : 0;
    taps.copies = 1 + paddings;
    taps.padding = paddings > 0 ? -input_zero / paddings : 0;
    taps.bias = input_zero * factor_zero;
    return taps;
}

bool multiplies_channels(const spec::Machine& machine) {
    const bool has_int8 = !spec::is_real(machine) && (machine.formats >> spec::format_int8 & 1) != 0;
    return has_int8 && machine.window_channels > 0 && machine.window_taps >= most_taps && machine.weight_bits == 8 &&
           spec::weight_word_bytes(machine) == machine.columns;
}

void pack_factor_taps(const Geometry& geometry, std::vector<uint8_t>& bytes) {
    const FactorTaps& taps = geometry.factor;
    const size_t tap = size_t(geometry.accumulators()) * size_t(spec::weight_word_bytes(*geometry.machine));
    bytes.insert(bytes.end(), size_t(taps.zeros) * tap, 0);
    bytes.insert(bytes.end(), size_t(taps.constants) * tap, static_cast<uint8_t>(taps.constant));
    bytes.insert(bytes.end(), size_t(taps.after()) * tap, 0);
}

Model with_wide_factors(const Model& model, const spec::Machine& machine) {
    Model result = model;
    for (size_t i = 0; i < result.layers.size() && multiplies_channels(machine); ++i) {
        const int factor = result.layers[i].factor;
        if (factor < 0) continue;
        const int channels = spec::round_up(result.tensors[size_t(result.layers[i].output)].channels,
                                            machine.window_channels);
        if (result.tensors[size_t(factor)].channels >= channels) continue;
        Tensor wide = result.tensors[size_t(factor)];
        wide.name += "/wide";
        wide.channels = channels;
        wide.vector_scales.clear();
        const int index = static_cast<int>(result.tensors.size());
        result.tensors.push_back(wide);
        result.layers[i].factor = index;
        const Layer copy = widened(result, factor, index, channels);
        result.layers.insert(result.layers.begin() + static_cast<ptrdiff_t>(i), copy);
        ++i;
    }
    return result;
}

}  // namespace napier::driver
