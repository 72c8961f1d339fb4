// Does a layer of real numbers compute what its model says, in the stated order?

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "sw/base/error.hpp"
#include "sw/formats/bfloat16.hpp"
#include "sw/formats/element.hpp"
#include "sw/golden/mx/block.hpp"
#include "sw/golden/pam.hpp"
#include "sw/golden/real/layer.hpp"
#include "sw/golden/real/validate.hpp"
#include "tests/support/random.hpp"

namespace {

using namespace napier;
using golden::real::TensorValues;

// One layer from a 5x4 image of `channels` to `outputs` with a window that has every number.
struct Sample {
    RealModel model;
    std::vector<float> weight;  // [out][ky][kx][in per group], as the layer keeps them
    std::vector<float> image;   // channels last, small integers

    Sample(RealProduct product, int channels, int outputs, int groups, const std::string& format, uint64_t seed) {
        test::Random random(seed);
        const std::string kept = product == RealProduct::blocks ? format : "float32";
        model.tensors = {{"input", 5, 4, channels, kept, "rceil"}, {"output", 3, 6, outputs, "float32", "floor"}};
        RealLayer layer{"layer", "Conv", 0, 1, {3, 2, 2, 1, 1, 2, 2, 3, 1, 1}, groups, product, format, {}, {}, {}};
        const int in_per_group = channels / groups;
        for (int row = 0; row < outputs * 3 * 2; ++row) {
            std::vector<float> values;
            for (int i = 0; i < in_per_group; ++i) {
                values.push_back(static_cast<float>(random.number(-4, 4)) / 2);
            }
            weight.insert(weight.end(), values.begin(), values.end());
            add(layer, values);
        }
        for (int o = 0; o < outputs; ++o) {
            layer.bias.push_back(static_cast<float>(random.number(-9, 9)));
        }
        for (int i = 0; i < 5 * 4 * channels; ++i) {
            image.push_back(static_cast<float>(random.number(-4, 4)));
        }
        model.layers.push_back(layer);
        model.input = {0, "input", false};
        model.output = {1, "output", false};
    }

    RealLayer& layer() { return model.layers[0]; }

    void add(RealLayer& layer, const std::vector<float>& values) const {
        if (layer.product == RealProduct::piecewise_affine) {
            for (const float value : values) {
                layer.weight_half.push_back(formats::to_bfloat16(value));
            }
            return;
        }
        for (size_t first = 0; first < values.size(); first += 32) {
            const auto part = std::span(values).subspan(first, std::min<size_t>(32, values.size() - first));
            layer.weight_block.push_back(golden::mx::convert(formats::find_element(layer.weight_format),
                                                             golden::mx::ScaleRule::rceil, part));
        }
    }

    // The output by its definition, exact while everything is a small multiple of 1/4; term: one product.
    double expected(int y, int x, int o, const std::function<double(double, double)>& term) {
        const RealLayer& at = layer();
        const int channels = model.tensors[0].channels, in_per_group = channels / at.groups;
        const int outputs = model.tensors[1].channels, group = o / (outputs / at.groups);
        double sum = at.bias[static_cast<size_t>(o)];
        for (int ky = 0; ky < 3; ++ky) {
            for (int kx = 0; kx < 2; ++kx) {
                const int in_y = y * 2 + ky - 2, in_x = x + kx * 2 - 3;
                for (int i = 0; i < in_per_group; ++i) {
                    if (0 <= in_y && in_y < 5 && 0 <= in_x && in_x < 4) {
                        const int pixel = (in_y * 4 + in_x) * channels + group * in_per_group + i;
                        const int place = ((o * 3 + ky) * 2 + kx) * in_per_group + i;
                        sum += term(image[static_cast<size_t>(pixel)], weight[static_cast<size_t>(place)]);
                    }
                }
            }
        }
        return std::min(std::max(sum, double{at.clamp_low}), double{at.clamp_high});
    }

    void require_outputs(const std::function<double(double, double)>& term) {
        golden::real::validate(model);
        const TensorValues output = golden::real::run_model(model, image)[1];
        size_t next = 0;
        for (int y = 0; y < 3; ++y) {
            for (int x = 0; x < 6; ++x) {
                for (int o = 0; o < model.tensors[1].channels; ++o) {
                    REQUIRE(output.value[next++] == expected(y, x, o, term));
                }
            }
        }
    }
};

double times(double a, double b) {
    return a * b;
}

double piecewise(double a, double b) {
    const auto half = [](double value) { return formats::to_bfloat16(static_cast<float>(value)); };
    return formats::from_bfloat16(golden::pam_product(half(a), half(b)));
}

}  // namespace

TEST_CASE("real layer: blocks, for windows, padding, groups and channels that fill no block") {
    for (const spec::Element& element : spec::elements) {
        Sample(RealProduct::blocks, 3, 2, 1, element.name, 1).require_outputs(times);
        Sample(RealProduct::blocks, 37, 3, 1, element.name, 2).require_outputs(times);
        Sample(RealProduct::blocks, 64, 4, 2, element.name, 3).require_outputs(times);
    }
    Sample clamped(RealProduct::blocks, 33, 2, 1, "mxfp6_e2m3", 4);
    clamped.layer().clamp_low = 0.0f;
    clamped.layer().clamp_high = 6.0f;
    clamped.require_outputs(times);
}

TEST_CASE("real layer: piecewise-affine products, groups of any size") {
    Sample(RealProduct::piecewise_affine, 3, 2, 1, "", 5).require_outputs(piecewise);
    Sample(RealProduct::piecewise_affine, 6, 4, 2, "", 6).require_outputs(piecewise);
    Sample(RealProduct::piecewise_affine, 4, 4, 4, "", 7).require_outputs(piecewise);
}

TEST_CASE("real layer: the order is tap by tap, channel by channel, +0 first") {
    RealModel model;
    model.tensors = {{"input", 1, 2, 2, "float32", "floor"}, {"output", 1, 1, 1, "float32", "floor"}};
    RealLayer layer{"layer", "PamConv", 0, 1, {1, 2, 1, 1, 1, 1, 0, 0, 0, 0}, 1, RealProduct::piecewise_affine,
                    "", {}, {}, {0.0f}};
    const float great = 16777216.0f;
    // Terms 2^24, 1, 1, -2^24: each 1 is lost in a sum in this order.
    layer.weight_half = {0x3F80, 0x3F80, 0x3F80, 0x3F80};
    model.layers = {layer};
    model.input = {0, "input", false};
    model.output = {1, "output", false};
    golden::real::validate(model);
    const auto run = [&](std::vector<float> image) { return golden::real::run_model(model, image)[1].value[0]; };
    CHECK(run({great, 1.0f, 1.0f, -great}) == 0.0f);
    CHECK(run({1.0f, 1.0f, great, -great}) == 2.0f);
    CHECK(run({great, -great, 1.0f, 1.0f}) == 2.0f);
    CHECK(run({0x1.018p0f, 0.0f, 0.0f, 0.0f}) == 1.0078125f);  // rounded to bfloat16, up
    model.input.channels_first = true;
    CHECK(run({great, 1.0f, -great, 1.0f}) == 2.0f);
    // Two blocks a pixel. The first is 2^16 + 2^-7 - 2^16, of which rounded terms would leave nothing.
    model.tensors[0] = {"input", 1, 1, 33, "mxfp8_e4m3", "floor"};
    RealLayer& blocks = model.layers[0];
    blocks.product = RealProduct::blocks;
    blocks.window = {};
    blocks.weight_format = "mxfp8_e4m3";
    blocks.weight_half.clear();
    blocks.weight_block = {formats::Block{127, {0x78, 0x38, 0x38, 0x78}}, formats::Block{127, {0x38}}};
    golden::real::validate(model);
    std::vector<float> image(33);
    image[0] = 256.0f;
    image[1] = 0.0078125f;
    image[3] = -256.0f;
    image[32] = 1.0f;
    CHECK(run(image) == 1.0078125f);
}

TEST_CASE("real layer: outputs are kept in the tensor's format") {
    Sample sample(RealProduct::blocks, 32, 40, 1, "mxfp8_e4m3", 8);
    const std::vector<float> plain = golden::real::run_model(sample.model, sample.image)[1].value;
    for (const std::string format : {"bfloat16", "mxfp4", "mxint8"}) {
        sample.model.tensors[1].format = format;
        golden::real::validate(sample.model);
        const TensorValues output = golden::real::run_model(sample.model, sample.image)[1];
        REQUIRE(output.block.size() == (format == "bfloat16" ? 0 : 3 * 6 * 2));
        for (size_t i = 0; i < plain.size(); ++i) {
            float wanted = formats::from_bfloat16(formats::to_bfloat16(plain[i]));
            if (format != "bfloat16") {
                const spec::Element& element = formats::find_element(format);
                const size_t first = i / 40 * 40 + i % 40 / 32 * 32, count = i % 40 < 32 ? 32 : 8;
                const auto block = golden::mx::convert(element, golden::mx::ScaleRule::floor,
                                                       std::span(plain).subspan(first, count));
                wanted = golden::mx::dequantize(element, block.scale, block.element[i - first]);
            }
            REQUIRE(output.value[i] == wanted);
        }
    }
}

TEST_CASE("real model: what does not fit together is refused") {
    const auto refused = [](const std::function<void(RealModel&)>& change) {
        Sample sample(RealProduct::blocks, 64, 4, 2, "mxfp4", 9);
        golden::real::validate(sample.model);
        change(sample.model);
        CHECK_THROWS_AS(golden::real::validate(sample.model), Error);
    };
    refused([](RealModel& model) { model.layers[0].groups = 4; });
    refused([](RealModel& model) { model.layers[0].weight_block.pop_back(); });
    refused([](RealModel& model) { model.layers[0].weight_half.push_back(0); });
    refused([](RealModel& model) { model.layers[0].weight_block[0].element[5] = 16; });
    refused([](RealModel& model) { model.layers[0].weight_format = "mxfp5"; });
    refused([](RealModel& model) { model.layers[0].bias.pop_back(); });
    refused([](RealModel& model) { model.layers[0].window.pad_top = 0; });
    refused([](RealModel& model) { model.layers[0].window.stride_x = 0; });
    refused([](RealModel& model) { model.layers[0].clamp_low = std::numeric_limits<float>::quiet_NaN(); });
    refused([](RealModel& model) { model.layers[0].input = 1; });
    refused([](RealModel& model) { model.layers[0].output = 2; });
    refused([](RealModel& model) { model.tensors[0].format = "float32"; });
    refused([](RealModel& model) { model.tensors[1].format = "float16"; });
    refused([](RealModel& model) { model.tensors[0].scale_rule = "nearest"; });
    refused([](RealModel& model) { model.tensors[1].channels = 0; });
    refused([](RealModel& model) { model.tensors.push_back({"idle", 1, 1, 1, "float32", "floor"}); });
    refused([](RealModel& model) { model.layers.push_back(model.layers[0]); });
    refused([](RealModel& model) { model.output.tensor = -1; });
}
