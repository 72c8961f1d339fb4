// AlexNet and Tiny Darknet.

#include <fmt/format.h>

#include "sw/zoo/families.hpp"

namespace napier::zoo {

void alexnet(Builder& builder) {
    const auto unit = [&](const char* name, const Value& input, int64_t channels, Window window) {
        return builder.relu(builder.conv(name, input, builder.width(channels), window, Tail::bias));
    };
    const Value image = builder.input("data", {1, 3, builder.side(227), builder.side(227)});
    Value value = unit("conv1", image, 96, square(11, 4));
    value = builder.max_pool("pool1", value, square(3, 2), true);
    value = unit("conv2", value, 256, square(5, 1, 2, 2));
    value = builder.max_pool("pool2", value, square(3, 2), true);
    value = unit("conv3", value, 384, square(3, 1, 1));
    value = unit("conv4", value, 384, square(3, 1, 1, 2));
    value = unit("conv5", value, 256, square(3, 1, 1, 2));
    value = builder.max_pool("pool5", value, square(3, 2), true);
    value = builder.reshape("pool5/flat", value, {1, value.channels() * value.height() * value.width()});
    value = builder.relu(builder.fc("fc6", value, builder.width(4096), Tail::bias));
    value = builder.relu(builder.fc("fc7", value, builder.width(4096), Tail::bias));
    builder.output(builder.fc("fc8", value, builder.width(1000), Tail::bias));
}

void tiny_darknet(Builder& builder) {
    struct Step {
        int64_t channels, kernel;
        bool is_pooled;
    };
    constexpr Step steps[] = {{16, 3, true},  {32, 3, true},   {16, 1, false}, {128, 3, false}, {16, 1, false},
                              {128, 3, true}, {32, 1, false},  {256, 3, false}, {32, 1, false}, {256, 3, true},
                              {64, 1, false}, {512, 3, false}, {64, 1, false},  {512, 3, false}, {128, 1, false}};
    Value value = builder.input("data", {1, 3, builder.side(224), builder.side(224)});
    int index = 0;
    for (const Step& step : steps) {
        const std::string number = std::to_string(++index);
        value = builder.conv("conv" + number, value, builder.width(step.channels),
                             square(step.kernel, 1, step.kernel / 2), Tail::batch_norm);
        value = builder.activation("LeakyRelu", value);
        if (step.is_pooled) value = builder.max_pool("maxpool" + number, value, square(2, 2), false);
    }
    value = builder.conv("conv16", value, builder.width(1000), square(1), Tail::bias);
    value = builder.global_average("avgpool", value);
    builder.output(builder.reshape("scores", value, {1, builder.width(1000)}));
}

}  // namespace napier::zoo
