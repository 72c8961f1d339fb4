#include "tests/support/format_table.hpp"

#include <filesystem>
#include <vector>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/import/import.hpp"
#include "sw/import/reader.hpp"
#include "sw/io/file.hpp"
#include "sw/io/npy.hpp"
#include "sw/quantize/accuracy.hpp"
#include "sw/quantize/convert.hpp"
#include "sw/quantize/convert_mx.hpp"
#include "sw/quantize/convert_pam.hpp"
#include "sw/quantize/float_tensor.hpp"
#include "sw/quantize/fold.hpp"
#include "sw/quantize/vector_scale.hpp"

namespace napier::test {

namespace {

const std::string folder = "sw/models/";
constexpr const char* begin_mark = "<!-- make formats -->\n";
constexpr const char* end_mark = "<!-- end -->\n";

struct Images {
    std::vector<std::vector<float>> images;
    std::vector<int64_t> labels;
};

std::vector<std::vector<float>> read_images(const std::string& name) {
    const io::Array array = io::read_npy(folder + name + ".npy");
    const size_t elements = array.count() / array.shape[0];
    std::vector<std::vector<float>> images;
    for (auto next = array.bytes.begin(); next != array.bytes.end(); next += static_cast<std::ptrdiff_t>(elements)) {
        images.emplace_back(next, next + static_cast<std::ptrdiff_t>(elements));
    }
    return images;
}

Images read_tests() {
    const io::Array labels = io::read_npy(folder + "digits_test_labels.npy");
    return {read_images("digits_test_images"), {labels.bytes.begin(), labels.bytes.end()}};
}

std::filesystem::path model_path(const std::string& format) { return folder + "digits_" + format + ".onnx"; }

onnx::Graph read_model(const char* format) {
    return onnx::read_graph(io::read_file(model_path(format).string()), {});
}

class Rows {
public:
    Rows() : tests_(read_tests()) {}

    // sqnr: of the weights, "" if there is nothing to compare with.
    template <typename Network>
    void add(const std::string& format, const std::string& made, const std::string& bits, const std::string& sqnr,
             const Network& network) {
        const size_t correct = quantize::count_correct(network, tests_.images, tests_.labels);
        const size_t count = tests_.images.size();
        text_ += fmt::format("| `{}` | {} | {} | {} | {:.2f} % ({}) |\n", format, made, bits, sqnr,
                             100.0 * static_cast<double>(correct) / static_cast<double>(count), correct);
    }
    const std::string& text() const { return text_; }

private:
    Images tests_;
    std::string text_ = "| format | made by | bits a weight | SQNR of the weights, dB | right of 360 test images |\n"
                        "|---|---|---|---|---|\n";
};

std::string decibels(const quantize::QuantizationError& error) { return fmt::format("{:.1f}", error.sqnr()); }

// The float network with other weights. Quantize: from the weights' values and their shape, outputs first, to the
// values they stand for.
template <typename Quantize>
std::pair<onnx::Graph, quantize::QuantizationError> with_weights(const onnx::Graph& graph, const Quantize& quantize) {
    std::pair<onnx::Graph, quantize::QuantizationError> result{graph, {}};
    for (const onnx::Node& node : graph.nodes) {
        if (!quantize::has_weights(node)) {
            continue;
        }
        quantize::FloatTensor tensor = quantize::tensor_of(*graph.constants.at(node.inputs[1]));
        const std::vector<float> values = quantize(tensor);
        for (size_t i = 0; i < values.size(); ++i) {
            result.second.add(tensor.values[i], values[i]);
        }
        tensor.values = values;
        result.first.constants[node.inputs[1]] = quantize::constant_of(tensor);
    }
    return result;
}

// Vectors of 16 input channels of one tap: weights as [out][tap][channel], the channels filled with zeros to whole
// vectors.
std::vector<float> in_vectors(const quantize::FloatTensor& tensor, int bits, int scale_bits) {
    const size_t outputs = static_cast<size_t>(tensor.dims[0]), inputs = static_cast<size_t>(tensor.dims[1]);
    const size_t taps = tensor.values.size() / outputs / inputs;
    const size_t filled = (inputs + quantize::scale_vector - 1) / quantize::scale_vector * quantize::scale_vector;
    const auto place = [&](size_t o, size_t i, size_t tap) { return (o * taps + tap) * filled + i; };
    quantize::FloatWeights weights{outputs, taps * filled, std::vector<float>(outputs * taps * filled, 0.0f)};
    std::vector<float> values(tensor.values.size());
    const auto for_each = [&](const auto& visit) {
        for (size_t next = 0; next < values.size(); ++next) {
            visit(next, place(next / taps / inputs, next / taps % inputs, next % taps));
        }
    };
    for_each([&](size_t from, size_t to) { weights.values[to] = tensor.values[from]; });
    const quantize::VectorScaledWeights quantized = quantize::quantize_vectors(weights, bits, scale_bits);
    for_each([&](size_t to, size_t from) { values[to] = static_cast<float>(quantized.real(from)); });
    return values;
}

void add_weights_alone(const onnx::Graph& graph, Rows& rows) {
    constexpr const char* made = "weights alone, after training";
    for (const int bits : {8, 4}) {
        const auto [network, error] = with_weights(graph, [&](const auto& tensor) {
            return in_vectors(tensor, bits, bits);
        });
        rows.add("vsq", made, fmt::format("{} + {}/16", bits, bits), decibels(error), network);
    }
}

// Scales of vectors for activations, too.
void add_both_operands(const onnx::Graph& graph, const std::string& made, Rows& rows) {
    const std::vector<std::vector<float>> calibration = read_images("digits_calibration_images");
    for (const int bits : {8, 4}) {
        const auto conversion = quantize::convert(graph, quantize::find_weight_format("vsq"), quantize::Clip::minmax,
                                                  calibration, {true, bits});
        rows.add("vsq", fmt::format("{}, activations, too: {} bits", made, bits), "4 + 4/16",
                 decibels(conversion.error), import_onnx(conversion.file, "vsq"));
    }
}

// The chain of layers in the formats of real numbers, for weights and activations.
void add_chain(Rows& rows) {
    constexpr const char* made = "`napier quantize`, chain";
    const onnx::Graph graph = read_model("chain");
    rows.add("float32", "training, chain", "32", "", graph);
    const auto add = [&](const std::string& name, const std::string& bits, const quantize::Conversion& conversion) {
        rows.add(name, made, bits, decibels(conversion.error), import_real_onnx(conversion.file, name));
    };
    const auto add_blocks = [&](const spec::Element& weights, const spec::Element& activations) {
        const bool same = &weights == &activations;
        const std::string name = same ? weights.name : fmt::format("{}` by `{}", weights.name, activations.name);
        const quantize::BlockFormats formats{weights, activations, golden::mx::ScaleRule::floor};
        add(name, fmt::format("{} + 8/32", weights.bits), quantize::convert_mx(graph, formats));
    };
    for (const spec::Element& element : spec::elements) add_blocks(element, element);
    add_blocks(*quantize::find_element("mxfp4"), *quantize::find_element("mxfp8_e4m3"));
    add("pam", "16", quantize::convert_pam(graph));
    add_both_operands(quantize::folded(graph), made, rows);
}

}  // namespace

std::string format_table() {
    Rows rows;
    const onnx::Graph graph = quantize::folded(read_model("float"));
    rows.add("float32", "training", "32", "", graph);
    for (const quantize::WeightFormat& format : quantize::weight_formats()) {
        if (format.in_vectors) {
            continue;  // converted alone
        }
        rows.add(format.name, "training", std::to_string(format.bits), "", import_onnx(model_path(format.name)));
    }
    rows.add("adder", "training", "8", "", import_onnx(model_path("adder")));
    rows.add("xnor", "training", "1", "", import_onnx(model_path("xnor")));
    rows.add("mxfp4", "training", "4 + 8/32", "", import_real_onnx(model_path("mxfp4")));
    const std::vector<std::vector<float>> calibration = read_images("digits_calibration_images");
    for (const quantize::WeightFormat& format : quantize::weight_formats()) {
        const auto conversion = quantize::convert(graph, format, quantize::Clip::minmax, calibration);
        rows.add(format.name, "`napier quantize`", fmt::format("{}{}", format.bits, format.in_vectors ? " + 4/16" : ""),
                 decibels(conversion.error), import_onnx(conversion.file, format.name));
    }
    add_both_operands(graph, "`napier quantize`", rows);
    add_weights_alone(graph, rows);
    add_chain(rows);
    return rows.text();
}

std::string with_table(const std::string& text, const std::string& table) {
    const size_t begin = text.find(begin_mark), end = text.find(end_mark);
    if (begin == std::string::npos || end == std::string::npos || end < begin) {
        throw Error(ErrorKind::input, "the text has not both marks between which the table stands; put them back");
    }
    return text.substr(0, begin) + begin_mark + "\n" + table + "\n" + text.substr(end);
}

}  // namespace napier::test
