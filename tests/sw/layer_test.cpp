// Do the layer loops compute the definition, with every kind of window, group and residual?

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>

#include "sw/base/error.hpp"
#include "sw/golden/accumulator_bound.hpp"
#include "sw/golden/layer.hpp"
#include "sw/golden/validate.hpp"
#include "tests/support/random_model.hpp"

namespace {

using namespace napier;
using golden::TensorValues;

// A layer the other way round: every pixel of the explicitly padded input scatters into the outputs it reaches.
class ScatteredLayer {
public:
    ScatteredLayer(const Model& model, const Layer& layer)
        : layer_(layer),
          in_(model.tensors[static_cast<size_t>(layer.input)]),
          out_(model.tensors[static_cast<size_t>(layer.output)]),
          sums_(golden::element_count(out_), layer.greatest ? -128 : 0) {}

    std::vector<int64_t> run(const TensorValues& input) {
        const Window& window = layer_.window;
        for (int y = -window.pad_top; y < in_.height + window.pad_bottom; ++y) {
            for (int x = -window.pad_left; x < in_.width + window.pad_right; ++x) {
                for (int c = 0; c < in_.channels; ++c) {
                    const bool inside = y >= 0 && x >= 0 && y < in_.height && x < in_.width;
                    const int place = (y * in_.width + x) * in_.channels + c;
                    if (!inside && layer_.greatest) continue;
                    scatter(y, x, c, inside ? input[static_cast<size_t>(place)] : in_.zero_point);
                }
            }
        }
        return sums_;
    }

private:
    void scatter(int y, int x, int channel, int value) {
        const Window& window = layer_.window;
        for (int ky = 0; ky < window.kernel_h; ++ky) {
            for (int kx = 0; kx < window.kernel_w; ++kx) {
                const int up = y + window.pad_top - ky * window.dilation_y;
                const int left = x + window.pad_left - kx * window.dilation_x;
                if (up >= 0 && left >= 0 && up % window.stride_y == 0 && left % window.stride_x == 0) {
                    add(up / window.stride_y, left / window.stride_x, ky, kx, channel, value);
                }
            }
        }
    }

    void add(int oy, int ox, int ky, int kx, int channel, int value) {
        if (oy >= out_.height || ox >= out_.width) {
            return;
        }
        const int in_per_group = in_.channels / layer_.groups, out_per_group = out_.channels / layer_.groups;
        const int group = channel / in_per_group;
        for (int o = group * out_per_group; o < (group + 1) * out_per_group; ++o) {
            const int taps = layer_.window.kernel_h * layer_.window.kernel_w;
            const int tap = ky * layer_.window.kernel_w + kx;
            const int place = (o * taps + tap) * in_per_group + channel % in_per_group;
            const int weight = layer_.weight[static_cast<size_t>(place)];
            const int term = layer_.format == "adder" ? -std::abs(value - weight) : value * weight;
            int64_t& sum = sums_[static_cast<size_t>((oy * out_.width + ox) * out_.channels + o)];
            sum = layer_.greatest ? std::max<int64_t>(sum, value) : sum + term;
        }
    }

    const Layer& layer_;
    const Tensor& in_;
    const Tensor& out_;
    std::vector<int64_t> sums_;
};

int8_t finish(const Model& model, const Layer& layer, int64_t sum, size_t channel, int residual) {
    Int128 value = (Int128{sum} + layer.bias[channel]) * layer.significand[channel];
    if (layer.rectified && value < 0) {
        value = 0;
    }
    if (layer.residual >= 0) {
        value += Int128{residual - model.tensors[static_cast<size_t>(layer.residual)].zero_point} *
                 layer.residual_significand;
    }
    const Int128 output = golden::round_half_even(value, layer.shift[channel]) +
                                  model.tensors[static_cast<size_t>(layer.output)].zero_point;
    const Int128 low = layer.clamp_low, high = layer.clamp_high;
    return static_cast<int8_t>(output < low ? low : output > high ? high : output);
}

Model one_layer(int height, int width, int channels, int out_height, int out_width, int out_channels) {
    Model model;
    model.tensors = {{"in", height, width, channels, 1.0f, 0}, {"out", out_height, out_width, out_channels, 1.0f, 0}};
    Layer layer;
    layer.name = "layer";
    layer.input = 0;
    layer.output = 1;
    layer.format = "int8";
    layer.bias.assign(static_cast<size_t>(out_channels), 0);
    layer.significand.assign(static_cast<size_t>(out_channels), 1);
    layer.shift.assign(static_cast<size_t>(out_channels), 0);
    model.layers = {layer};
    model.input.tensor = 0;
    model.output.tensor = 1;
    return model;
}

}  // namespace

TEST_CASE("layer loops against scattering, on random models") {
    int layers = 0, with_residual = 0, grouped = 0, dilated = 0, padded = 0, strided = 0, greatest = 0, rectified = 0;
    for (uint64_t seed = 0; seed < 150; ++seed) {
        test::Random random(seed);
        test::RandomModelOptions options;
        options.formats = {"int8", "int4", "binary", "shift", "apot", "adder", "ternary"};
        const Model model = test::random_model(random, options);
        INFO("seed " << seed << "\n" << test::describe(model));
        REQUIRE_NOTHROW(golden::validate(model));
        const std::vector<TensorValues> tensors =
            golden::run_model(model, test::random_values(random, model.tensors[0]));
        for (const Layer& layer : model.layers) {
            const auto sums = ScatteredLayer(model, layer).run(tensors[static_cast<size_t>(layer.input)]);
            const TensorValues& output = tensors[static_cast<size_t>(layer.output)];
            TensorValues expected;
            for (size_t i = 0; i < sums.size(); ++i) {
                const int residual = layer.residual < 0 ? 0 : tensors[static_cast<size_t>(layer.residual)][i];
                expected.push_back(finish(model, layer, sums[i], i % layer.bias.size(), residual));
            }
            REQUIRE(output == expected);
            ++layers;
            with_residual += layer.residual >= 0;
            rectified += layer.rectified && layer.residual >= 0;
            grouped += layer.groups > 1;
            dilated += layer.window.dilation_y > 1 && layer.window.kernel_h > 1;
            padded += layer.window.pad_top > 0;
            strided += layer.window.stride_x > 1;
            greatest += layer.greatest;
        }
    }
    CHECK(layers == 600);
    CHECK(greatest > 20);
    CHECK(rectified > 20);
    for (const int feature : {with_residual, grouped, dilated, padded, strided}) {
        CHECK(feature > 50);
    }
}

TEST_CASE("a 2x2 convolution with stride, padding and a zero point, by hand") {
    Model model = one_layer(2, 2, 1, 2, 2, 1);
    model.tensors[0].zero_point = -10;
    Layer& layer = model.layers[0];
    layer.window = {2, 2, 2, 2, 1, 1, 1, 1, 1, 1};
    layer.weight = {1, 2, 3, 4};
    layer.bias = {100};
    golden::validate(model);
    const TensorValues output = golden::run_model(model, {1, 2, 3, 4})[1];
    // Top left sees (-10, -10; -10, 1): -10 - 20 - 30 + 4 + 100 = 44, and so on.
    CHECK(output == TensorValues{44, -10 - 20 + 6 - 40 + 100, -10 + 6 - 30 - 40 + 100, 4 - 20 - 30 - 40 + 100});
}

TEST_CASE("a residual layer by hand") {
    Model model = one_layer(1, 1, 2, 1, 1, 2);
    Layer& layer = model.layers[0];
    layer.weight = {1, 0, 0, 1};
    layer.format = "ternary";
    layer.significand = {3, 5};
    layer.shift = {2, 2};
    layer.residual = 0;
    layer.residual_significand = 2;
    model.tensors[0].zero_point = 4;
    model.tensors[1].zero_point = -7;
    layer.bias = {-4, -4};
    golden::validate(model);
    // (10 - 4) * (3 + 2) / 4 = 7.5 -> 8; (-20 - 4) * (5 + 2) / 4 = -42.
    CHECK(golden::run_model(model, {10, -20})[1] == TensorValues{1, -49});
}

TEST_CASE("an average of n values is their sum times 1/n") {
    Model model = one_layer(2, 3, 1, 1, 1, 1);
    Layer& layer = model.layers[0];
    layer.window.kernel_h = 2;
    layer.window.kernel_w = 3;
    layer.weight.assign(6, 1);
    layer.significand = {11184811};
    layer.shift = {26};
    golden::validate(model);
    CHECK(golden::run_model(model, {1, 2, 3, 4, 5, 6})[1] == TensorValues{4});  // 3.5 and a little more
    CHECK(golden::run_model(model, {127, 127, 127, 127, 127, 127})[1] == TensorValues{127});
    CHECK(golden::run_model(model, {-128, -128, -128, -128, -128, -127})[1] == TensorValues{-128});
}

TEST_CASE("the greatest of a window by hand: padding is none, and the least int8 stands where no pixel is") {
    Model model = one_layer(2, 2, 1, 3, 2, 1);
    Layer& layer = model.layers[0];
    layer.window = {2, 2, 2, 2, 1, 1, 2, 0, 2, 2};
    layer.greatest = true;
    layer.weight.assign(4, 1);
    layer.bias = {30};  // of the zero point -30
    model.tensors[0].zero_point = -30;
    model.tensors[1].zero_point = 5;
    golden::validate(model);
    CHECK(golden::run_model(model, {-40, -50, -60, -45})[1] ==
          TensorValues{-93, -93, -40 + 35, -93, -93, -93});
    CHECK(golden::accumulate(model, layer, {-40, -50, -60, -45}, 1, 0, 0) == -40);
}

TEST_CASE("one-bit layers: a byte layer gives signs, an xnor layer reads and gives them, the last gives bytes") {
    Model model;
    model.tensors = {{"in", 2, 2, 1, 1.0f, 3},
                     {"first", 2, 2, 3, 1.0f, 1, true},
                     {"second", 2, 2, 2, 1.0f, -1, true},
                     {"out", 1, 1, 1, 1.0f, -5}};
    const auto layer = [&](int input, int output, const char* format, std::vector<int8_t> weight) {
        Layer result;
        result.name = format;
        result.input = input;
        result.output = output;
        result.format = format;
        result.weight = std::move(weight);
        const size_t channels = static_cast<size_t>(model.tensors[static_cast<size_t>(output)].channels);
        result.bias.assign(channels, 0);
        result.significand.assign(channels, 1);
        result.shift.assign(channels, 0);
        return result;
    };
    model.layers = {layer(0, 1, "ternary", {1, -1, 0}), layer(1, 2, "xnor", std::vector<int8_t>(2 * 9 * 3, -1)),
                    layer(2, 3, "xnor", {1, -1, 1, -1, 1, 1, -1, -1})};
    model.layers[0].bias = {-1, 1, -1};
    model.layers[1].window = {3, 3, 1, 1, 1, 1, 1, 1, 1, 1};
    model.layers[1].bias = {0, 20};
    model.layers[2].window = {2, 2, 1, 1, 1, 1, 0, 0, 0, 0};
    model.input.tensor = 0;
    model.output.tensor = 3;
    golden::validate(model);
    const std::vector<TensorValues> values = golden::run_model(model, {0, 1, 2, -3});
    // a - 1, 1 - a, -1: zero counts as +1.
    CHECK(values[1] == TensorValues{-1, 1, -1, 1, 1, -1, 1, -1, -1, -1, 1, -1});
    // Nine taps of three channels: five in the padding of +1, four of the image, whose values add up to -2.
    // -(15 - 2) < 0; -13 + 20 >= 0.
    CHECK(values[2] == TensorValues{-1, 1, -1, 1, -1, 1, -1, 1});
    CHECK(values[3] == TensorValues{-1 - 1 - 1 - 1 - 1 + 1 + 1 - 1 - 5});
    CHECK(golden::accumulator_bound(model.layers[1]).greatest_biased == 20 + 27);
    CHECK(golden::accumulator_bound(model.layers[1]).least_partial == -27);
}

TEST_CASE("too few values are refused") {
    Model model = one_layer(1, 1, 2, 1, 1, 1);
    model.layers[0].weight = {1, 1};
    CHECK_NOTHROW(golden::run_model(model, {1, 2}));
    CHECK_THROWS_AS(golden::run_model(model, {1}), Error);
    CHECK_THROWS_AS(golden::run_model(model, {}), Error);
}

TEST_CASE("extents of outputs") {
    CHECK(golden::output_extent(8, 3, 1, 1, 1, 1) == 8);
    CHECK(golden::output_extent(8, 3, 2, 1, 1, 1) == 4);
    CHECK(golden::output_extent(8, 3, 2, 2, 0, 0) == 2);
    CHECK(golden::output_extent(2, 3, 1, 1, 0, 0) == 0);
    CHECK(golden::output_extent(2, 3, 1, 1, 0, 1) == 1);
}
