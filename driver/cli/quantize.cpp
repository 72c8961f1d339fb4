// napier quantize: a float32 model to a quantized one that napier run takes.

#include <fmt/format.h>

#include <filesystem>

#include "driver/cli/command_line.hpp"
#include "driver/cli/images.hpp"
#include "driver/cli/workbench.hpp"
#include "driver/report/table.hpp"
#include "sw/io/file.hpp"
#include "sw/quantize/accuracy.hpp"
#include "sw/quantize/convert.hpp"
#include "sw/quantize/float_interpreter.hpp"

namespace napier::driver {
namespace {

using Images = std::vector<std::vector<float>>;

struct QuantizeOptions {
    std::string model, format, output, calibrate, images, labels, clip = "minmax";
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

int quantize_model(const QuantizeOptions& options) {
    const quantize::WeightFormat& format = quantize::find_weight_format(options.format);
    const quantize::Clip clip = quantize::find_clip(options.clip);
    require_writable(options.output);
    const onnx::Graph graph = load_graph(options.model);
    const size_t elements = quantize::input_count(graph);
    const Images calibration = read_real_images(options.calibrate, elements, options.limit);
    const Images tests = options.images.empty() ? calibration
                                                : read_real_images(options.images, elements, SIZE_MAX);
    std::vector<int64_t> labels;
    if (!options.labels.empty()) labels = read_labels(options.labels, tests.size());

    const quantize::Conversion conversion = quantize::convert(graph, format, clip, calibration);
    const Model model = import_onnx(conversion.file, std::filesystem::path(options.model).stem().string());
    io::write_file(options.output, conversion.file);
    print_layers(conversion, format.name);
    if (!labels.empty()) {
        print_accuracy("float32", quantize::count_correct(graph, tests, labels), tests.size());
        print_accuracy(format.name, quantize::count_correct(model, tests, labels), tests.size());
    }
    for (const std::string& note : model.notes) fmt::print("note: {}\n", note);
    fmt::print("{}: {} bytes, activations calibrated on {} images\n", options.output,
               with_commas(conversion.file.size()), with_commas(calibration.size()));
    return exit_good;
}

}  // namespace

void add_quantize(CLI::App& app, int& result) {
    std::string names;
    for (const quantize::WeightFormat& format : quantize::weight_formats()) {
        names += (names.empty() ? "" : ", ") + std::string(format.name);
    }
    auto options = std::make_shared<QuantizeOptions>();
    CLI::App* command = app.add_subcommand("quantize", "Quantizes a float32 model after training.");
    command->add_option("model", options->model, "ONNX file with float32 weights")->required()->type_name("FILE");
    command->add_option("--to", options->format, "format of the weights: " + names)->required()->type_name("FORMAT");
    command->add_option("-o,--output", options->output, "quantized ONNX file")->required()->type_name("FILE");
    command->add_option("--calibrate", options->calibrate, "images that give the activations' ranges: .npy")
        ->required()->type_name("FILE");
    command->add_option("--limit", options->limit, "calibrate with the first N images only")->type_name("N")
        ->check(CLI::PositiveNumber);
    command->add_option("--images", options->images, "images for the accuracy; else those of --calibrate")
        ->type_name("FILE");
    command->add_option("--labels", options->labels, "their labels: .npy of N integers; gives the accuracy")
        ->type_name("FILE");
    command->add_option("--clip", options->clip, "ranges of activations and integer weights: minmax, percentile, mse")
        ->capture_default_str();
    command->footer("Example: napier quantize float.onnx --to int4 -o int4.onnx --calibrate images.npy --clip mse");
    command->callback([options, &result] { result = quantize_model(*options); });
}

}  // namespace napier::driver
