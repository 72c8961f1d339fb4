#include <fmt/format.h>

#include "sw/zoo/families.hpp"

namespace napier::zoo {

namespace {

constexpr int64_t last_width = 128;

class SqueezeNext {
public:
    SqueezeNext(Builder& builder, bool is_serial) : builder_(builder), is_serial_(is_serial) {}

    Value unit(const Value& input, int64_t channels, Window window) {
        return builder_.relu(builder_.conv(fmt::format("Convolution{}", ++convolutions_), input, channels, window,
                                           Tail::batch_norm));
    }

    // Two squeezing layers, 3x1 and 1x3 in turn, an expansion, and a shortcut. A first block changes sizes.
    Value block(const Value& input, int64_t channels, int64_t stride, bool is_first, bool rows_first) {
        Value shortcut = input, main = input;
        int64_t main_stride = 1;
        if (is_first) {
            shortcut = unit(input, channels, square(1, stride));
            if (is_serial_) main = shortcut;
            else main_stride = stride;
        }
        main = unit(main, channels / 2, square(1, main_stride));
        main = unit(main, channels / 4, square(1));
        const Window rows{3, 1, 1, 1, 0}, columns{1, 3, 1, 0, 1};
        main = unit(main, channels / 2, rows_first ? rows : columns);
        main = unit(main, channels / 2, rows_first ? columns : rows);
        main = unit(main, channels, square(1));
        return builder_.relu(builder_.add(fmt::format("Eltwise{}", ++sums_), main, shortcut));
    }

    Value stage(Value value, int64_t channels, int64_t stride, int blocks) {
        for (int i = 0; i < blocks; ++i) value = block(value, channels, stride, i == 0, i % 2 == 0);
        return value;
    }

private:
    Builder& builder_;
    const bool is_serial_;
    int convolutions_ = 0, sums_ = 0;
};

}  // namespace

void squeezenext(Builder& builder, int version, int halves) {
    constexpr int blocks[5][4] = {{6, 6, 8, 1}, {6, 6, 8, 1}, {4, 8, 8, 1}, {2, 10, 8, 1}, {2, 4, 14, 1}};
    SqueezeNext network(builder, version > 1);
    Value value = builder.input("data", {1, 3, builder.side(227), builder.side(227)});
    value = network.unit(value, builder.width(64), square(version > 1 ? 5 : 7, 2));
    value = builder.max_pool("pool1", value, square(3, 2), true);
    int64_t channels = builder.width(16 * halves);
    const int64_t last_channels = builder.width(last_width);
    for (int stage = 0; stage < 4; ++stage) {
        value = network.stage(value, channels, stage == 0 ? 1 : 2, blocks[version - 1][stage]);
        channels *= 2;
    }
    value = network.unit(value, last_channels, square(1));
    value = builder.global_average("pool5", value);
    value = builder.reshape("pool5/flat", value, {1, last_channels});
    builder.output(builder.fc("fc1000", value, builder.width(1000), Tail::none));
}

}  // namespace napier::zoo
