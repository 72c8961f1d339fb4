// Do transformers of the zoo, reduced, give what onnxruntime gives, layer by layer?

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sw/golden/layer.hpp"
#include "sw/import/import.hpp"
#include "sw/import/reader.hpp"
#include "sw/io/file.hpp"
#include "sw/io/npy.hpp"
#include "tests/oracle/host_error.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/recorded_networks.hpp"

namespace {

using namespace napier;
using golden::TensorValues;
using test::is_constant;
using test::model_of;
using test::path_of;

// Values of all layers and images, and how many of them are not the same: in all, and in normalizations that are layers
// of their own, whose biases are rounded to the steps of their inputs.
struct Recorded {
    const char* entry;
    int values, differing, normalized;
};

constexpr Recorded networks[] = {
    {"reduced-levit", 58932, 25, 23},
    {"reduced-bitnet", 8960, 0, 0},
    {"reduced-bitnet-decode", 1184, 0, 0},
    {"reduced-mobilellm", 14276, 0, 0},
};

// Of onnxruntime, and the constant ones.
std::vector<TensorValues> recorded_tensors(const Model& model, const io::Array& array, size_t image) {
    const std::vector<int8_t> all = array.values<int8_t>();
    auto from = all.begin() + static_cast<std::ptrdiff_t>(image * array.shape[1]);
    std::vector<TensorValues> tensors(model.tensors.size());
    for (const ConstantTensor& constant : model.constants) {
        tensors[static_cast<size_t>(constant.tensor)] = constant.values;
    }
    for (size_t i = 0; i < tensors.size(); ++i) {
        if (is_constant(model, i)) continue;
        const auto count = static_cast<std::ptrdiff_t>(golden::element_count(model.tensors[i]));
        tensors[i].assign(from, from + count);
        from += count;
    }
    return tensors;
}

struct Comparison {
    int values = 0, near_ties = 0, differing = 0, normalized = 0;
    std::vector<std::string> unexplained;
};

using Constants = std::map<std::string, onnx::ConstantPointer>;

// How far the bias of a normalization that is a layer of its own is from its accumulator's grid, in output steps, and
// what float32 makes of its constants.
double bias_error(const Model& model, const Layer& layer, const Constants& constants, size_t channel) {
    if (layer.operation != "BatchNormalization") return 0.0;
    const auto constant = [&](const char* which) { return constants.at(layer.name + which)->real(channel); };
    const Tensor &input = model.tensors[static_cast<size_t>(layer.input)],
                 &output = model.tensors[static_cast<size_t>(layer.output)];
    const double factor = constant("_gain") / std::sqrt(constant("_variance") + double{1e-5f});
    const double step = input.scale * std::abs(factor), offset = constant("_mean") * factor;
    const double exact = (constant("_offset") - offset) / step;
    const double offsets = (std::abs(constant("_offset")) + std::abs(offset)) / output.scale;
    return std::abs(exact - std::nearbyint(exact)) * step / output.scale + test::accumulated_rounding(8) * offsets;
}

// What a layer may give for a value that a rounding's width separates from the golden model's.
bool is_neighbour(const Layer& layer, const test::OutputValue& value, int golden, int recorded) {
    if (layer.table.entries.empty()) return std::abs(golden - recorded) <= 1;
    const auto of_table = [&](int before) {
        return before >= -128 && before <= 127 && layer.table.entries[static_cast<uint8_t>(before)] == recorded;
    };
    return of_table(value.output - 1) || of_table(value.output + 1);
}

// One layer from onnxruntime's inputs of it. Where they differ a tie must be nearer than the float32 arithmetic of
// the operators, and the layer's 24-bit significands, can be off.
void compare_layer(const Model& model, const Layer& layer, const std::vector<TensorValues>& tensors,
                   const Constants& constants, Comparison& found) {
    const Tensor& output = model.tensors[static_cast<size_t>(layer.output)];
    const TensorValues golden = golden::run_layer(model, layer, tensors);
    const TensorValues& recorded = tensors[static_cast<size_t>(layer.output)];
    const size_t channels = static_cast<size_t>(output.channels);
    for (size_t i = 0; i < golden.size(); ++i) {
        const size_t pixel = i / channels, width = static_cast<size_t>(output.width);
        const bool host = !layer.host.function.empty();
        const test::OutputValue value =
            host ? test::evaluate_host(model, layer, tensors, pixel, i % channels)
                 : test::evaluate(model, layer, tensors, static_cast<int>(pixel / width),
                                  static_cast<int>(pixel % width), static_cast<int>(i % channels),
                                  bias_error(model, layer, constants, i % channels));
        const bool near_tie = value.distance <= value.bound;
        ++found.values;
        found.near_ties += near_tie;
        if (golden[i] == recorded[i]) continue;
        ++found.differing;
        found.normalized += layer.operation == "BatchNormalization";
        if (near_tie && is_neighbour(layer, value, golden[i], recorded[i])) continue;
        found.unexplained.push_back(fmt::format("{} {}: golden {}, recorded {}, {} from a tie, bound {}", layer.name, i,
                                                golden[i], recorded[i], value.distance, value.bound));
    }
}

Comparison compare(const Model& model, const char* entry) {
    const io::Array array = io::read_npy(path_of(entry, "_tensors.npy"));
    const Constants constants =
        onnx::read_graph(io::read_file(path_of(entry, ".onnx")), "sw/models/zoo").constants;
    Comparison found;
    for (size_t image = 0; image < array.shape[0]; ++image) {
        const std::vector<TensorValues> tensors = recorded_tensors(model, array, image);
        for (const Layer& layer : model.layers) compare_layer(model, layer, tensors, constants, found);
    }
    return found;
}

}  // namespace

TEST_CASE("the recorded networks are those that the zoo builds") {
    const test::TemporaryFolder folder;
    for (const Recorded& network : networks) {
        INFO(network.entry << " (docs/numerics.md says how to record it anew)");
        test::write_recorded(network.entry, folder.file("m.onnx"));
        CHECK(io::read_file(folder.file("m.onnx")) == io::read_file(path_of(network.entry, ".onnx")));
        std::ifstream file(path_of(network.entry, "_tensors.txt"));
        std::stringstream text;
        text << file.rdbuf();
        CHECK(text.str() == test::list_of(model_of(network.entry)));
    }
}

TEST_CASE("every value of every layer of reduced transformers is onnxruntime's, or lies at a tie") {
    for (const Recorded& network : networks) {
        const Comparison found = compare(model_of(network.entry), network.entry);
        INFO(network.entry << ": " << fmt::format("{}", fmt::join(found.unexplained, "\n")));
        CHECK(found.unexplained.empty());
        CHECK(found.values == network.values);
        CHECK(found.differing == network.differing);
        CHECK(found.normalized == network.normalized);
        CHECK(found.near_ties * 100 < found.values);  // the bounds explain little away
    }
}

TEST_CASE("the comparison catches a transformer of the zoo that is slightly wrong") {
    const auto finds = [](const char* entry, auto change) {
        Model wrong = model_of(entry);
        change(wrong);
        return !compare(wrong, entry).unexplained.empty();
    };
    const auto layer_of = [](Model& model, const std::string& function) -> Layer& {
        return *std::find_if(model.layers.begin(), model.layers.end(), [&](const Layer& layer) {
            return layer.host.function == function || layer.operation == function;
        });
    };
    CHECK(finds("reduced-bitnet", [&](Model& m) { layer_of(m, "RMSNormalization").host.gain[3] *= 1.02f; }));
    CHECK(finds("reduced-bitnet", [&](Model& m) { layer_of(m, "RotaryEmbedding").host.sines[9] *= 1.05f; }));
    CHECK(finds("reduced-bitnet", [&](Model& m) { layer_of(m, "Softmax").host.mask.clear(); }));
    CHECK(finds("reduced-bitnet-decode", [&](Model& m) {
        Layer& layer = *std::find_if(m.layers.begin(), m.layers.end(),
                                     [](const Layer& l) { return l.operand.tensor >= 0; });
        for (uint32_t& significand : layer.significand) significand = significand / 100 * 99;
    }));
    CHECK(finds("reduced-mobilellm", [&](Model& m) {
        std::vector<int8_t>& rows = layer_of(m, "Gather").host.rows;
        for (size_t i = 5; i < rows.size(); i += 32) rows[i] = static_cast<int8_t>(rows[i] / 2);
    }));
    CHECK(finds("reduced-levit", [&](Model& m) { layer_of(m, "Softmax").host.mask[7] += 0.1f; }));
}
