#include <cmath>
#include <map>

#include <fmt/format.h>

#include "sw/zoo/attention.hpp"
#include "sw/zoo/families.hpp"

namespace napier::zoo {

namespace {

constexpr int64_t key_channels = 16;

// A grid of side x side tokens, of which queries take every `step`-th in both directions.
struct Grid {
    int64_t side, step;
    int64_t query_side() const { return (side + step - 1) / step; }
};

// For each query and key the number of their distance (rows, columns without sign), counted in order of appearance.
std::vector<int64_t> distances(const Grid& grid, int64_t& count) {
    std::map<std::pair<int64_t, int64_t>, int64_t> numbers;
    std::vector<int64_t> places;
    for (int64_t query = 0; query < grid.query_side() * grid.query_side(); ++query) {
        for (int64_t key = 0; key < grid.side * grid.side; ++key) {
            const std::pair offset(std::abs(query / grid.query_side() * grid.step - key / grid.side),
                                   std::abs(query % grid.query_side() * grid.step - key % grid.side));
            places.push_back(numbers.emplace(offset, int64_t(numbers.size())).first->second);
        }
    }
    count = int64_t(numbers.size());
    return places;
}

// A trained number for each head and distance, spread over the scores [1, heads, M, N].
std::string attention_bias(Builder& builder, const std::string& name, const Value& scores, const Grid& grid) {
    int64_t count = 0;
    const std::vector<int64_t> places = distances(grid, count);
    const Dims dims(scores.dims.begin() + 1, scores.dims.end());
    const Value table = builder.trained(name, {dims[0], count}, "attnbias");
    const std::string indices = builder.integers(name + "_places", {dims[1], dims[2]}, places);
    Value like = scores;
    like.dims = dims;
    return builder.node(name + "_spread", "Gather", {table.name, indices}, like, {{"axis", integer_attribute(1)}}).name;
}

Value part(Builder& builder, const std::string& name, const Value& heads, int64_t begin, int64_t end) {
    return builder.transpose(name + "_heads", builder.slice(name, heads, 3, begin, end), {0, 2, 1, 3});
}

// Every step-th token of the grid's rows and columns.
Value subsampled(Builder& builder, const std::string& name, const Value& input, const Grid& grid) {
    Value value = builder.reshape(name + "grid", input, {1, grid.side, grid.side, input.channels()});
    value = builder.slice(name + "rows", value, 1, 0, grid.side, grid.step);
    value = builder.slice(name + "columns", value, 2, 0, grid.side, grid.step);
    return builder.reshape(name + "tokens", value, {1, grid.query_side() * grid.query_side(), input.channels()});
}

Value attention(Builder& builder, const std::string& name, const Value& input, const Grid& grid, int64_t heads,
                int64_t value_channels, int64_t out_channels) {
    const int64_t tokens = input.dims[1];
    const bool is_subsampled = grid.step > 1;
    const int64_t own = key_channels * (is_subsampled ? 1 : 2) + value_channels;  // of a head in the joint product
    Value joint = builder.fc(name + (is_subsampled ? "kv" : "qkv"), input, heads * own, Tail::batch_norm);
    joint = builder.reshape(name + "joint", symmetric(joint), {1, tokens, heads, own});
    Value queries;
    int64_t place = 0;
    if (is_subsampled) {
        const Value every_second = subsampled(builder, name, input, grid);
        queries = by_heads(builder, name + "q",
                           builder.fc(name + "q", every_second, heads * key_channels, Tail::batch_norm), heads);
    } else {
        queries = part(builder, name + "q", joint, 0, key_channels);
        place = key_channels;
    }
    const Value keys = part(builder, name + "k", joint, place, place + key_channels);
    const Value values = part(builder, name + "v", joint, place + key_channels, own);
    const Value raw = scores(builder, name, queries, keys);
    const std::string bias = attention_bias(builder, name + "attnbias", raw, grid);
    const Value mixed = by_tokens(builder, name, weighted(builder, name, raw, values, bias));
    return builder.fc(name + "proj", builder.activation("HardSwish", mixed), out_channels, Tail::batch_norm);
}

class Levit {
public:
    Levit(Builder& builder, int64_t channels) : builder_(builder), channels_(channels) {}

    Value stem(Value value) {
        for (int i = 0; i < 4; ++i) {
            if (i > 0) value = builder_.activation("HardSwish", value);
            value = builder_.conv(fmt::format("patch_embed.{}", 2 * i), value, channels_ >> (3 - i), square(3, 2, 1),
                                  Tail::batch_norm);
        }
        const int64_t tokens = value.height() * value.width();
        return builder_.transpose("tokens", builder_.reshape("patches", value, {1, channels_, tokens}), {0, 2, 1});
    }

    Value feed_forward(const Value& input) {
        const std::string name = next();
        const Value hidden = builder_.fc(name + "fc1", input, 2 * input.channels(), Tail::batch_norm);
        const Value result = builder_.fc(name + "fc2", builder_.activation("HardSwish", hidden), input.channels(),
                                         Tail::batch_norm);
        return builder_.add(name + "add", result, input);
    }

    Value stage(Value value, int blocks, int64_t side, int64_t heads) {
        for (int i = 0; i < blocks; ++i) {
            const std::string name = next();
            const Value mixed = attention(builder_, name, value, {side, 1}, heads, 2 * key_channels, value.channels());
            value = feed_forward(builder_.add(name + "add", mixed, value));
        }
        return value;
    }

    Value shrink(const Value& value, int64_t side, int64_t heads, int64_t channels) {
        return feed_forward(attention(builder_, next(), value, {side, 2}, heads, 4 * key_channels, channels));
    }

private:
    std::string next() { return fmt::format("blocks.{}.", index_++); }

    Builder& builder_;
    const int64_t channels_;  // of the first stage
    int index_ = 0;
};

}  // namespace

void levit(Builder& builder, const LevitSizes& sizes) {
    constexpr int64_t stem_stride = 16;
    Levit levit(builder, sizes.stages[0].channels);
    Value value = levit.stem(builder.input("input", {1, 3, sizes.image, sizes.image}));
    int64_t side = sizes.image / stem_stride;
    for (int i = 0; i < 3; ++i) {
        const LevitStage& stage = sizes.stages[i];
        value = levit.stage(value, stage.blocks, side, stage.heads);
        if (i < 2) value = levit.shrink(value, side, stage.shrinking_heads, sizes.stages[i + 1].channels);
        side = (side + 1) / 2;
    }
    value = builder.mean_tokens("mean", value);
    Value heads[2];
    const char* names[2] = {"head", "head_dist"};
    for (int i = 0; i < 2; ++i) {
        const std::string name = names[i];
        heads[i] = builder.fc(name, builder.batch_norm(name + "/bn", value), sizes.classes, Tail::bias);
    }
    builder.output(builder.scaled("scores", builder.add("head.avg", heads[0], heads[1]), 0.5));
}

}  // namespace napier::zoo
