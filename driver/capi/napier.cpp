#include "driver/capi/napier.h"

#include <fmt/format.h>

#include <cstring>
#include <new>

#include "driver/capi/runtime.hpp"
#include "sw/base/error.hpp"

using napier::Error;
using napier::ErrorKind;

struct napier_device {
    napier::driver::Runtime runtime;
    // What strings of a napier_port and a napier_layer point to; renewed with the model.
    std::vector<napier::driver::PortShape> inputs;
    napier::driver::PortShape output;
    std::vector<napier::driver::LayerReport> layers;
};

namespace {

thread_local std::string last_error;

napier_status fail(napier_status status, const char* sentence) noexcept {
    try {
        last_error = sentence;
    } catch (...) {
        last_error.clear();  // no memory for the sentence; the status stays
    }
    return status;
}

napier_status status_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::usage: return NAPIER_USAGE;
        case ErrorKind::input: return NAPIER_INPUT;
        case ErrorKind::unsupported: return NAPIER_UNSUPPORTED;
        case ErrorKind::capacity: return NAPIER_CAPACITY;
        case ErrorKind::device:
        case ErrorKind::mismatch: return NAPIER_DEVICE;
        case ErrorKind::system: return NAPIER_SYSTEM;
    }
    return NAPIER_INTERNAL;
}

// Runs the body of a call; what it throws becomes a status and a sentence.
template <typename Body>
napier_status guarded(Body body) noexcept {
    try {
        body();
        return NAPIER_OK;
    } catch (const Error& error) {
        return fail(status_of(error.kind()), error.what());
    } catch (const std::bad_alloc&) {
        return fail(NAPIER_SYSTEM, "The system has no memory left for this model; close something or take a smaller "
                                   "one.");
    } catch (const std::exception& error) {
        return fail(NAPIER_INTERNAL, error.what());
    } catch (...) {
        return fail(NAPIER_INTERNAL, "An unknown exception came from the library; please report it.");
    }
}

template <typename... Pointers>
void require(const char* function, Pointers... pointers) {
    if ((pointers && ...)) return;
    throw Error(ErrorKind::usage, fmt::format("{} got NULL; give it what napier.h asks for.", function));
}

void require_index(const char* function, size_t index, size_t count) {
    if (index < count) return;
    throw Error(ErrorKind::usage, fmt::format("{} got index {}, but there are {}; count from 0.", function, index,
                                              count));
}

void fill(const napier::driver::PortShape& from, napier_port& to) {
    to.name = from.name.c_str();
    to.type = static_cast<napier_type>(from.type);
    for (size_t i = 0; i < 3; ++i) to.shape[i] = from.shape.at(i);
    to.bytes = from.bytes();
}

}  // namespace

uint32_t napier_api_version(void) { return NAPIER_API_VERSION; }

const char* napier_last_error(void) { return last_error.c_str(); }

const char* napier_status_name(napier_status status) {
    constexpr const char* names[] = {"ok", "usage", "input", "unsupported", "capacity", "device", "system",
                                     "internal"};
    const auto index = static_cast<size_t>(status);
    return index < std::size(names) ? names[index] : "unknown";
}

napier_status napier_open(const char* device, const char* machine, napier_device** opened) {
    if (opened != nullptr) *opened = nullptr;
    return guarded([&] {
        require("napier_open", device, machine, opened);
        *opened = new napier_device{{device, machine}, {}, {}, {}};
    });
}

void napier_close(napier_device* device) { delete device; }

napier_status napier_load(napier_device* device, const char* path) {
    return guarded([&] {
        require("napier_load", device, path);
        device->runtime.load(path);
        device->inputs = device->runtime.inputs();
        device->output = device->runtime.output();
        device->layers.clear();
        for (const napier::driver::LayerMapping& layer : device->runtime.program().layers) {
            device->layers.push_back({layer.name, layer.operation, layer.format, layer.products, {}});
        }
    });
}

napier_status napier_input(const napier_device* device, napier_port* port) {
    return guarded([&] {
        require("napier_input", device, port);
        device->runtime.program();
        fill(device->inputs.front(), *port);
    });
}

napier_status napier_input_count(const napier_device* device, size_t* count) {
    return guarded([&] {
        require("napier_input_count", device, count);
        device->runtime.program();
        *count = device->inputs.size();
    });
}

napier_status napier_get_input(const napier_device* device, size_t index, napier_port* port) {
    return guarded([&] {
        require("napier_get_input", device, port);
        device->runtime.program();
        require_index("napier_get_input", index, device->inputs.size());
        fill(device->inputs[index], *port);
    });
}

napier_status napier_output(const napier_device* device, napier_port* port) {
    return guarded([&] {
        require("napier_output", device, port);
        device->runtime.program();
        fill(device->output, *port);
    });
}

napier_status napier_run(napier_device* device, const void* input, size_t input_bytes, void* output,
                         size_t output_bytes) {
    return guarded([&] {
        require("napier_run", device, input, output);
        const size_t wanted = device->runtime.output().bytes();
        if (output_bytes != wanted) {
            throw Error(ErrorKind::usage, fmt::format("The output of model '{}' has {} bytes and not {}; give it what "
                                                      "napier_output says.", device->runtime.program().model, wanted,
                                                      output_bytes));
        }
        const std::vector<uint8_t> result = device->runtime.run({static_cast<const uint8_t*>(input), input_bytes});
        device->layers = device->runtime.layers();
        std::memcpy(output, result.data(), result.size());
    });
}

size_t napier_counter_count(void) { return napier::spec::counter_count; }

const char* napier_counter_name(size_t index) {
    return index < napier_counter_count() ? napier::spec::counters[index].name : nullptr;
}

napier_status napier_counters(const napier_device* device, uint32_t* values, size_t count) {
    return guarded([&] {
        require("napier_counters", device, values);
        const napier::driver::Counters& counters = device->runtime.times().counters;
        for (size_t i = 0; i < std::min(count, counters.size()); ++i) values[i] = counters[i];
    });
}

napier_status napier_layer_count(const napier_device* device, size_t* count) {
    return guarded([&] {
        require("napier_layer_count", device, count);
        *count = device->runtime.program().layers.size();
    });
}

napier_status napier_get_layer(const napier_device* device, size_t index, napier_layer* layer) {
    return guarded([&] {
        require("napier_get_layer", device, layer);
        device->runtime.times();
        require_index("napier_get_layer", index, device->layers.size());
        const napier::driver::LayerReport& report = device->layers[index];
        *layer = {report.name.c_str(), report.operation.c_str(), report.format.c_str(), report.products,
                  report.times.cycles, report.times.read_bytes, report.times.write_bytes};
    });
}

napier_status napier_command_count(const napier_device* device, size_t* count) {
    return guarded([&] {
        require("napier_command_count", device, count);
        *count = device->runtime.times().commands.size();
    });
}

napier_status napier_get_command(const napier_device* device, size_t index, napier_command* command) {
    return guarded([&] {
        require("napier_get_command", device, command);
        const std::vector<napier::driver::CommandTime>& commands = device->runtime.times().commands;
        require_index("napier_get_command", index, commands.size());
        *command = {commands[index].start, commands[index].end};
    });
}
