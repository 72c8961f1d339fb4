// Does a model's file give SqueezeNext's machine the layers that the zoo has, and name what it does not count?

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "driver/squeezenext/graph.hpp"
#include "driver/squeezenext/machine.hpp"
#include "sw/base/error.hpp"
#include "sw/import/reader.hpp"
#include "sw/io/file.hpp"
#include "sw/zoo/zoo.hpp"
#include "tests/driver/command_line.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/onnx/builder.hpp"

using namespace napier;
using namespace napier::driver::squeezenext;
using Catch::Matchers::Contains;
using test::OnnxBuilder;

namespace {

zoo::Network network(const char* name, const char* format) {
    return zoo::build(zoo::find_entry(name), zoo::find_style(format), 1);
}

onnx::Graph written(const zoo::Network& network) {
    const test::TemporaryFolder folder;
    zoo::write_network(network, folder.file("m.onnx"));
    return onnx::read_graph(io::read_file(folder.file("m.onnx")), {});
}

}  // namespace

TEST_CASE("The layers of a file are those of the network it was written from, in every kind of numbers") {
    for (const auto& [name, format] : {std::pair{"sqnxt23-v5", "float32"}, {"mobilenet-v1", "int4"},
                                       {"resnet20", "mxint8"}, {"squeezenet-1.1-224", "ternary"}}) {
        INFO(name << " " << format);
        const zoo::Network original = network(name, format);
        const GraphLayers read = layers_of(written(original));
        const NetworkEstimate expected = estimate(original.layers, arrays()[1]), found = estimate(read.layers,
                                                                                                 arrays()[1]);
        CHECK(found.cycles == expected.cycles);
        CHECK(found.products == expected.products);
        CHECK(found.energy.total() == expected.energy.total());
    }
}

TEST_CASE("Operators that the estimated machine does not count are named") {
    const GraphLayers read = layers_of(written(network("resnet20", "int8")));
    CHECK(std::count(read.uncounted.begin(), read.uncounted.end(), "layer1.0.add (Add)") == 1);
    CHECK(std::count(read.uncounted.begin(), read.uncounted.end(), "avgpool (GlobalAveragePool)") == 1);
    CHECK(read.uncounted.size() == 9 + 3 * 2 + 1);  // sums; two slices and a pad of each of two shortcuts; the average
}

TEST_CASE("A file without shapes is refused with the remedy") {
    test::OnnxBuilder builder;
    builder.input("x", {1, 3, 8, 8});
    builder.node("Conv", "conv", {"x", builder.reals("w", {4, 3, 1, 1}, std::vector<float>(12, 1.0f))});
    builder.output("y", {1, 4, 8, 8});
    builder.node("Conv", "y", {"conv", builder.reals("v", {4, 4, 1, 1}, std::vector<float>(16, 1.0f))});
    CHECK_THROWS_WITH(layers_of(onnx::read_graph(builder.bytes(), {})),
                      Contains("does not declare the shape of 'conv'") && Contains("shape inference"));
}

TEST_CASE("A file whose numbers do not fit each other is refused") {
    using Change = void (*)(onnx::wire::NodeProto&, OnnxBuilder&);
    const auto graph = [](Change change) {
        OnnxBuilder builder;
        builder.input("x", {1, 4, 8, 8});
        builder.node("Conv", "y", {"x", builder.reals("w", {4, 4, 1, 1}, std::vector<float>(16, 1.0f))});
        builder.output("y", {1, 4, 8, 8});
        change(*builder.graph().mutable_node(0), builder);
        return onnx::read_graph(builder.bytes(), {});
    };
    const auto attribute = [](onnx::wire::NodeProto& node, const char* name, int64_t value, bool is_list) {
        auto* entry = node.add_attribute();
        entry->set_name(name);
        entry->set_type(is_list ? 7 : 2);
        if (is_list) entry->add_ints(value), entry->add_ints(value);
        else entry->set_i(value);
    };
    static const auto add = attribute;
    CHECK(layers_of(graph([](auto&, OnnxBuilder&) {})).layers.size() == 1);
    for (const Change change : {Change([](auto& node, OnnxBuilder&) { add(node, "group", 0, false); }),
                                Change([](auto& node, OnnxBuilder&) { add(node, "group", -4, false); }),
                                Change([](auto& node, OnnxBuilder&) { add(node, "group", 3, false); }),
                                Change([](auto& node, OnnxBuilder&) { add(node, "group", 2, false); }),
                                Change([](auto& node, OnnxBuilder&) { add(node, "strides", 0, true); }),
                                Change([](auto& node, OnnxBuilder&) { add(node, "strides", INT64_MAX, true); })}) {
        CHECK_THROWS_AS(layers_of(graph(change)), Error);
    }
    CHECK_THROWS_AS(layers_of(graph([](auto&, OnnxBuilder& builder) {
        auto* shape = builder.graph().mutable_output(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
        shape->mutable_dim(2)->set_dim_value(INT64_MAX);
    })), Error);
}

TEST_CASE("napier profile puts an estimated machine beside a simulated one") {
    const test::TemporaryFolder folder;
    const std::string model = folder.file("m.onnx");
    REQUIRE(test::napier("zoo build mobilenet-v1 --format ternary -o " + model).code == 0);
    const test::Result result = test::napier("profile " + model + " --machine edge --machine squeezenext-16x16 -o " +
                                             folder.file("out"));
    CHECK(result.code == 0);
    CHECK_THAT(result.text, Contains("not counted by this machine: pool6 (GlobalAveragePool)"));
    const std::vector<uint8_t> bytes = io::read_file(folder.file("out/report.json"));
    const auto report = nlohmann::json::parse(bytes.begin(), bytes.end());
    CHECK(report["machines"].size() == 1);
    REQUIRE(report["estimated_machines"].size() == 1);
    const auto& estimated = report["estimated_machines"][0];
    const NetworkEstimate expected = estimate(network("mobilenet-v1", "ternary").layers, arrays()[1]);
    CHECK(estimated["duration_cycles"].get<double>() == expected.cycles);
    CHECK(std::llround(estimated["energy_mac"].get<double>()) == std::llround(expected.energy.total()));
    CHECK(test::napier("profile " + model + " --machine squeezenext-9x9 -o " + folder.file("out")).code == 2);
}
