// Are rows of a table, by integers that are an input, work of the host?

#include <catch2/catch.hpp>

#include "tests/import/tokens.hpp"

using namespace napier;
using namespace napier::test;
using Catch::Matchers::Contains;

namespace {

constexpr int int32 = 6, int64 = 7;

// words [1, 5]; a table of 9 rows of 6 channels in int8.
struct Words {
    OnnxBuilder graph{23};
    std::string words, table;

    explicit Words(int type = int64) {
        words = graph.input("words", {-1, 5}, type);
        table = graph.weight("table", {9, 6}, integers(54, 3), {0.0625f});
    }

    std::string rows(const std::string& name, const std::string& from, const std::string& by) {
        graph.node("Gather", name, {from, by});
        return name;
    }

    void output(const std::string& name) { graph.output(name, {}); }
};

}  // namespace

TEST_CASE("rows of a table by an input's integers") {
    Words net(GENERATE(int32, int64));
    SECTION("of quantized values, on another grid") {
        net.output(net.graph.quantized(net.rows("y", net.table, "words"), 0.25f, -5));
        const Model model = require_equal_outputs(net.graph);
        REQUIRE(model.layers.size() == 1);
        CHECK(model.layers[0].host.function == "Gather");
        CHECK(model.layers[0].host.rows.size() == 54);
        CHECK((model.input.rows == 9 && model.input.name == "words"));
        const Tensor& input = model.tensors[static_cast<size_t>(model.input.tensor)];
        CHECK((input.height == 1 && input.width == 5 && input.channels == index_bytes));
        CHECK_THAT(model.notes.back(), Contains("Gather is work of the host"));
    }
    SECTION("of real numbers, to few bits") {
        net.graph.reals("reals", {9, 6}, reals(54, 8));
        net.output(net.graph.quantized(net.rows("y", "reals", "words"), 0.25f, 0));
        require_equal_outputs(net.graph);
    }
    SECTION("cast before, and read by a layer") {
        net.graph.node("Cast", "cast", {"words"}).integer("to", int64);
        const std::string x = net.graph.quantized(net.rows("x", net.table, "cast"), 0.25f, 3);
        const std::string w = net.graph.weight("w", {6, 4}, integers(24, 5), {0.015625f});
        net.graph.node("MatMul", "y", {x, w});
        net.output(net.graph.quantized("y", 2.0f, 1));
        CHECK(require_equal_outputs(net.graph).layers.size() == 2);
    }
    SECTION("of two tables: indices that both have") {
        const std::string other = net.graph.weight("other", {4, 6}, integers(24, 7), {0.0625f});
        const std::string a = net.graph.quantized(net.rows("a", net.table, "words"), 0.25f, 3);
        const std::string b = net.graph.quantized(net.rows("b", other, "words"), 0.5f, 0);
        net.graph.node("Add", "y", {a, b});
        net.output(net.graph.quantized("y", 1.0f, 1));
        const Model model = require_equal_outputs(net.graph);
        CHECK(model.input.rows == 4);
    }
    SECTION("beside another input") {
        net.graph.input("x", {1, 5, 6});
        const std::string a = net.graph.quantized(net.rows("a", net.table, "words"), 0.25f, 3);
        net.graph.node("Add", "y", {a, net.graph.quantized("x", 0.25f, 0)});
        net.output(net.graph.quantized("y", 1.0f, 1));
        const Model model = require_equal_outputs(net.graph);
        REQUIRE(model.more_inputs.size() == 1);
        CHECK((model.input.rows == 9 && model.more_inputs[0].rows == 0));
    }
}

TEST_CASE("what an input's integers cannot do") {
    Words net;
    const auto refused = [&](const std::string& value) {
        net.output(value);
        return check_text(net.graph);
    };
    SECTION("be read by another operator") {
        net.graph.node("Relu", "y", {"words"});
        CHECK_THAT(refused("y"), Contains("'words' is integers of an input, which only Gather reads, in rows of a"));
    }
    SECTION("become real numbers") {
        net.graph.node("Cast", "y", {"words"}).integer("to", 1);
        CHECK_THAT(refused("y"), Contains("it converts between integers and real numbers"));
    }
    SECTION("be quantized") {
        CHECK_THAT(refused(net.graph.quantized("words", 1.0f, 0)), Contains("read it by Gather alone"));
    }
    SECTION("choose columns") {
        net.graph.node("Gather", "y", {net.table, "words"}).integer("axis", 1);
        CHECK_THAT(refused("y"), Contains("it takes values of [9, 6] along axis 1 by an input's integers; take rows"));
    }
    SECTION("choose among more than rows") {
        const std::string cube = net.graph.weight("cube", {3, 2, 6}, integers(36, 7), {0.0625f});
        CHECK_THAT(refused(net.rows("y", cube, "words")), Contains("it takes values of [3, 2, 6] along axis 0"));
    }
    SECTION("choose rows of what is computed") {
        net.graph.input("x", {1, 6});
        CHECK_THAT(refused(net.rows("y", net.graph.quantized("x", 0.25f, 0), "words")), Contains("must be constant"));
    }
    SECTION("give what nothing quantizes") {
        CHECK_THAT(refused(net.rows("y", net.table, "words")), Contains("it is float32 and not quantized"));
    }
    SECTION("be left over") {
        net.graph.input("x", {1, 6});
        net.graph.node("Abs", "y", {net.graph.quantized("x", 0.25f, 0)});
        CHECK_THAT(refused(net.graph.quantized("y", 0.25f, 0)), Contains("its integers are the indices of nothing"));
    }
    SECTION("stand in another shape") {
        OnnxBuilder other(23);
        other.input("words", {1, 2, 3}, int64);
        other.output("words", {});
        CHECK_THAT(check_text(other), Contains("its element type is int64; use float32, uint8 or int8 and convert "
                                               "outside the model, or for rows of a table int64 of shape [1, count]"));
    }
}
