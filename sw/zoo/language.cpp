// BitNet's block and MobileLLM.

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "sw/zoo/attention.hpp"
#include "sw/zoo/families.hpp"

namespace napier::zoo {

namespace {

constexpr double rotation_base = 10000.0;

// What all blocks of a network share: tables of rotations, the mask of later tokens.
struct Shared {
    std::string cosines, sines, mask;
};

Shared make_shared_constants(Builder& builder, const Language& sizes, int64_t tokens) {
    const int64_t channels = sizes.channels / sizes.heads, first = tokens == 1 ? sizes.cached_tokens : 0;
    std::vector<float> cosines, sines;
    for (int64_t token = first; token < first + tokens; ++token) {
        for (int64_t i = 0; i < channels / 2; ++i) {
            const double angle = double(token) * std::pow(rotation_base, -2.0 * double(i) / double(channels));
            cosines.push_back(static_cast<float>(std::cos(angle)));
            sines.push_back(static_cast<float>(std::sin(angle)));
        }
    }
    Shared shared;
    shared.cosines = builder.constant("rotation_cos", {1, tokens, channels / 2}, cosines);
    shared.sines = builder.constant("rotation_sin", {1, tokens, channels / 2}, sines);
    if (tokens > 1) {
        std::vector<float> mask;
        for (int64_t i = 0; i < tokens * tokens; ++i) {
            mask.push_back(i % tokens > i / tokens ? -std::numeric_limits<float>::infinity() : 0.0f);
        }
        shared.mask = builder.constant("attention_mask", {tokens, tokens}, mask);
    }
    return shared;
}

// Rotary position embedding (Su et al., 2021) of [1, heads, T, channels].
Value rotated(Builder& builder, const std::string& name, const Value& input, const Shared& shared) {
    return builder.node(name + "_rotated", "RotaryEmbedding", {builder.operand(input), shared.cosines, shared.sines},
                        input);
}

class Block {
public:
    Block(Builder& builder, const Language& sizes, std::string name, const Shared& shared)
        : builder_(builder), sizes_(sizes), name_(std::move(name)), shared_(shared) {}

    Value run(const Value& input) {
        const Value attended = attention(builder_.rms_norm(name_ + "attn_norm", input));
        const Value sum = builder_.add(name_ + "add1", attended, input);
        return builder_.add(name_ + "add2", feed_forward(builder_.rms_norm(name_ + "ffn_norm", sum)), sum);
    }

private:
    int64_t head_channels() const { return sizes_.channels / sizes_.heads; }

    Value product(const char* name, const Value& input, int64_t channels) {
        return builder_.fc(name_ + name, input, channels, Tail::none);
    }

    // Keys or values of all tokens: those before come as an input, quantized as all are, so that nothing is copied.
    Value with_cache(const char* name, const Value& value) {
        if (value.dims[2] > 1) {
            return value;
        }
        const Value before = symmetric(builder_.input(name_ + name + "_cache",
                                                      {1, sizes_.key_heads, sizes_.cached_tokens, head_channels()}));
        return symmetric(builder_.concat(name_ + name + "_all", {before, value}, 2));
    }

    // [1, heads, T, channels] -> [1, key heads, heads of a key head, T, channels], so that heads share keys.
    Value grouped(const char* name, const Value& value, int64_t heads) {
        if (sizes_.heads == sizes_.key_heads) {
            return value;
        }
        return builder_.reshape(name_ + name + "_grouped", value, {1, sizes_.key_heads, heads / sizes_.key_heads,
                                                                   value.dims[2], value.dims[3]});
    }

    Value attention(const Value& input) {
        const int64_t key_channels = sizes_.key_heads * head_channels();
        const auto heads = [&](const char* name, int64_t channels, int64_t count) {
            return by_heads(builder_, name_ + name, product(name, input, channels), count);
        };
        const Value queries = heads("q", sizes_.channels, sizes_.heads), keys = heads("k", key_channels,
                                                                                      sizes_.key_heads);
        const Value values = heads("v", key_channels, sizes_.key_heads);
        const Value all_keys = with_cache("k", rotated(builder_, name_ + "k", keys, shared_));
        const Value raw = scores(builder_, name_, grouped("q", rotated(builder_, name_ + "q", queries, shared_),
                                                          sizes_.heads), grouped("k", all_keys, sizes_.key_heads));
        Value mixed = weighted(builder_, name_, raw, grouped("v", with_cache("v", values), sizes_.key_heads),
                               shared_.mask);
        mixed = builder_.reshape(name_ + "mixed", mixed, {1, sizes_.heads, input.dims[1], head_channels()});
        mixed = by_tokens(builder_, name_, mixed);
        if (sizes_.has_sub_norms) mixed = builder_.rms_norm(name_ + "attn_sub_norm", mixed);
        return product("o", mixed, sizes_.channels);
    }

    Value feed_forward(const Value& input) {
        const Value gate = builder_.activation(sizes_.activation, product("gate", input, sizes_.hidden));
        Value hidden = builder_.multiply(name_ + "glu", gate, product("up", input, sizes_.hidden));
        if (sizes_.has_sub_norms) hidden = builder_.rms_norm(name_ + "ffn_sub_norm", hidden);
        return product("down", hidden, sizes_.channels);
    }

    Builder& builder_;
    const Language& sizes_;
    const std::string name_;
    const Shared& shared_;
};

}  // namespace

void language_block(Builder& builder, const Language& sizes, int64_t tokens) {
    const Value input = builder.input("input", {1, tokens, sizes.channels});
    const Shared shared = make_shared_constants(builder, sizes, tokens);
    builder.output(Block(builder, sizes, "L0.", shared).run(input));
}

void language_model(Builder& builder, const LanguageModel& sizes, int64_t tokens) {
    const int64_t channels = sizes.block.channels;
    const Value input = builder.token_input("tokens", {1, tokens});
    const std::string table = builder.weight_table("embed", sizes.rows, channels);
    Value like;
    like.dims = {1, tokens, channels};
    Value value = builder.node("embedded", "Gather", {table, input.name}, like, {{"axis", integer_attribute(0)}});
    const Shared shared = make_shared_constants(builder, sizes.block, tokens);
    for (int i = 0; i < sizes.blocks; ++i) {
        value = Block(builder, sizes.block, fmt::format("L{}.", i), shared).run(value);
    }
    value = builder.slice("last", builder.rms_norm("norm", value), 1, tokens - 1, tokens);
    value = builder.reshape("last/flat", value, {1, channels});
    builder.output(builder.fc_by_table("lm_head", value, table, sizes.rows));
}

}  // namespace napier::zoo
