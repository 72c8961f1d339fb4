#include "driver/report/host_report.hpp"

#include <fmt/format.h>

#include <numeric>

#include "driver/report/table.hpp"
#include "driver/session/host_work.hpp"

namespace napier::driver {

std::string host_line(const Program& program, const std::vector<double>& milliseconds) {
    if (program.host.empty()) return "host work: none; every operator of the model runs on the machine\n";
    const HostCount work = host_work(program);
    const std::string time =
        milliseconds.empty() ? "" : fmt::format(" in {:.1f} ms of this host", std::accumulate(milliseconds.begin(),
                                                                                             milliseconds.end(), 0.0));
    return fmt::format("host work: {} steps, {} elements, {} bytes moved{}; cycles, utilization and energy are those "
                       "of the machine alone\n", program.host.size(), with_commas(work.elements),
                       with_commas(work.read_bytes + work.write_bytes), time);
}

std::string host_text(const Program& program, const std::vector<double>& milliseconds) {
    if (program.host.empty()) return host_line(program, milliseconds);
    Table table;
    for (const char* title : {"layer of the host", "function"}) table.column(title);
    for (const char* title : {"elements", "bytes read", "bytes written", "ms of this host"}) {
        table.column(title, Align::right);
    }
    for (size_t i = 0; i < program.host.size(); ++i) {
        const HostStep& step = program.host[i];
        const HostCount count = count_of(program, step);
        table.row({program.layers[static_cast<size_t>(step.layer)].name, step.work.function,
                   with_commas(count.elements), with_commas(count.read_bytes), with_commas(count.write_bytes),
                   i < milliseconds.size() ? fmt::format("{:.2f}", milliseconds[i]) : ""});
    }
    return table.text() + "\n" + host_line(program, milliseconds);
}

nlohmann::ordered_json host_steps_json(const Program& program, const std::vector<double>& milliseconds) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (size_t i = 0; i < program.host.size(); ++i) {
        const HostStep& step = program.host[i];
        const HostCount count = count_of(program, step);
        list.push_back({{"layer", program.layers[static_cast<size_t>(step.layer)].name},
                        {"function", step.work.function}, {"elements_count", count.elements},
                        {"read_bytes", count.read_bytes}, {"write_bytes", count.write_bytes}});
        if (i < milliseconds.size()) list.back()["host_milliseconds"] = milliseconds[i];
    }
    return list;
}

}  // namespace napier::driver
