#include <fmt/format.h>

#include "driver/profile/report.hpp"
#include "driver/session/host_work.hpp"

namespace napier::driver {
namespace {

// RFC 4180.
std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string result = "\"";
    for (const char c : text) result += c == '"' ? "\"\"" : std::string(1, c);
    return result + "\"";
}

}  // namespace

std::string profile_csv(const Profile& profile) {
    const std::string unit = energy_suffix(profile.table);
    std::string text = "machine,layer,operation,format,planes_count,duration_cycles,utilization_percent,bound_by,"
                       "products_count,zero_weight_products_count,dram_read_bytes,dram_write_bytes,array_alone_cycles,"
                       "dram_alone_cycles,post_processor_alone_cycles,host_elements_count,host_read_bytes,"
                       "host_write_bytes,energy_" + unit;
    for (int i = 0; i < component_count; ++i) {
        text += fmt::format(",{}_energy_{}", component_name(static_cast<Component>(i)), unit);
    }
    text += "\n";
    for (const MachineProfile& machine : profile.machines) {
        std::vector<HostCount> host(machine.layers.size());
        for (const HostStep& step : machine.program.host) host[size_t(step.layer)] = count_of(machine.program, step);
        for (size_t i = 0; i < machine.layers.size(); ++i) {
            const ProfiledLayer& layer = machine.layers[i];
            text += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}", machine.machine->name,
                                quoted(layer.name), quoted(layer.operation), layer.format, layer.planes,
                                layer.times.cycles, 100.0 * layer.times.utilization, layer.bound, layer.products,
                                layer.zero_weight_products, layer.times.read_bytes, layer.times.write_bytes,
                                layer.array_cycles, layer.dram_cycles, layer.post_cycles, host[i].elements,
                                host[i].read_bytes, host[i].write_bytes, layer.energies.total());
            for (const double part : layer.energies.of) text += fmt::format(",{}", part);
            text += "\n";
        }
    }
    return text;
}

}  // namespace napier::driver
