#include "driver/session/layer_times.hpp"

#include <algorithm>

#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

void add_traffic(const spec::CommandWords& words, LayerTimes& layer) {
    layer.read_bytes += spec::command_bytes;
    const auto opcode = static_cast<spec::Opcode>(spec::get(words, spec::common::opcode));
    namespace load = spec::load;
    namespace store = spec::store;
    if (opcode == spec::Opcode::load && spec::get(words, load::fill) == 0) {
        layer.read_bytes += static_cast<uint64_t>(spec::get(words, load::length) * spec::get(words, load::count_x) *
                                                  spec::get(words, load::count_y));
    } else if (opcode == spec::Opcode::store) {
        layer.write_bytes += static_cast<uint64_t>(spec::get(words, store::length) * spec::get(words, store::count_x) *
                                                   spec::get(words, store::count_y));
    }
}

// Products of the machine in a cycle, in the format of a layer's mapping.
int peak_products(const spec::Machine& machine, const std::string& format) {
    if (const spec::RealFormat* real = spec::real_format(machine)) return machine.columns * real->channels;
    return spec::products(machine, spec::find_format(format));
}

}  // namespace

double utilization(std::span<const LayerTimes> layers) {
    double at_peak = 0, cycles = 0;
    for (const LayerTimes& layer : layers) {
        at_peak += layer.utilization * double(layer.cycles);
        cycles += double(layer.cycles);
    }
    return cycles > 0 ? at_peak / cycles : 0;
}

std::vector<LayerTimes> layer_times(const Program& program, const spec::Machine& machine, const RunTimes& times) {
    std::vector<LayerTimes> layers(program.layers.size());
    std::vector<uint64_t> ends(program.layers.size());
    for (size_t i = 0; i < program.commands.size(); ++i) {
        const size_t layer = static_cast<size_t>(program.notes[i].layer);
        add_traffic(program.commands[i], layers[layer]);
        if (!times.commands.empty()) ends[layer] = std::max(ends[layer], times.commands[i].end);
    }
    uint64_t before = 0;
    for (size_t i = 0; i < layers.size(); ++i) {
        const uint64_t end = std::max(before, ends[i]);
        layers[i].cycles = end - before;
        before = end;
        if (layers[i].cycles == 0) continue;  // of the host, too
        const double peak = peak_products(machine, program.layers[i].format);
        layers[i].utilization = program.layers[i].products / (peak * layers[i].cycles);
    }
    return layers;
}

}  // namespace napier::driver
