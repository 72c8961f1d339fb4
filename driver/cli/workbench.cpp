#include "driver/cli/workbench.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "driver/compile/program_file.hpp"
#include "sw/base/error.hpp"
#include "sw/import/limits.hpp"
#include "sw/import/reader.hpp"
#include "sw/io/file.hpp"

namespace napier::driver {
namespace {

std::unique_ptr<Device> make_loaded(const std::string& name, const spec::Machine& machine, const Program& program,
                                    const MemoryOptions& memory, bool values = true) {
    DeviceConfig config;
    config.values = values;
    config.memory.read_latency = memory.read_latency;
    config.memory.bytes_per_cycle = memory.bytes_per_cycle;
    config.memory = memory_for(program, config.memory);
    std::unique_ptr<Device> device = make_device(name, machine, config);
    if (device->fixed_memory()) device->configure_memory(config.memory);
    return device;
}

// Runs `read`, and puts the path before the sentence of an error that does not name it.
template <typename Read>
auto naming(const std::string& path, Read read) {
    try {
        return read();
    } catch (const Error& error) {
        const std::string text = error.what();
        if (text.find(path) != std::string::npos) throw;
        throw Error(error.kind(), path + ": " + text);
    }
}

// The golden model and the reports need the layers, which a program no longer has.
void require_model(const std::string& path) {
    if (is_program_file(path)) {
        throw Error(ErrorKind::input,
                    fmt::format("'{}' is a compiled program, not a model, so there is nothing to compare its results "
                                "with; give the ONNX file that it was compiled from.", path));
    }
}

}  // namespace

bool is_real_model(const std::string& path) {
    require_model(path);
    return naming(path, [&] { return is_real_onnx(std::filesystem::path(path)); });
}

RealModel load_real_model(const std::string& path) {
    return naming(path, [&] { return import_real_onnx(std::filesystem::path(path)); });
}

Model load_model(const std::string& path) {
    if (is_real_model(path)) {
        throw Error(ErrorKind::unsupported,
                    fmt::format("'{}' computes with microscaling blocks or piecewise-affine products, which this "
                                "command does not take; convert the float32 network to an integer format (napier "
                                "quantize --to).", path));
    }
    return naming(path, [&] { return import_onnx(std::filesystem::path(path)); });
}

std::vector<Unsupported> unsupported_nodes(const std::string& path) {
    const bool real = is_real_model(path);
    return naming(path, [&] {
        return real ? check_real_onnx(std::filesystem::path(path)) : check_onnx(std::filesystem::path(path));
    });
}

onnx::Graph load_graph(const std::string& path) {
    const std::filesystem::path file(path);
    return naming(path, [&] {
        return onnx::read_graph(io::read_file(path, onnx::greatest_file_bytes),
                                file.has_parent_path() ? file.parent_path() : ".");
    });
}

void add_machine_options(CLI::App& command, MachineOptions& options) {
    command.add_option("model", options.model, "ONNX file (QDQ or QONNX)")->required()->type_name("FILE");
    command.add_option("--machine", options.machine, "named machine; see napier machines")->capture_default_str();
}

void add_memory_options(CLI::App& command, MemoryOptions& options) {
    command.add_option("--memory-latency", options.read_latency, "cycles from a read request to its first beat")
        ->capture_default_str()
        ->check(CLI::Range(1, 1'000'000));
    command.add_option("--memory-bandwidth", options.bytes_per_cycle, "bytes a cycle, reads and writes together")
        ->capture_default_str()
        ->check(CLI::Range(0.001, 1024.0));
}

RunTimes run_times(const spec::Machine& machine, const Program& program, const MemoryOptions& memory) {
    const std::unique_ptr<Device> device = make_loaded("sim", machine, program, memory, false);
    Session session(*device, program);
    return session.run(std::vector<int8_t>(program.input_bytes()));
}

uint32_t memory_base_of(const std::string& device, const spec::Machine& machine) {
    const auto memory = make_device(device, machine, {})->fixed_memory();
    return memory ? memory->base : 0;
}

LoadedDevice::LoadedDevice(const std::string& name, const spec::Machine& machine, const Program& program,
                           const MemoryOptions& memory)
    : device(make_loaded(name, machine, program, memory)), session(*device, program) {}

void require_writable(const std::string& path) {
    namespace fs = std::filesystem;
    if (path.empty()) return;
    const fs::path folder = fs::path(path).has_parent_path() ? fs::path(path).parent_path() : fs::path(".");
    std::error_code error;
    if (!fs::is_directory(folder, error)) {
        throw Error(ErrorKind::system,
                    fmt::format("'{}' cannot be written: there is no folder '{}'; create it.", path, folder.string()));
    }
    if (access(folder.c_str(), W_OK) != 0) {
        throw Error(ErrorKind::system,
                    fmt::format("'{}' cannot be written: folder '{}' is not writable; choose another.", path,
                                folder.string()));
    }
    if (fs::is_directory(path, error)) {
        throw Error(ErrorKind::system, fmt::format("'{}' cannot be written: it is a folder; name a file.", path));
    }
}

}  // namespace napier::driver
