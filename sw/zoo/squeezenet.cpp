#include <set>

#include <fmt/format.h>

#include "sw/zoo/families.hpp"

namespace napier::zoo {

namespace {

Value fire(Builder& builder, const std::string& name, const Value& input, int64_t squeeze, int64_t expand) {
    const auto unit = [&](const char* part, const Value& value, int64_t channels, Window window) {
        return builder.relu(builder.conv(name + "/" + part, value, channels, window, Tail::bias));
    };
    const Value squeezed = unit("squeeze1x1", input, squeeze, square(1));
    const Value narrow = unit("expand1x1", squeezed, expand, square(1));
    const Value wide = unit("expand3x3", squeezed, expand, square(3, 1, 1));
    return builder.concat(name + "/concat", {narrow, wide}, 1);
}

}  // namespace

void squeezenet(Builder& builder, int version, int64_t size, bool has_padding) {
    const bool is_first = version == 0;
    const std::set<int> pooled = is_first ? std::set<int>{4, 8} : std::set<int>{3, 5};  // fires with a pool behind them
    Value value = builder.input("data", {1, 3, builder.side(size), builder.side(size)});
    value = builder.relu(builder.conv("conv1", value, builder.width(is_first ? 96 : 64), square(is_first ? 7 : 3, 2),
                                      Tail::bias));
    value = builder.max_pool("pool1", value, square(3, 2), true);
    for (int i = 2; i <= 9; ++i) {
        const int64_t squeeze = builder.width(16 * (i / 2));
        value = fire(builder, fmt::format("fire{}", i), value, squeeze, 4 * squeeze);
        if (pooled.count(i) > 0) value = builder.max_pool(fmt::format("pool{}", i), value, square(3, 2), true);
    }
    value = builder.relu(builder.conv("conv10", value, builder.width(1000), square(1, 1, has_padding ? 1 : 0),
                                      Tail::bias));
    value = builder.global_average("pool10", value);
    builder.output(builder.reshape("scores", value, {1, builder.width(1000)}));
}

}  // namespace napier::zoo
