// MobileNet v1 and v3, EfficientNet-B0.

#include <span>

#include <fmt/format.h>

#include "sw/zoo/families.hpp"

namespace napier::zoo {

namespace {

Value activated(Builder& builder, const std::string& operation, const Value& value) {
    return operation == "Relu" ? builder.relu(value) : builder.activation(operation, value);
}

// Squeeze and excite (Hu et al., 2017): a factor a channel from the channels' averages.
Value excited(Builder& builder, const std::string& name, const Value& input, int64_t squeezed, const char* inner,
              const char* gate) {
    const auto dense = [&](const char* part, const Value& value, int64_t channels) {
        return builder.fc(name + part, value, channels, Tail::bias);
    };
    const Value means = builder.reshape(name + ".flat", builder.global_average(name + ".gap", input),
                                        {1, input.channels()});
    Value factors = activated(builder, inner, dense(".fc1", means, squeezed));
    factors = builder.activation(gate, dense(".fc2", factors, input.channels()));
    factors = builder.reshape(name + ".factors", factors, {1, input.channels(), 1, 1});
    return builder.multiply(name + ".mul", input, factors);
}

struct Bottleneck {
    int64_t expanded, channels, kernel, stride;
    int64_t squeezed;        // channels of squeeze and excite; 0: none
    const char* activation;
};

struct Gates {
    const char *inner, *gate;
};

Bottleneck reduced(const Builder& builder, Bottleneck sizes) {
    sizes.expanded = builder.width(sizes.expanded);
    sizes.channels = builder.width(sizes.channels);
    if (sizes.squeezed > 0) sizes.squeezed = builder.width(sizes.squeezed);
    return sizes;
}

Value bottleneck(Builder& builder, const std::string& name, const Value& input, const Bottleneck& sizes, Gates gates) {
    Value value = input;
    if (sizes.expanded != input.channels()) {
        value = builder.conv(name + ".expand", value, sizes.expanded, square(1), Tail::batch_norm);
        value = activated(builder, sizes.activation, value);
    }
    value = builder.conv(name + ".dw", value, sizes.expanded,
                         square(sizes.kernel, sizes.stride, sizes.kernel / 2, sizes.expanded), Tail::batch_norm);
    value = activated(builder, sizes.activation, value);
    if (sizes.squeezed > 0) {
        value = excited(builder, name + ".se", value, sizes.squeezed, gates.inner, gates.gate);
    }
    value = builder.conv(name + ".project", value, sizes.channels, square(1), Tail::batch_norm);
    const bool is_residual = sizes.stride == 1 && sizes.channels == input.channels();
    return is_residual ? builder.add(name + ".add", value, input) : value;
}

constexpr const char* relu = "Relu";
constexpr const char* swish = "HardSwish";

void mobilenet_v3(Builder& builder, std::span<const Bottleneck> blocks, int64_t last, int64_t hidden) {
    last = builder.width(last);
    Value value = builder.input("input", {1, 3, builder.side(224), builder.side(224)});
    value = builder.conv("features.0", value, builder.width(16), square(3, 2, 1), Tail::batch_norm);
    value = builder.activation(swish, value);
    int index = 0;
    for (const Bottleneck& block : blocks) {
        value = bottleneck(builder, fmt::format("features.{}", ++index), value, reduced(builder, block),
                           {relu, "HardSigmoid"});
    }
    value = builder.conv(fmt::format("features.{}", ++index), value, last, square(1), Tail::batch_norm);
    value = builder.global_average("avgpool", builder.activation(swish, value));
    value = builder.fc("classifier.0", builder.reshape("flat", value, {1, last}), builder.width(hidden),
                       Tail::bias);
    builder.output(builder.fc("classifier.3", builder.activation(swish, value), builder.width(1000),
                              Tail::bias));
}

}  // namespace

void mobilenet_v1(Builder& builder) {
    struct Step {
        const char* name;
        int64_t channels, stride;
    };
    constexpr Step steps[] = {{"conv2_1", 64, 1},  {"conv2_2", 128, 2}, {"conv3_1", 128, 1}, {"conv3_2", 256, 2},
                              {"conv4_1", 256, 1}, {"conv4_2", 512, 2}, {"conv5_1", 512, 1}, {"conv5_2", 512, 1},
                              {"conv5_3", 512, 1}, {"conv5_4", 512, 1}, {"conv5_5", 512, 1}, {"conv5_6", 1024, 2},
                              {"conv6", 1024, 1}};
    Value value = builder.input("data", {1, 3, builder.side(224), builder.side(224)});
    value = builder.relu(builder.conv("conv1", value, builder.width(32), square(3, 2, 1), Tail::batch_norm));
    for (const Step& step : steps) {
        const std::string name = step.name;
        const int64_t channels = value.channels();
        value = builder.relu(builder.conv(name + "/dw", value, channels, square(3, step.stride, 1, channels),
                                          Tail::batch_norm));
        value = builder.relu(builder.conv(name + "/sep", value, builder.width(step.channels), square(1),
                                          Tail::batch_norm));
    }
    value = builder.conv("fc7", builder.global_average("pool6", value), builder.width(1000), square(1), Tail::bias);
    builder.output(builder.reshape("scores", value, {1, builder.width(1000)}));
}

void mobilenet_v3_large(Builder& builder) {
    constexpr Bottleneck blocks[] = {
        {16, 16, 3, 1, 0, relu},     {64, 24, 3, 2, 0, relu},      {72, 24, 3, 1, 0, relu},
        {72, 40, 5, 2, 24, relu},    {120, 40, 5, 1, 32, relu},    {120, 40, 5, 1, 32, relu},
        {240, 80, 3, 2, 0, swish},   {200, 80, 3, 1, 0, swish},    {184, 80, 3, 1, 0, swish},
        {184, 80, 3, 1, 0, swish},   {480, 112, 3, 1, 120, swish}, {672, 112, 3, 1, 168, swish},
        {672, 160, 5, 2, 168, swish}, {960, 160, 5, 1, 240, swish}, {960, 160, 5, 1, 240, swish}};
    mobilenet_v3(builder, blocks, 960, 1280);
}

void mobilenet_v3_small(Builder& builder) {
    constexpr Bottleneck blocks[] = {
        {16, 16, 3, 2, 8, relu},    {72, 24, 3, 2, 0, relu},    {88, 24, 3, 1, 0, relu},    {96, 40, 5, 2, 24, swish},
        {240, 40, 5, 1, 64, swish}, {240, 40, 5, 1, 64, swish}, {120, 48, 5, 1, 32, swish}, {144, 48, 5, 1, 40, swish},
        {288, 96, 5, 2, 72, swish}, {576, 96, 5, 1, 144, swish}, {576, 96, 5, 1, 144, swish}};
    mobilenet_v3(builder, blocks, 576, 1024);
}

void efficientnet_b0(Builder& builder) {
    struct Stage {
        int64_t factor, kernel, stride, channels;
        int count;
    };
    constexpr Stage stages[] = {{1, 3, 1, 16, 1}, {6, 3, 2, 24, 2}, {6, 5, 2, 40, 2}, {6, 3, 2, 80, 3},
                                {6, 5, 1, 112, 3}, {6, 5, 2, 192, 4}, {6, 3, 1, 320, 1}};
    Value value = builder.input("input", {1, 3, builder.side(224), builder.side(224)});
    value = builder.conv("stem", value, builder.width(32), square(3, 2, 1), Tail::batch_norm);
    value = builder.activation("Silu", value);
    int index = 0;
    for (const Stage& stage : stages) {
        for (int i = 0; i < stage.count; ++i) {
            const int64_t channels = value.channels();
            const Bottleneck sizes{channels * stage.factor, builder.width(stage.channels), stage.kernel,
                                   i == 0 ? stage.stride : 1, std::max<int64_t>(1, channels / 4), "Silu"};
            value = bottleneck(builder, fmt::format("blocks.{}", index++), value, sizes, {"Silu", "Sigmoid"});
        }
    }
    value = builder.activation("Silu", builder.conv("head", value, builder.width(1280), square(1), Tail::batch_norm));
    value = builder.reshape("flat", builder.global_average("avgpool", value), {1, builder.width(1280)});
    builder.output(builder.fc("fc", value, builder.width(1000), Tail::bias));
}

}  // namespace napier::zoo
