#pragma once
// Time and energy of a model on machines, layer by layer.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "driver/energy/table.hpp"
#include "driver/profile/activity.hpp"
#include "driver/profile/explain.hpp"
#include "driver/session/layer_times.hpp"
#include "driver/squeezenext/graph.hpp"
#include "driver/squeezenext/machine.hpp"

namespace napier::driver {

// Parts of a machine that take energy. What each counts: docs/profile.md.
enum class Component : uint8_t {
    array, registers, accumulators, activation_buffer, weight_buffer, parameter_buffer, residual_buffer, output_buffer,
    activation_tables, post_processor, dram, leakage
};
inline constexpr int component_count = 12;
const char* component_name(Component component);  // "activation_buffer"

struct Energies {
    std::array<double, component_count> of{};  // in the table's unit
    double& operator[](Component component) { return of[static_cast<size_t>(component)]; }
    double operator[](Component component) const { return of[static_cast<size_t>(component)]; }
    double total() const;
    void add(const Energies& other);
};

// Span of a layer's commands in one queue, and the cycles in which at least one of them runs.
struct QueueSpan {
    uint64_t begin = 0, end = 0, busy_cycles = 0;
};
inline constexpr int queue_count = 3;  // load, exec, store
const char* queue_name(int queue);
int queue_of(const spec::CommandWords& words);

struct ProfiledLayer {
    std::string name, operation, format, mapping;
    int planes = 1;
    int64_t products = 0;              // useful ones
    int64_t zero_weight_products = 0;  // of these, with a weight of 0
    LayerTimes times;
    LayerCycles cycles;
    Activity activity;
    Energies energies;
    std::array<QueueSpan, queue_count> queues;
    double array_cycles = 0, dram_cycles = 0, post_cycles = 0;  // that each would take alone
    std::string bound;  // "array", "DRAM", "post-processor", "waiting" if all are idle for most of the time, or "host"
    bool on_host = false;  // it takes no cycle and no energy of the machine
};

// What the layers take if the weights of all that can are in another format.
struct Alternative {
    std::string format;
    uint64_t cycles = 0;
    std::vector<ProfiledLayer> layers;
};

struct MachineProfile {
    const spec::Machine* machine = nullptr;
    double memory_bytes_per_cycle = 0;
    uint32_t memory_latency_cycles = 0;
    RunTimes times;
    std::vector<ProfiledLayer> layers;
    Program program;
    std::vector<Alternative> alternatives;

    uint64_t cycles() const { return times.counters[spec::counter_cycles]; }
    double beat_cycles() const;  // of the bus
    double utilization() const;  // of all layers' cycles
    Energies energies() const;   // sums of the layers'
};

// A model on a machine that is only estimated: the arrays of SqueezeNext's study.
struct EstimatedProfile {
    const squeezenext::Array* array = nullptr;
    squeezenext::GraphLayers model;
    std::vector<squeezenext::Estimate> estimates;  // one a layer of the model
};

struct Profile {
    std::string model;
    EnergyTable table;
    std::vector<MachineProfile> machines;
    std::vector<EstimatedProfile> estimates;
    std::vector<std::string> notes;
};

// The energies of one layer. cycles: for the leakage.
Energies energies_of(const ProfiledLayer& layer, const spec::Machine& machine, const EnergyTable& table);

// The layers of a program that ran with `times` on the machine. model: the compiled one for the machine.
// memory: bytes a cycle of the memory it ran with.
std::vector<ProfiledLayer> profiled_layers(const Model& model, const Program& program, const spec::Machine& machine,
                                           const RunTimes& times, const EnergyTable& table,
                                           double memory_bytes_per_cycle);

}  // namespace napier::driver
