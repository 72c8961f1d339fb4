// devices: every model of digits and a reduced network on every device; a table of their cycles. See --help.

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <chrono>

#include "driver/report/table.hpp"
#include "sw/base/error.hpp"
#include "tests/devices/line_up.hpp"

namespace napier::test {
namespace {

constexpr const char* devices[] = {"sim", "rtl", "tlm", "tlm-loose", "uio", "serial"};

NamedNetwork network_of(const std::string& name) {
    if (name.starts_with("reduced_")) return reduced_network(name.substr(8).c_str(), "odd");
    return digit_network(name, name == "xnor" ? "xnor-small" : name == "mxfp4" ? "mx-small" : "odd");
}

int run(const std::vector<std::string>& names) {
    driver::Table table;
    table.column("model");
    table.column("machine");
    for (const char* device : devices) table.column(device, driver::Align::right);
    table.column("bytes");
    bool good = true;
    for (const std::string& name : names) {
        const auto begin = std::chrono::steady_clock::now();
        const LineUp result = line_up(network_of(name), devices);
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
        fmt::print(stderr, "{}: {:.0f} s\n", result.name, seconds.count());
        std::vector<std::string> cells{result.name, result.machine};
        for (const uint64_t cycles : result.cycles) cells.push_back(driver::with_commas(cycles));
        cells.push_back(result.difference.empty() ? "identical" : result.difference);
        table.row(cells);
        good = good && result.difference.empty();
    }
    fmt::print("{}", table.text());
    return good ? 0 : 1;
}

}  // namespace
}  // namespace napier::test

int main(int argc, char** argv) {
    std::vector<std::string> models{"adder",      "apot", "binary", "float", "int4",         "int8",
                                    "palette",    "shift", "ternary", "ternary_bn", "ttq",   "xnor",
                                    "mxfp4",      "reduced_int8", "reduced_ternary"};
    CLI::App app{
        "Runs models on every device, verilated boards behind a serial line among them: cycles of each, and whether "
        "every byte of memory and every tensor are the same. Exit status 1: a difference."};
    app.add_option("models", models, "digit models, reduced_int8, reduced_ternary; default: all");
    CLI11_PARSE(app, argc, argv);
    try {
        return napier::test::run(models);
    } catch (const napier::Error& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 2;
    }
}
