#pragma once
// Parts of a transformer on a row of tokens, for the tests of what is made of them.

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/onnx/harness.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

inline std::vector<int> integers(size_t count, uint64_t seed) {
    Random random(seed);
    std::vector<int> values(count);
    for (int& value : values) value = random.number(-127, 127);
    return values;
}

inline std::vector<float> reals(size_t count, uint64_t seed) {
    std::vector<float> values;
    for (const int value : integers(count, seed)) values.push_back(static_cast<float>(value) / 64.0f);
    return values;
}

// x [1, tokens, channels], quantized around 0, and parts of a transformer on it; scales are powers of two.
struct Tokens {
    OnnxBuilder graph{23};
    int64_t tokens, channels;
    std::string x;

    explicit Tokens(int64_t count = 5, int64_t width = 12, int zero_point = 0) : tokens(count), channels(width) {
        graph.input("x", {-1, tokens, channels});
        x = graph.quantized("x", 0.25f, zero_point);
    }

    std::string product(const std::string& name, int64_t outputs, int zero_point = 0) {
        const std::string w = graph.weight(name + "_w", {channels, outputs},
                                           integers(static_cast<size_t>(channels * outputs), name[0]), {1.0f / 64.0f});
        graph.node("MatMul", name, {x, w});
        return graph.quantized(name, 0.5f, zero_point);
    }

    // [1, tokens, heads * n] -> [1, heads, tokens, n]
    std::string heads(const std::string& name, const std::string& value, const Dims& split) {
        graph.node("Reshape", name + "_split", {value, graph.shape(name + "_shape", split)});
        graph.node("Transpose", name + "_heads", {name + "_split"}).integers("perm", {0, 2, 1, 3});
        return name + "_heads";
    }

    std::string turned(const std::string& value, const Dims& order) {
        graph.node("Transpose", value + "_turned", {value}).integers("perm", order);
        return value + "_turned";
    }

    std::string quantized(const std::string& name, float scale, int zero_point = 0) {
        return graph.quantized(name, scale, zero_point);
    }

    void output(const std::string& name) { graph.output(name, {}); }
};

inline const Layer& layer_of(const Model& model, const std::string& name) {
    return *std::find_if(model.layers.begin(), model.layers.end(), [&](const Layer& l) { return l.name == name; });
}

}  // namespace napier::test
