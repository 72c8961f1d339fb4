#include <fmt/format.h>

#include "sw/zoo/attention.hpp"
#include "sw/zoo/families.hpp"

namespace napier::zoo {

namespace {

Value attention(Builder& builder, const std::string& name, const Value& input, int64_t heads) {
    const int64_t channels = input.channels();
    const Value joint = symmetric(builder.fc(name + "qkv", input, 3 * channels, Tail::bias));
    Value parts[3];
    for (int i = 0; i < 3; ++i) {
        const std::string part = name + std::string(1, "qkv"[i]);
        parts[i] = by_heads(builder, part, builder.slice(part, joint, 2, i * channels, (i + 1) * channels), heads);
    }
    const Value mixed = weighted(builder, name, scores(builder, name, parts[0], parts[1]), parts[2]);
    return builder.fc(name + "proj", by_tokens(builder, name, mixed), channels, Tail::bias);
}

Value block(Builder& builder, const std::string& name, const Value& input, int64_t heads) {
    const int64_t channels = input.channels();
    const Value attended = attention(builder, name + "attn.", builder.layer_norm(name + "norm1", input), heads);
    const Value sum = builder.add(name + "add1", attended, input);
    Value hidden = builder.fc(name + "mlp.fc1", builder.layer_norm(name + "norm2", sum), 4 * channels, Tail::bias);
    hidden = builder.fc(name + "mlp.fc2", builder.activation("Gelu", hidden), channels, Tail::bias);
    return builder.add(name + "add2", hidden, sum);
}

}  // namespace

void vision_transformer(Builder& builder, const VisionTransformer& sizes) {
    const int64_t channels = sizes.channels, side = sizes.image / sizes.patch, patches = side * side;
    Value value = builder.conv("patch_embed", builder.input("input", {1, 3, sizes.image, sizes.image}), channels,
                               square(sizes.patch, sizes.patch), Tail::bias);
    value = builder.reshape("patches", symmetric(value), {1, channels, patches});
    value = builder.transpose("patches/tokens", value, {0, 2, 1});
    const Value token = builder.trained("cls_token", {1, 1, channels}, "embed");
    value = builder.concat("tokens", {token, value}, 1);
    value = builder.add_trained("pos_embed", value, {1, patches + 1, channels}, "posemb");
    for (int i = 0; i < sizes.blocks; ++i) value = block(builder, fmt::format("blocks.{}.", i), value, sizes.heads);
    value = builder.slice("first", builder.layer_norm("norm", value), 1, 0, 1);
    value = builder.reshape("first/flat", value, {1, channels});
    builder.output(builder.fc("head", value, sizes.classes, Tail::bias));
}

}  // namespace napier::zoo
