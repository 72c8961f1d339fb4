#include "driver/squeezenext/study.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "driver/report/table.hpp"
#include "sw/zoo/zoo.hpp"

namespace napier::driver::squeezenext {
namespace {

constexpr auto none = std::nullopt;

const PaperRow all[] = {
    {"AlexNet", "alexnet", none, none, none, Published{8.26, 15.0e9}},
    {"SqueezeNet v1.0", "squeezenet-1.0-unpadded", 1.2, 837, Published{3.42, 6.7e9}, Published{2.59, 4.5e9}},
    {"SqueezeNet v1.1", "squeezenet-1.1-224", 1.2, 352, Published{1.60, 3.3e9}, Published{1.31, 2.4e9}},
    {"Tiny Darknet", "tiny-darknet", none, none, none, none},
    {"1.0-SqNxt-23", "sqnxt23-v1", 0.72, 282, Published{1.17, 3.2e9}, Published{1.22, 2.5e9}},
    {"1.0-SqNxt-23v2", "sqnxt23-v2", 0.74, 228, Published{1.00, 2.8e9}, Published{1.13, 2.4e9}},
    {"1.0-SqNxt-23v3", "sqnxt23-v3", 0.74, 228, Published{1.00, 2.7e9}, Published{1.08, 2.3e9}},
    {"1.0-SqNxt-23v4", "sqnxt23-v4", 0.77, 228, Published{1.00, 2.6e9}, Published{1.02, 2.2e9}},
    {"1.0-SqNxt-23v5", "sqnxt23-v5", 0.94, 228, Published{1.00, 2.6e9}, Published{1.00, 2.0e9}},
    {"1.5-SqNxt-23", "sqnxt23-1.5-v1", none, none, none, none},
    {"2.0-SqNxt-23", "sqnxt23-2.0-v1", none, none, none, none},
    {"2.0-SqNxt-23v4", "sqnxt23-2.0-v4", none, none, none, none},
    {"2.0-SqNxt-23v5", "sqnxt23-2.0-v5", none, none, none, none},
    {"MobileNet v1", "mobilenet-v1", none, none, none, none},
};

constexpr double million = 1e6;

// "paper", "ours" and "deviation" of a number; digits behind the point.
void add_cells(std::vector<std::string>& cells, std::optional<double> paper, double ours, int digits) {
    cells.push_back(paper ? fmt::format("{:.{}f}", *paper, digits) : "-");
    cells.push_back(fmt::format("{:.{}f}", ours, digits));
}

std::string deviation(std::optional<double> paper, double ours) {
    return paper ? fmt::format("{:+.1f} %", 100.0 * (ours / *paper - 1.0)) : "predicted";
}

std::string array_text(const std::vector<StudyRow>& rows, int array) {
    Table table;
    table.column("network");
    for (const char* title : {"time paper", "ours", "deviation", "energy paper", "ours", "deviation", "cycles"}) {
        table.column(title, Align::right);
    }
    double worst_time = 0.0, worst_energy = 0.0;
    for (const StudyRow& row : rows) {
        const auto& published = array == 0 ? row.paper->on_8x8 : row.paper->on_16x16;
        const double energy = row.estimates[array].energy.total() / 1e9, time = row.relative_time[array];
        const auto paper_time = published ? std::optional(published->relative_time) : none;
        const auto paper_energy = published ? std::optional(published->energy / 1e9) : none;
        std::vector<std::string> cells{row.paper->title};
        add_cells(cells, paper_time, time, 2);
        cells.push_back(deviation(paper_time, time));
        add_cells(cells, paper_energy, energy, 1);
        cells.push_back(deviation(paper_energy, energy));
        cells.push_back(with_commas(uint64_t(std::llround(row.estimates[array].cycles))));
        table.row(cells);
        if (published) {
            worst_time = std::max(worst_time, std::abs(time / *paper_time - 1.0));
            worst_energy = std::max(worst_energy, std::abs(energy / *paper_energy - 1.0));
        }
    }
    const Array& machine = arrays()[size_t(array)];
    return fmt::format("{}: {} KiB buffer. Time: of the fastest network. Energy: 10^9 multiply-accumulates.\n\n{}\n"
                       "greatest deviation: time {:.1f} %, energy {:.1f} %\n\n", machine.name,
                       machine.buffer_bytes >> 10, table.text(), 100.0 * worst_time, 100.0 * worst_energy);
}

std::string sizes_text(const std::vector<StudyRow>& rows) {
    Table table;
    table.column("network");
    for (const char* title : {"parameters M paper", "ours", "products M paper", "ours"}) {
        table.column(title, Align::right);
    }
    for (const StudyRow& row : rows) {
        std::vector<std::string> cells{row.paper->title};
        add_cells(cells, row.paper->parameters, double(row.estimates[0].parameters) / million, 2);
        add_cells(cells, row.paper->products, double(row.estimates[0].products) / million, 0);
        table.row(cells);
    }
    return table.text() + "\n";
}

}  // namespace

std::span<const PaperRow> paper_rows() { return all; }

std::vector<StudyRow> study() {
    std::vector<StudyRow> rows;
    double fastest[2] = {INFINITY, INFINITY};
    for (const PaperRow& paper : all) {
        const zoo::Network network = zoo::build(zoo::find_entry(paper.network), {}, 0);
        StudyRow row{&paper, {}, {}};
        for (size_t array = 0; array < 2; ++array) {
            row.estimates[array] = estimate(network.layers, arrays()[array]);
            fastest[array] = std::min(fastest[array], row.estimates[array].cycles);
        }
        rows.push_back(row);
    }
    for (StudyRow& row : rows) {
        for (size_t array = 0; array < 2; ++array) {
            row.relative_time[array] = row.estimates[array].cycles / fastest[array];
        }
    }
    return rows;
}

std::string study_text(const std::vector<StudyRow>& rows) {
    return "SqueezeNext's study (arXiv 1803.10615, table 3) and the estimates of driver/squeezenext.\n"
           "The paper leaves open the registers, the tiling, the clock and its unit energies; rules and units\n"
           "here are chosen so that its numbers fit. AlexNet's are from the abstract, for 16x16 alone, and were\n"
           "not fitted; the rest is predicted.\n\n" +
           sizes_text(rows) + array_text(rows, 0) + array_text(rows, 1);
}

std::string layers_text(const std::string& title, std::span<const zoo::Layer> layers, const Array& array) {
    Table table;
    for (const char* name : {"layer", "dataflow"}) table.column(name);
    for (const char* name : {"WS cycles", "OS cycles", "memory cycles", "cycles", "DRAM bytes", "energy"}) {
        table.column(name, Align::right);
    }
    table.column("bound by");
    const auto number = [](double value) { return with_commas(uint64_t(std::llround(value))); };
    for (const zoo::Layer& layer : layers) {
        if (!zoo::has_weights(layer)) continue;
        const Estimate one = estimate(layer, array);
        table.row({layer.name, one.is_output_stationary ? "OS" : "WS", number(one.weight_stationary_cycles),
                   number(one.output_stationary_cycles), number(one.memory_cycles), number(one.cycles),
                   with_commas(uint64_t(one.dram_bytes)), number(one.energy.total()),
                   one.bound()});
    }
    return fmt::format("{} on {}\n\n{}", title, array.name, table.text());
}

}  // namespace napier::driver::squeezenext
