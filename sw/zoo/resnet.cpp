#include <fmt/format.h>

#include "sw/zoo/families.hpp"

namespace napier::zoo {

namespace {

// Every second pixel, and zeros for the new channels (option A of the paper).
Value padded_shortcut(Builder& builder, const std::string& name, const Value& input, int64_t channels) {
    Value value = builder.slice(name + ".rows", input, 2, 0, input.height(), 2);
    value = builder.slice(name + ".columns", value, 3, 0, input.width(), 2);
    const int64_t missing = (channels - input.channels()) / 2;
    const std::string pads = builder.integers(name + ".pads", {8}, {0, missing, 0, 0, 0, missing, 0, 0});
    Value like = value;
    like.dims[1] = channels;
    return builder.node(name + ".shortcut", "Pad", {value.name, pads}, like);
}

Value basic_block(Builder& builder, const std::string& name, const Value& input, int64_t channels, int64_t stride,
                  bool has_projection) {
    Value main = builder.conv(name + ".conv1", input, channels, square(3, stride, 1), Tail::batch_norm);
    main = builder.conv(name + ".conv2", builder.relu(main), channels, square(3, 1, 1), Tail::batch_norm);
    Value shortcut = input;
    if (stride > 1 && has_projection) {
        shortcut = builder.conv(name + ".downsample", input, channels, square(1, stride), Tail::batch_norm);
    } else if (stride > 1) {
        shortcut = padded_shortcut(builder, name, input, channels);
    }
    return builder.relu(builder.add(name + ".add", main, shortcut));
}

void stages(Builder& builder, Value value, int count, int blocks, bool has_projection, int64_t classes) {
    int64_t channels = value.channels();
    for (int stage = 1; stage <= count; ++stage) {
        for (int block = 0; block < blocks; ++block) {
            value = basic_block(builder, fmt::format("layer{}.{}", stage, block), value, channels,
                                stage > 1 && block == 0 ? 2 : 1, has_projection);
        }
        channels *= 2;
    }
    const int64_t last = value.channels();
    value = builder.reshape("flat", builder.global_average("avgpool", value), {1, last});
    builder.output(builder.fc("fc", value, builder.width(classes), Tail::bias));
}

}  // namespace

void resnet18(Builder& builder) {
    const Value image = builder.input("input", {1, 3, builder.side(224), builder.side(224)});
    Value value = builder.conv("conv1", image, builder.width(64), square(7, 2, 3), Tail::batch_norm);
    value = builder.max_pool("maxpool", builder.relu(value), square(3, 2, 1), false);
    stages(builder, value, 4, 2, true, 1000);
}

void resnet20(Builder& builder) {
    const Value image = builder.input("input", {1, 3, builder.side(32), builder.side(32)});
    const Value first = builder.conv("conv1", image, builder.width(16), square(3, 1, 1), Tail::batch_norm);
    const Value value = builder.relu(first);
    stages(builder, value, 3, 3, false, 10);
}

}  // namespace napier::zoo
