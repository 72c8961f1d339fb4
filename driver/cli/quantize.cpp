// napier quantize: a float32 model to a quantized one that napier run takes.

#include <fmt/format.h>

#include <filesystem>

#include "driver/cli/command_line.hpp"
#include "driver/cli/images.hpp"
#include "driver/cli/workbench.hpp"
#include "driver/report/table.hpp"
#include "sw/base/error.hpp"
#include "sw/formats/element.hpp"
#include "sw/io/file.hpp"
#include "sw/quantize/accuracy.hpp"
#include "sw/quantize/convert.hpp"
#include "sw/quantize/convert_mx.hpp"
#include "sw/quantize/convert_pam.hpp"
#include "sw/quantize/float_interpreter.hpp"

namespace napier::driver {
namespace {

constexpr const char* piecewise_affine = "pam";

using Images = std::vector<std::vector<float>>;

struct QuantizeOptions {
    std::string model, format, output, calibrate, images, labels, clip = "minmax", scale_rule = "floor";
    std::string activations;  // their scales or, in blocks, their elements; empty: what the format has
    int activation_bits = 8;
    size_t limit = SIZE_MAX;
};

void print_layers(const quantize::Conversion& conversion, const std::string& format) {
    Table table;
    table.column("layer");
    table.column("format");
    for (const char* title : {"weights", "SQNR dB", "max error"}) table.column(title, Align::right);
    const auto row = [&](const std::string& name, size_t weights, const quantize::QuantizationError& error) {
        table.row({name, format, with_commas(weights), fmt::format("{:.2f}", error.sqnr()),
                   fmt::format("{:.3g}", error.greatest)});
    };
    size_t weights = 0;
    for (const quantize::ConvertedLayer& layer : conversion.layers) {
        row(layer.name, layer.weights, layer.error);
        weights += layer.weights;
    }
    row("total", weights, conversion.error);
    fmt::print("{}\n", table.text());
}

void print_accuracy(const char* name, size_t correct, size_t count) {
    const double share = 100.0 * static_cast<double>(correct) / static_cast<double>(count);
    fmt::print("accuracy, {}: {:.2f} % ({} of {} images)\n", name, share, correct, count);
}

// Converts the model, writes the file and reports.
class Quantizer {
public:
    explicit Quantizer(const QuantizeOptions& options)
        : options_(options), graph_(load_graph(options.model)), elements_(quantize::input_count(graph_)),
          name_(std::filesystem::path(options.model).stem().string()) {}

    void to_integers(const quantize::WeightFormat& format) {
        const quantize::ActivationFormat wanted = activations(format);
        if (options_.calibrate.empty()) {
            throw Error(ErrorKind::usage, "activations of integers need ranges; give images with --calibrate.");
        }
        const Images calibration = read_real_images(options_.calibrate, elements_, options_.limit);
        const auto conversion = quantize::convert(graph_, format, quantize::find_clip(options_.clip), calibration,
                                                  wanted);
        finish(conversion, import_onnx(conversion.file, name_), format.name);
    }

    void to_blocks(const spec::Element& element) {
        const auto rule = golden::mx::find_scale_rule(options_.scale_rule);
        const bool same = options_.activations.empty();
        const spec::Element& activations = same ? element : formats::find_element(options_.activations);
        const auto conversion = quantize::convert_mx(graph_, {element, activations, rule});
        finish(conversion, import_real_onnx(conversion.file, name_), element.name);
    }

    void to_piecewise_affine() {
        if (!options_.activations.empty()) {
            throw Error(ErrorKind::usage, "piecewise-affine products have activations of bfloat16; leave out "
                                          "--activations.");
        }
        const quantize::Conversion conversion = quantize::convert_pam(graph_);
        finish(conversion, import_real_onnx(conversion.file, name_), piecewise_affine);
    }

private:
    quantize::ActivationFormat activations(const quantize::WeightFormat& format) const {
        const std::string& wanted = options_.activations;
        if (wanted.empty() || wanted == "tensor" || (wanted == "vectors" && format.in_vectors)) {
            return {format.in_vectors && wanted != "tensor", options_.activation_bits};
        }
        throw Error(ErrorKind::usage,
                    fmt::format("with --to {} there are no --activations {}; give tensor{}.", format.name, wanted,
                                format.in_vectors ? " or vectors" : ", or leave the option out"));
    }

    template <typename Network>
    void finish(const quantize::Conversion& conversion, const Network& model, const char* format) {
        const std::string& path = options_.images.empty() ? options_.calibrate : options_.images;
        Images tests;
        std::vector<int64_t> labels;
        if (!options_.labels.empty() && !path.empty()) {
            tests = read_real_images(path, elements_, SIZE_MAX);
            labels = read_labels(options_.labels, tests.size());
        }
        io::write_file(options_.output, conversion.file);
        print_layers(conversion, format);
        if (!labels.empty()) {
            print_accuracy("float32", quantize::count_correct(graph_, tests, labels), tests.size());
            print_accuracy(format, quantize::count_correct(model, tests, labels), tests.size());
        }
        for (const std::string& note : model.notes) fmt::print("note: {}\n", note);
        fmt::print("{}: {} bytes\n", options_.output, with_commas(conversion.file.size()));
    }

    const QuantizeOptions& options_;
    const onnx::Graph graph_;
    const size_t elements_;
    const std::string name_;
};

int quantize_model(const QuantizeOptions& options) {
    const spec::Element* element = quantize::find_element(options.format);
    const bool is_pam = options.format == piecewise_affine;
    const quantize::WeightFormat* format = element || is_pam ? nullptr : &quantize::find_weight_format(options.format);
    quantize::find_clip(options.clip);
    require_writable(options.output);
    Quantizer quantizer(options);
    if (element) quantizer.to_blocks(*element);
    else if (is_pam) quantizer.to_piecewise_affine();
    else quantizer.to_integers(*format);
    return exit_good;
}

}  // namespace

void add_quantize(CLI::App& app, int& result) {
    std::string names;
    for (const quantize::WeightFormat& format : quantize::weight_formats()) {
        names += (names.empty() ? "" : ", ") + std::string(format.name);
    }
    for (const spec::Element& element : spec::elements) names += ", " + std::string(element.name);
    names += std::string(", ") + piecewise_affine;
    auto options = std::make_shared<QuantizeOptions>();
    CLI::App* command = app.add_subcommand("quantize", "Quantizes a float32 model after training.");
    command->add_option("model", options->model, "ONNX file with float32 weights")->required()->type_name("FILE");
    command->add_option("--to", options->format, "format of the weights: " + names)->required()->type_name("FORMAT");
    command->add_option("-o,--output", options->output, "quantized ONNX file")->required()->type_name("FILE");
    command->add_option("--calibrate", options->calibrate, "images that give the ranges of integer activations: .npy")
        ->type_name("FILE");
    command->add_option("--limit", options->limit, "calibrate with the first N images only")->type_name("N")
        ->check(CLI::PositiveNumber);
    command->add_option("--images", options->images, "images for the accuracy; else those of --calibrate")
        ->type_name("FILE");
    command->add_option("--labels", options->labels, "their labels: .npy of N integers; gives the accuracy")
        ->type_name("FILE");
    command->add_option("--clip", options->clip, "ranges of activations and integer weights: minmax, percentile, mse")
        ->capture_default_str();
    command->add_option("--scale-rule", options->scale_rule, "scales of blocks (mx...): floor, ceil, even, rceil")
        ->capture_default_str();
    command->add_option("--activations", options->activations,
                        "of mx...: their elements, else those of the weights; of vsq: vectors (of 16 channels, each "
                        "with a scale; default) or tensor (one scale)")->type_name("FORMAT");
    command->add_option("--activation-bits", options->activation_bits, "of an activation in vectors: 8 or 4")
        ->check(CLI::IsMember({8, 4}))->capture_default_str();
    command->footer("Example: napier quantize float.onnx --to int4 -o int4.onnx --calibrate images.npy --clip mse");
    command->callback([options, &result] { result = quantize_model(*options); });
}

}  // namespace napier::driver
