#include "driver/capi/runtime.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "driver/cli/network.hpp"
#include "driver/cli/workbench.hpp"
#include "driver/compile/program_file.hpp"
#include "driver/compile/real/compile.hpp"
#include "driver/profile/profile.hpp"
#include "sw/base/error.hpp"
#include "sw/io/file.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {

Runtime::Runtime(const std::string& device, const std::string& machine)
    : machine_(spec::find_machine(machine)), device_(make_device(device, machine_, config_)) {}

std::unique_ptr<Runtime::Loaded> Runtime::read(const std::string& path) const {
    auto loaded = std::make_unique<Loaded>();
    CompileOptions options;
    if (const auto memory = device_->fixed_memory()) options.memory_base = memory->base;
    if (is_program_file(path)) {
        loaded->program = program_from_bytes(io::read_file(path), path);
    } else if (is_real_model(path)) {
        loaded->program = compile(load_real_model(path), machine_, options);
    } else {
        loaded->model = load_model(path);
        loaded->program = compile(*loaded->model, machine_, options);
    }
    return loaded;
}

void Runtime::load(const std::string& path) {
    std::unique_ptr<Loaded> loaded = read(path);
    loaded_.reset();
    device_->configure_memory(memory_for(loaded->program, config_.memory));
    loaded->session = std::make_unique<Session>(*device_, loaded->program);
    loaded_ = std::move(loaded);
}

const Program& Runtime::program() const {
    if (!loaded_) throw Error(ErrorKind::usage, "No model is loaded; load an ONNX file or a compiled program first.");
    return loaded_->program;
}

std::vector<uint8_t> Runtime::run(std::span<const uint8_t> image) {
    const std::vector<int8_t> tensor = to_tensor(program(), image);
    loaded_->times.reset();
    const RunTimes times = loaded_->session->run(tensor);
    std::vector<uint8_t> result = from_tensor(program(), loaded_->session->output());
    loaded_->times = times;
    return result;
}

const RunTimes& Runtime::times() const {
    const Program& loaded = program();
    if (!loaded_->times) {
        throw Error(ErrorKind::usage, fmt::format("Model '{}' has no complete run to tell of; run it.", loaded.model));
    }
    return *loaded_->times;
}

std::vector<LayerReport> Runtime::layers() const {
    const std::vector<LayerTimes> times = layer_times(program(), machine_, this->times());
    std::vector<LayerReport> reports;
    for (size_t i = 0; i < times.size(); ++i) {
        const LayerMapping& layer = program().layers[i];
        reports.push_back({layer.name, layer.operation, layer.format, layer.products, times[i]});
    }
    return reports;
}

std::vector<double> Runtime::energies(const std::string& table) const {
    const EnergyTable energies = find_energy_table(table);
    const RunTimes& run = times();
    if (!loaded_->model) {
        throw Error(ErrorKind::unsupported,
                    fmt::format("'{}' has no energies: they need the weights of an ONNX model of integers; load that.",
                                program().model));
    }
    const double bandwidth = std::min(config_.memory.bytes_per_cycle, double(machine_.beat_bytes));
    std::vector<double> result;
    for (const ProfiledLayer& layer :
         profiled_layers(for_machine(*loaded_->model, machine_), program(), machine_, run, energies, bandwidth)) {
        result.push_back(layer.energies.total());
    }
    return result;
}

}  // namespace napier::driver
