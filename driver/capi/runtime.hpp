#pragma once
// A device and the model on it: what the C interface and the Python module show. One thread at a time may use one.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "driver/capi/edges.hpp"
#include "driver/device/device.hpp"
#include "driver/session/layer_times.hpp"
#include "driver/session/session.hpp"
#include "sw/model/model.hpp"

namespace napier::driver {

struct LayerReport {
    std::string name, operation, format;
    int64_t products = 0;  // useful ones
    LayerTimes times;      // of the last run
};

class Runtime {
public:
    // Errors: as make_device() and spec::find_machine().
    Runtime(const std::string& device, const std::string& machine);

    // An ONNX file or a compiled program becomes the model on the device. If it is refused, the one before stays unless
    // it was the device that refused. Errors: as import_onnx(), compile(), program_from_bytes() and Session.
    void load(const std::string& path);

    // All of these need a model; run() those of the last run, too. Error (usage): there is none.
    std::vector<PortShape> inputs() const { return input_shapes(program()); }
    PortShape output() const { return output_shape(program()); }
    const Program& program() const;
    // One image of the inputs' shapes and types, one behind the other; the result has the output's. Errors: as
    // to_tensor() and Session::run().
    std::vector<uint8_t> run(std::span<const uint8_t> image);
    const RunTimes& times() const;
    std::vector<LayerReport> layers() const;
    // Of each layer, in the unit of the table (driver/energy). Error (usage): there is no such table. (unsupported): a
    // program file, or a model of real numbers, whose weights the count of products does not know.
    std::vector<double> energies(const std::string& table) const;

    Device& device() { return *device_; }
    const spec::Machine& machine() const { return machine_; }

private:
    struct Loaded {
        std::optional<Model> model;  // of integers, from an ONNX file
        Program program;
        std::unique_ptr<Session> session;
        std::optional<RunTimes> times;
    };
    std::unique_ptr<Loaded> read(const std::string& path) const;

    const spec::Machine& machine_;
    const DeviceConfig config_;
    std::unique_ptr<Device> device_;
    std::unique_ptr<Loaded> loaded_;
};

}  // namespace napier::driver
