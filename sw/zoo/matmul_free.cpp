#include "sw/zoo/families.hpp"

namespace napier::zoo {

namespace {

// A product behind a normalization of its own.
Value normed_product(Builder& builder, const std::string& name, const Value& input, int64_t channels) {
    return builder.fc(name, builder.rms_norm(name + ".norm", input), channels, Tail::none);
}

// h(t) = f(t) h(t-1) + (1 - f(t)) c(t), f a sigmoid, c behind a SiLU (HGRN, Qin et al., 2023): a node LinearRecurrence
// along axis 1. The state is its third input where one token is decoded, else it starts at 0.
Value recurrence(Builder& builder, const Value& input, int64_t channels) {
    const Value inner = builder.activation("Silu", normed_product(builder, "L0.i_proj", input, channels));
    const Value forget = builder.activation("Sigmoid", normed_product(builder, "L0.f_proj", input, channels));
    const Value gate = normed_product(builder, "L0.g_proj", input, channels);
    Names inputs{builder.operand(forget), builder.operand(inner)};
    if (input.dims[1] == 1) {
        inputs.push_back(builder.operand(builder.input("L0.state", forget.dims)));
    }
    const Value state = builder.node("L0.hgrn", "LinearRecurrence", inputs, inner, {}, "napier");
    builder.record("L0.hgrn", "recur", input, state);
    return builder.multiply("L0.gated", builder.rms_norm("L0.g_norm", state), builder.activation("Silu", gate));
}

}  // namespace

void matmul_free_block(Builder& builder, int64_t channels, int64_t hidden, int64_t tokens) {
    const Value input = builder.input("input", {1, tokens, channels});
    const Value mixed = recurrence(builder, builder.rms_norm("L0.attn_norm", input), channels);
    const Value sum = builder.add("L0.add1", normed_product(builder, "L0.o_proj", mixed, channels), input);
    const Value joint = normed_product(builder, "L0.gate_proj", builder.rms_norm("L0.mlp_norm", sum), 2 * hidden);
    const Value gate = builder.activation("Silu", builder.slice("L0.gate", joint, 2, 0, hidden));
    const Value gated = builder.multiply("L0.glu", gate, builder.slice("L0.up", joint, 2, hidden, 2 * hidden));
    builder.output(builder.add("L0.add2", normed_product(builder, "L0.down_proj", gated, channels), sum));
}

}  // namespace napier::zoo
