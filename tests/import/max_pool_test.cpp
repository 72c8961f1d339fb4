// Is the greatest value of every window found, whatever stands around the image?

#include <catch2/catch.hpp>

#include "tests/support/onnx/harness.hpp"

using namespace napier;
using namespace napier::test;

namespace {

using Numbers = std::vector<int64_t>;

struct Pool {
    const char* name;
    Numbers kernel, strides, pads, dilations;
    bool rounds_up;
};

Model pooled(const Pool& pool, int zero_point, const Dims& dims, bool is_behind_relu = false) {
    OnnxBuilder graph(13);
    graph.input("x", dims);
    std::string x = graph.quantized("x", 0.5f, zero_point);
    if (is_behind_relu) {
        graph.node("Relu", "relu", {x});
        x = graph.quantized("relu", 0.5f, -128);
    }
    auto node = graph.node("MaxPool", "pool", {x});
    node.integers("kernel_shape", pool.kernel).integers("strides", pool.strides).integers("pads", pool.pads);
    node.integers("dilations", pool.dilations).integer("ceil_mode", pool.rounds_up);
    const int after = is_behind_relu ? -128 : zero_point;
    graph.output(graph.quantized("pool", 0.5f, after), {});
    return require_equal_outputs(graph);
}

}  // namespace

TEST_CASE("windows of any size and stride find their greatest") {
    const Pool pool = GENERATE(Pool{"pairs", {2, 2}, {2, 2}, {0, 0, 0, 0}, {1, 1}, false},
                               Pool{"overlapping", {3, 3}, {2, 2}, {0, 0, 0, 0}, {1, 1}, false},
                               Pool{"padded", {3, 3}, {2, 2}, {1, 1, 1, 1}, {1, 1}, false},
                               Pool{"one more below and right", {3, 3}, {2, 2}, {0, 0, 1, 1}, {1, 1}, false},
                               Pool{"rounded up", {3, 2}, {2, 2}, {0, 0, 0, 0}, {1, 1}, true},
                               Pool{"rounded up to a window of padding", {2, 2}, {3, 3}, {1, 1, 1, 1}, {1, 1}, true},
                               Pool{"rounded up, one begins behind", {2, 2}, {3, 3}, {0, 0, 0, 0}, {1, 1}, true},
                               Pool{"a row", {1, 4}, {1, 1}, {0, 2, 0, 1}, {1, 1}, false},
                               Pool{"a column", {3, 1}, {1, 2}, {0, 0, 0, 0}, {1, 1}, false},
                               Pool{"spread", {2, 3}, {1, 1}, {1, 2, 1, 2}, {2, 2}, false},
                               Pool{"every other", {1, 1}, {2, 2}, {0, 0, 0, 0}, {1, 1}, false});
    const int zero_point = GENERATE(7, -128, 127);
    INFO(pool.name << ", zero point " << zero_point);
    const Model model = pooled(pool, zero_point, {-1, 3, 6, 9});
    REQUIRE(model.layers.size() == 1);
    CHECK(model.layers[0].operation == "MaxPool");
    CHECK(model.layers[0].greatest);
}

TEST_CASE("a pool behind a Relu") {
    const Pool pool{"", {3, 3}, {2, 2}, {1, 1, 1, 1}, {1, 1}, false};
    CHECK(pooled(pool, 3, {-1, 2, 8, 8}, true).layers.size() == 2);
}

TEST_CASE("a window over a line") {
    OnnxBuilder graph(13);
    graph.input("x", {-1, 3, 10});
    graph.node("MaxPool", "pool", {graph.quantized("x", 0.5f, 3)}).integers("kernel_shape", {3})
        .integers("strides", {2});
    graph.output(graph.quantized("pool", 0.5f, 3), {});
    require_equal_outputs(graph);
}

TEST_CASE("another grid behind the pool is one layer more") {
    OnnxBuilder graph(13);
    graph.input("x", {-1, 3, 4, 4});
    graph.node("MaxPool", "pool", {graph.quantized("x", 0.5f, 3)}).integers("kernel_shape", {2, 2})
        .integers("strides", {2, 2});
    graph.output(graph.quantized("pool", 0.75f, -4), {});
    CHECK(require_equal_outputs(graph).layers.size() == 2);
}

TEST_CASE("zeros around the image are values to a pool, its own padding is not") {
    SECTION("zeros alone") {
        OnnxBuilder graph(13);
        graph.input("x", {-1, 3, 4, 4});
        graph.node("Pad", "p", {graph.quantized("x", 0.5f, 100), graph.shape("pads", {0, 0, 1, 1, 0, 0, 1, 1})});
        graph.node("MaxPool", "pool", {"p"}).integers("kernel_shape", {2, 2}).integers("strides", {2, 2});
        graph.output(graph.quantized("pool", 0.5f, 100), {});
        require_equal_outputs(graph);
    }
    SECTION("both") {
        OnnxBuilder graph(13);
        graph.input("x", {-1, 3, 4, 4});
        graph.node("Pad", "p", {graph.quantized("x", 0.5f, 100), graph.shape("pads", {0, 0, 1, 1, 0, 0, 1, 1})});
        graph.node("MaxPool", "pool", {"p"}).integers("kernel_shape", {3, 3}).integers("pads", {1, 1, 1, 1});
        graph.output(graph.quantized("pool", 0.5f, 100), {});
        require_equal_outputs(graph);
    }
}
