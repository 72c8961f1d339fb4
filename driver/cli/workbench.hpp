#pragma once
// What the subcommands share: options for model, machine and memory, and devices with a program loaded.

#include <CLI/CLI.hpp>

#include <memory>
#include <optional>
#include <string>

#include "driver/compile/compile.hpp"
#include "driver/energy/table.hpp"
#include "driver/session/session.hpp"
#include "sw/import/graph.hpp"
#include "sw/import/import.hpp"

namespace napier::driver {

struct MachineOptions {
    std::string model;
    std::string machine = "edge";
};
void add_machine_options(CLI::App& command, MachineOptions& options);

// import_onnx, import_real_onnx and check_onnx of either; the sentence of every error names the file. load_model
// refuses models of real numbers, which network.hpp takes.
Model load_model(const std::string& path);
RealModel load_real_model(const std::string& path);
std::vector<Unsupported> unsupported_nodes(const std::string& path);
// The graph of an ONNX file, not yet imported.
onnx::Graph load_graph(const std::string& path);

struct MemoryOptions {
    uint32_t read_latency = sim::MemoryConfig{}.read_latency;
    double bytes_per_cycle = sim::MemoryConfig{}.bytes_per_cycle;
};
void add_memory_options(CLI::App& command, MemoryOptions& options);

// How mappings are chosen.
struct SearchArguments {
    std::optional<size_t> plans;    // of each layer to measure
    std::optional<double> seconds;  // of the search
    std::string objective = "latency";
    int jobs = 1;
};
// Adds --plans, --search, --objective and --jobs to a subcommand that compiles.
void add_search_options(CLI::App& command, SearchArguments& arguments);

// Has the compiler search on the simulator's clock. table: of the energies, if the objective is not latency.
void set_search(CompileOptions& choices, const SearchArguments& arguments, const spec::Machine& machine,
                const MemoryOptions& memory, const EnergyTable* table = nullptr);

// Counters and the cycles of every command of a run on the simulator, without moving values; they depend on none.
RunTimes run_times(const spec::Machine& machine, const Program& program, const MemoryOptions& memory);

// Where the device's memory begins, so that a program can be compiled for it; 0 if it is wherever it is configured.
uint32_t memory_base_of(const std::string& device, const spec::Machine& machine);

// A device with a program on it.
struct LoadedDevice {
    LoadedDevice(const std::string& name, const spec::Machine& machine, const Program& program,
                 const MemoryOptions& memory);
    std::unique_ptr<Device> device;
    Session session;
};

// Error (system): the folder of the path does not exist or cannot be written; said before long work, not after it.
void require_writable(const std::string& path);

}  // namespace napier::driver
