// napier zoo: public networks by name.

#include <fmt/format.h>

#include <algorithm>

#include "driver/cli/command_line.hpp"
#include "driver/cli/progress.hpp"
#include "driver/cli/suggest.hpp"
#include "driver/cli/workbench.hpp"
#include "driver/report/table.hpp"
#include "sw/base/error.hpp"
#include "sw/zoo/zoo.hpp"

namespace napier::driver {
namespace {

struct ZooOptions {
    std::string name, format = "int8", output;
    uint64_t seed = 1;
};

// The entry; an unknown name brings the nearest.
const zoo::Entry& entry_of(const std::string& name) {
    std::vector<std::string> names;
    for (const zoo::Entry& entry : zoo::entries()) names.push_back(entry.name);
    if (std::find(names.begin(), names.end(), name) == names.end()) {
        const std::string close = nearest(name, names);
        if (!close.empty()) {
            throw Error(ErrorKind::usage, fmt::format("there is no network '{}' in the zoo; did you mean '{}'?", name,
                                                      close));
        }
    }
    return zoo::find_entry(name);
}

int list() {
    Table table;
    for (const char* title : {"name", "network"}) table.column(title);
    for (const char* title : {"products", "of activations", "parameters"}) table.column(title, Align::right);
    for (const zoo::Entry& entry : zoo::entries()) {
        const zoo::Totals totals = zoo::totals_of(zoo::build(entry, {}, 0).layers);
        table.row({entry.name, entry.description, with_commas(uint64_t(totals.weighted_products)),
                   with_commas(uint64_t(totals.activation_products)), with_commas(uint64_t(totals.parameters))});
    }
    fmt::print("{}", table.text());
    return exit_good;
}

std::string size_of(int64_t channels, int64_t height, int64_t width) {
    return fmt::format("{}x{}x{}", height, width, channels);
}

std::string window_of(const zoo::Layer& layer) {
    const bool has_window = layer.operation == "conv" || layer.operation == "dwconv" || layer.operation == "maxpool";
    if (!has_window) return "";
    return fmt::format("{}x{} /{}", layer.kernel_height, layer.kernel_width, layer.stride);
}

int show(const std::string& name) {
    const zoo::Entry& entry = entry_of(name);
    const zoo::Network network = zoo::build(entry, {}, 0);
    Table table;
    for (const char* title : {"layer", "operation"}) table.column(title);
    for (const char* title : {"input", "output", "window", "groups", "products", "parameters"}) {
        table.column(title, Align::right);
    }
    for (const zoo::Layer& layer : network.layers) {
        table.row({layer.name, layer.operation, size_of(layer.in_channels, layer.in_height, layer.in_width),
                   size_of(layer.out_channels, layer.out_height, layer.out_width), window_of(layer),
                   layer.groups > 1 ? fmt::to_string(layer.groups) : "", with_commas(uint64_t(layer.products)),
                   with_commas(uint64_t(layer.parameters))});
    }
    const zoo::Totals totals = zoo::totals_of(network.layers);
    fmt::print("{}: {}\n\n{}\n{} products by weights, {} of two activations, {} parameters\n", entry.name,
               entry.description, table.text(), with_commas(uint64_t(totals.weighted_products)),
               with_commas(uint64_t(totals.activation_products)), with_commas(uint64_t(totals.parameters)));
    return exit_good;
}

int build(const ZooOptions& options) {
    const zoo::Entry& entry = entry_of(options.name);
    const zoo::Style style = zoo::find_style(options.format);
    require_writable(options.output);
    const zoo::Network network = zoo::build(entry, style, options.seed);
    Progress progress("tensors", network.tensors.size());
    zoo::write_network(network, options.output, [&](size_t, size_t) { progress.advance(); });
    fmt::print("{}: {} in {}, {} nodes\n", options.output, entry.description, options.format,
               with_commas(network.graph.nodes.size()));
    return exit_good;
}

std::string format_names() {
    std::string names;
    for (const std::string& name : zoo::style_names()) names += (names.empty() ? "" : ", ") + name;
    return names;
}

}  // namespace

void add_zoo(CLI::App& app, int& result) {
    auto options = std::make_shared<ZooOptions>();
    CLI::App* command = app.add_subcommand("zoo", "Public networks with their published sizes and seeded weights.");
    command->require_subcommand(1);
    CLI::App* all = command->add_subcommand("list", "Lists the networks: products and parameters.");
    all->callback([&result] { result = list(); });
    CLI::App* one = command->add_subcommand("show", "Lists the layers of a network.");
    one->add_option("name", options->name, "network; see napier zoo list")->required()->type_name("NAME");
    one->callback([options, &result] { result = show(options->name); });
    CLI::App* made = command->add_subcommand("build", "Writes a network as an ONNX file.");
    made->add_option("name", options->name, "network; see napier zoo list")->required()->type_name("NAME");
    made->add_option("--format", options->format, "numbers of the weights: " + format_names())->capture_default_str()
        ->type_name("FORMAT");
    made->add_option("-o,--output", options->output, "ONNX file")->required()->type_name("FILE");
    made->add_option("--seed", options->seed, "of the weights")->capture_default_str()->type_name("N");
    made->callback([options, &result] { result = build(*options); });
    command->footer("Example: napier zoo build sqnxt23-v5 --format ternary -o m.onnx");
}

}  // namespace napier::driver
