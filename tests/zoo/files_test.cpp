// Do the files hold the network that was built, with seeded weights in the format's integers?

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>

#include "sw/base/error.hpp"
#include "sw/import/import.hpp"
#include "sw/import/reader.hpp"
#include "sw/io/file.hpp"
#include "sw/quantize/weight_format.hpp"
#include "sw/zoo/zoo.hpp"
#include "tests/support/folder.hpp"

using namespace napier;
using Catch::Matchers::Contains;

namespace {

std::vector<uint8_t> file_of(const std::string& name, const std::string& format, uint64_t seed = 1) {
    const test::TemporaryFolder folder;
    zoo::write_network(zoo::build(zoo::find_entry(name), zoo::find_style(format), seed), folder.file("m.onnx"));
    return io::read_file(folder.file("m.onnx"));
}

std::vector<double> reals(const onnx::Graph& graph, const std::string& name) {
    const onnx::Constant& constant = *graph.constants.at(name);
    std::vector<double> values;
    for (size_t i = 0; i < constant.count(); ++i) values.push_back(constant.real(i));
    return values;
}

}  // namespace

TEST_CASE("A file of the zoo is read back with all its nodes and tensors, in every format") {
    for (const std::string& format : zoo::style_names()) {
        INFO(format);
        const zoo::Network network = zoo::build(zoo::find_entry("resnet20"), zoo::find_style(format), 1);
        const onnx::Graph graph = onnx::read_graph(file_of("resnet20", format), {});
        CHECK(graph.nodes.size() == network.graph.nodes.size());
        for (const quantize::LateTensor& tensor : network.tensors) {
            CHECK(graph.constants.at(tensor.name)->dims() == tensor.dims);
        }
    }
}

TEST_CASE("The same seed gives the same file, another seed other weights") {
    CHECK((file_of("resnet20", "int8") == file_of("resnet20", "int8")));
    CHECK((file_of("resnet20", "int8") != file_of("resnet20", "int8", 2)));
    CHECK(file_of("resnet20", "int8").size() == file_of("resnet20", "int8", 2).size());
}

TEST_CASE("Integer weights are the quantizer's of the float32 weights with their normalization") {
    const onnx::Graph exact = onnx::read_graph(file_of("resnet20", "float32"), {});
    const std::vector<double> gain = reals(exact, "layer1.0.conv1/bn_gain"), weights = reals(exact,
                                                                                            "layer1.0.conv1_weight");
    const std::vector<double> variance = reals(exact, "layer1.0.conv1/bn_variance");
    quantize::FloatWeights folded{16, 144, {}};
    for (size_t i = 0; i < weights.size(); ++i) {
        const float factor = float(gain[i / 144]) / std::sqrt(float(variance[i / 144]) + 1e-5f);
        folded.values.push_back(float(weights[i]) * factor);
    }
    for (const quantize::WeightFormat& format : quantize::weight_formats()) {
        INFO(format.name);
        const onnx::Graph graph = onnx::read_graph(file_of("resnet20", format.name), {});
        const quantize::IntegerWeights expected = format.quantize(folded, quantize::Clip::minmax);
        const onnx::Constant& integers = *graph.constants.at("layer1.0.conv1_weight");
        size_t different = 0;
        for (size_t i = 0; i < integers.count(); ++i) different += integers.integer(i) != expected.integers[i];
        CHECK(different == 0);
        double before = 0.0, after = 0.0;  // the scale keeps the first channel's sum of squares
        for (size_t i = 0; i < 144; ++i) {
            before += double(folded.values[i]) * double(folded.values[i]);
            after += expected.real(i) * expected.real(i);
        }
        CHECK(reals(graph, "layer1.0.conv1_weight_scale")[0] ==
              expected.scales[0] * static_cast<float>(std::sqrt(before / after)));
    }
}

TEST_CASE("A network of the zoo without operators that are missing is imported whole") {
    const std::vector<uint8_t> file = file_of("mobilenet-v1", "ternary");
    CHECK(check_onnx(file).empty());
    const Model model = import_onnx(file, "mobilenet-v1");
    CHECK(model.layers.size() == 29);  // 27 convolutions, the average, the last product
    for (const Layer& layer : model.layers) {
        if (layer.operation == "Conv") CHECK(layer.format == "ternary");
    }
}

TEST_CASE("SqueezeNext's sums are part of the rectified layers before them") {
    for (const char* name : {"sqnxt23-v1", "sqnxt23-v5"}) {
        INFO(name);
        const Model model = import_onnx(file_of(name, "int8"), name);
        CHECK(model.layers.size() == 114);  // 111 convolutions, the pool, the average, the last product
        int sums = 0;
        for (const Layer& layer : model.layers) {
            CHECK(layer.operation != "Add");
            CHECK(layer.rectified == (layer.residual >= 0));
            sums += layer.rectified;
        }
        CHECK(sums == 21);
    }
}

TEST_CASE("Tensors of the wrong size are caught when a file is written") {
    zoo::Network network = zoo::build(zoo::find_entry("resnet20"), {}, 1);
    network.tensors[3].bytes = [] { return std::vector<uint8_t>(5); };
    const test::TemporaryFolder folder;
    CHECK_THROWS_AS(zoo::write_network(network, folder.file("m.onnx")), std::logic_error);
    CHECK_THROWS_WITH(io::read_file(folder.file("m.onnx")), Contains("cannot open"));
}

TEST_CASE("A network that no ONNX file can hold is refused before it is written") {
    zoo::Network network = zoo::build(zoo::find_entry("resnet20"), {}, 1);
    network.tensors.push_back({"huge", 1, {int64_t{1} << 29}, [] { return std::vector<uint8_t>(); }});
    const test::TemporaryFolder folder;
    CHECK_THROWS_WITH(zoo::write_network(network, folder.file("m.onnx")), Contains("an ONNX file can have 2147483647"));
}

TEST_CASE("Unknown networks and formats are named") {
    CHECK_THROWS_WITH(zoo::find_entry("resnet19"), Contains("there is no network 'resnet19'"));
    CHECK_THROWS_WITH(zoo::find_style("int7"), Contains("there is no format 'int7'"));
}
