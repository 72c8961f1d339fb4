#include "driver/report/run_report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "driver/report/host_report.hpp"
#include "driver/report/table.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

double percent(double part, double whole) { return whole > 0 ? 100.0 * part / whole : 0; }

LayerTimes total(const RunReport& report) {
    LayerTimes sum;
    for (const LayerTimes& layer : report.layers) {
        sum.cycles += layer.cycles;
        sum.read_bytes += layer.read_bytes;
        sum.write_bytes += layer.write_bytes;
    }
    sum.utilization = utilization(report.layers);
    return sum;
}

int64_t total_products(const RunReport& report) {
    int64_t products = 0;
    for (const LayerMapping& layer : report.program->layers) products += layer.products;
    return products;
}

std::string format_of(const LayerMapping& layer) {
    return layer.planes > 1 ? fmt::format("{} x{}", layer.format, layer.planes) : layer.format;
}

std::vector<std::string> cells(const std::string& name, const std::string& operation, const std::string& format,
                               const LayerTimes& layer, int64_t products) {
    return {name, operation, format, with_commas(layer.cycles), fmt::format("{:.1f} %", 100 * layer.utilization),
            with_commas(static_cast<uint64_t>(products)), with_commas(layer.read_bytes + layer.write_bytes)};
}

// The first images' classes, and how often the label is among them.
std::string top_text(const RunReport& report) {
    constexpr size_t most = 5;
    if (report.top_count == 0) return "";
    const TensorPlace& output = report.program->tensors[size_t(report.program->output.tensor)];
    std::string text = fmt::format("top {}: the host orders {} scores of each image\n", report.top_count,
                                   with_commas(uint64_t(int64_t{output.height} * output.width * output.channels)));
    for (size_t i = 0; i < std::min(most, report.top.size()); ++i) {
        text += fmt::format("  image {}: {}\n", i, fmt::join(report.top[i], ", "));
    }
    if (report.correct_in_top) {
        text += fmt::format("top-{} accuracy: {:.2f} % ({} of {} images)\n", report.top_count,
                            percent(*report.correct_in_top, report.images), *report.correct_in_top, report.images);
    }
    return text;
}

}  // namespace

std::string to_text(const RunReport& report) {
    Table table;
    for (const char* title : {"layer", "operation", "format"}) table.column(title);
    for (const char* title : {"cycles", "utilization", "products", "DRAM bytes"}) table.column(title, Align::right);
    for (size_t i = 0; i < report.layers.size(); ++i) {
        const LayerMapping& layer = report.program->layers[i];
        if (layer.on_host()) table.row({layer.name, layer.operation, layer.format, "", "", "", ""});
        else table.row(cells(layer.name, layer.operation, format_of(layer), report.layers[i], layer.products));
    }
    table.row(cells("total", "", "", total(report), total_products(report)));
    std::string text = fmt::format("{} on {} ({}), one image:\n\n{}\n", report.program->model, report.machine->name,
                                   report.device, table.text());
    if (!report.program->host.empty()) {
        text += host_text(*report.program, report.times.host_milliseconds);
    }
    text += fmt::format("cycles: {} from start to done, {} images in {:.2f} s\n",
                        with_commas(report.times.counters[spec::counter_cycles]), report.images, report.seconds);
    if (report.correct) {
        text += fmt::format("accuracy: {:.2f} % ({} of {} images)\n", percent(*report.correct, report.images),
                            *report.correct, report.images);
    }
    text += top_text(report);
    text += fmt::format("golden: {} of {} images identical\n", report.golden_identical, report.images);
    if (report.rtl_images > 0 && report.rtl_identical == report.rtl_images) {
        text += fmt::format("rtl: cycles identical ({} image{}: start and end of {} commands, {} counters, all bytes)",
                            report.rtl_images, report.rtl_images == 1 ? "" : "s", report.program->commands.size(),
                            spec::counter_count);
        text += "\n";
    } else if (report.rtl_images > 0) {
        text += fmt::format("rtl: DIFFERENT in {} of {} images\n", report.rtl_images - report.rtl_identical,
                            report.rtl_images);
    }
    for (const std::string& difference : report.differences) text += difference + "\n";
    return text;
}

std::string to_json(const RunReport& report) {
    using nlohmann::ordered_json;
    ordered_json json = {{"model", report.program->model}, {"machine", report.machine->name},
                         {"device", report.device},        {"images_count", report.images},
                         {"host_seconds", report.seconds}, {"golden_identical_images_count", report.golden_identical},
                         {"rtl_images_count", report.rtl_images},
                         {"rtl_identical_images_count", report.rtl_identical}};
    if (report.correct) json["accuracy_percent"] = percent(*report.correct, report.images);
    if (report.top_count > 0) json["top_classes"] = report.top;
    if (report.top_count > 0 && report.correct_in_top)
        json["top_accuracy_percent"] = percent(*report.correct_in_top, report.images);
    ordered_json counters;
    for (int i = 0; i < spec::counter_count; ++i) {
        std::string key = spec::counters[i].name;
        if (key.ends_with("_busy")) key += "_cycles";  // the others name their unit
        counters[key] = report.times.counters[i];
    }
    json["counters_per_image"] = counters;
    json["layers"] = ordered_json::array();
    for (size_t i = 0; i < report.layers.size(); ++i) {
        const LayerMapping& layer = report.program->layers[i];
        const LayerTimes& times = report.layers[i];
        json["layers"].push_back({{"name", layer.name}, {"operation", layer.operation}, {"format", layer.format},
                                  {"planes_count", layer.planes}, {"duration_cycles", times.cycles},
                                  {"utilization_percent", 100 * times.utilization},
                                  {"products_count", layer.products}, {"passes_count", layer.passes},
                                  {"dram_read_bytes", times.read_bytes}, {"dram_write_bytes", times.write_bytes},
                                  {"mapping", layer.description}});
    }
    json["host_work"] = host_steps_json(*report.program, report.times.host_milliseconds);
    json["differences"] = report.differences;
    return json.dump(2) + "\n";
}

}  // namespace napier::driver
