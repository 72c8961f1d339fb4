#include "sw/zoo/attention.hpp"

#include <cmath>

namespace napier::zoo {

Value by_heads(Builder& builder, const std::string& name, const Value& input, int64_t heads) {
    const int64_t tokens = input.dims[1], channels = input.dims[2] / heads;
    const Value split = builder.reshape(name + "_split", symmetric(input), {1, tokens, heads, channels});
    return builder.transpose(name + "_heads", split, {0, 2, 1, 3});
}

Value by_tokens(Builder& builder, const std::string& name, const Value& input) {
    const int64_t heads = input.dims[1], tokens = input.dims[2], channels = input.dims[3];
    return builder.reshape(name + "_joined", builder.transpose(name + "_tokens", input, {0, 2, 1, 3}),
                           {1, tokens, heads * channels});
}

Value scores(Builder& builder, const std::string& name, const Value& queries, const Value& keys) {
    Dims order;
    for (size_t axis = 0; axis < keys.dims.size(); ++axis) order.push_back(int64_t(axis));
    std::swap(order[order.size() - 1], order[order.size() - 2]);
    const Value turned = builder.transpose(name + "k_turned", keys, order);
    const double depth = double(queries.dims.back());
    const double spread = queries.spread() * keys.spread() * std::sqrt(depth);
    const Value product = builder.matmul(name + "qk", queries, turned, spread);
    return builder.scaled(name + "scores", product, 1.0 / std::sqrt(depth));
}

Value weighted(Builder& builder, const std::string& name, const Value& scores, const Value& values,
               const std::string& mask) {
    const Value shares = symmetric(builder.softmax(name + "softmax", scores, mask));
    return builder.matmul(name + "pv", shares, values, values.spread());  // tokens have much in common
}

}  // namespace napier::zoo
