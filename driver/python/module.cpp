// The Python module napier._napier: devices, models and numpy arrays over Runtime. docs/python.md is its manual.

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <mutex>

#include "driver/capi/runtime.hpp"
#include "driver/energy/table.hpp"
#include "sw/base/error.hpp"

namespace py = pybind11;

namespace napier::driver {
namespace {

py::dtype dtype_of(PortType type) { return py::dtype(std::string(port_type_name(type))); }

const char* kind_name(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::usage: return "usage";
        case ErrorKind::input: return "input";
        case ErrorKind::unsupported: return "unsupported";
        case ErrorKind::capacity: return "capacity";
        case ErrorKind::device: return "device";
        case ErrorKind::mismatch: return "mismatch";
        case ErrorKind::system: break;
    }
    return "system";
}

// Every call has the device alone, and lets go of Python's lock while the device works.
class PythonDevice {
public:
    PythonDevice(const std::string& device, const std::string& machine) : runtime_(device, machine) {}

    void load(const std::string& path) {
        const Work work(*this);
        const py::gil_scoped_release released;
        runtime_.load(path);
    }

    // An array for each input: one image of its shape, or, all alike, a batch with one more axis in front.
    py::array run(const py::array& images, const py::args& more) {
        std::vector<py::array> arrays{images};
        for (const py::handle& other : more) arrays.push_back(py::cast<py::array>(other));
        const Work work(*this);
        const PortShape output = runtime_.output();
        const std::vector<Images> all = converted_all(arrays);
        std::vector<ptrdiff_t> shape(output.shape.begin(), output.shape.end());
        const size_t count = all.front().count();
        if (all.front().batch) shape.insert(shape.begin(), ptrdiff_t(count));
        py::array result(dtype_of(output.type), shape);
        std::vector<const uint8_t*> from;
        for (const Images& input : all) from.push_back(static_cast<const uint8_t*>(input.values.data()));
        auto* to = static_cast<uint8_t*>(result.mutable_data());
        const py::gil_scoped_release released;
        for (size_t i = 0; i < count; ++i) {
            std::vector<uint8_t> image;
            for (size_t input = 0; input < all.size(); ++input) {
                const uint8_t* own = from[input] + i * all[input].bytes;
                image.insert(image.end(), own, own + all[input].bytes);
            }
            const std::vector<uint8_t> bytes = runtime_.run(image);
            std::copy(bytes.begin(), bytes.end(), to + i * output.bytes());
        }
        return result;
    }

    std::map<std::string, uint32_t> counters() {
        const Work work(*this);
        std::map<std::string, uint32_t> result;
        for (int i = 0; i < spec::counter_count; ++i) {
            result[spec::counters[i].name] = runtime_.times().counters[size_t(i)];
        }
        return result;
    }

    py::array_t<uint64_t> commands() {
        const Work work(*this);
        const std::vector<CommandTime>& times = runtime_.times().commands;
        py::array_t<uint64_t> result({times.size(), size_t{2}});
        auto cells = result.mutable_unchecked<2>();
        for (size_t i = 0; i < times.size(); ++i) {
            cells(ptrdiff_t(i), 0) = times[i].start, cells(ptrdiff_t(i), 1) = times[i].end;
        }
        return result;
    }

    py::array_t<double> energies(const std::string& table) {
        const Work work(*this);
        const std::vector<double> values = runtime_.energies(table);
        return py::array_t<double>(ptrdiff_t(values.size()), values.data());
    }

    PortShape input() { return inputs().front(); }
    std::vector<PortShape> inputs() {
        const Work work(*this);
        return runtime_.inputs();
    }
    PortShape output() {
        const Work work(*this);
        return runtime_.output();
    }
    std::vector<LayerReport> layers() {
        const Work work(*this);
        return runtime_.layers();
    }

private:
    // The device's lock, waited for without Python's own: who has it may need that.
    class Work {
    public:
        explicit Work(PythonDevice& device) : held_(device.mutex_, std::defer_lock) {
            const py::gil_scoped_release released;
            held_.lock();
        }

    private:
        std::unique_lock<std::mutex> held_;
    };

    // What a run got for an input.
    struct Images {
        py::array values;
        bool batch;
        size_t bytes;  // of one

        size_t count() const { return batch ? size_t(values.shape(0)) : 1; }
    };

    std::vector<Images> converted_all(const std::vector<py::array>& images) {
        const std::vector<PortShape> inputs = runtime_.inputs();
        if (images.size() != inputs.size()) {
            std::vector<std::string> names;
            for (const PortShape& input : inputs) names.push_back(input.name);
            throw Error(ErrorKind::input, fmt::format("The model takes {} array{} ({}) and got {}; give one for each "
                                                      "input.", inputs.size(), inputs.size() == 1 ? "" : "s",
                                                      fmt::join(names, ", "), images.size()));
        }
        std::vector<Images> result;
        for (size_t i = 0; i < inputs.size(); ++i) {
            const py::array values = converted(images[i], inputs[i]);
            result.push_back({values, is_batch(values, inputs[i]), inputs[i].bytes()});
            if (result.back().batch == result[0].batch && result.back().count() == result[0].count()) continue;
            throw Error(ErrorKind::input, fmt::format("Input {} got {} images and input {} got {}; give as many of "
                                                      "each.", inputs[i].name, result.back().count(), inputs[0].name,
                                                      result[0].count()));
        }
        return result;
    }

    // As the port wants it, dense. Real numbers may come as any real or integer type, indices as any integer type;
    // stored bytes only as themselves.
    static py::array converted(const py::array& images, const PortShape& input) {
        const char kind = images.dtype().kind();
        const bool real = kind == 'f' || kind == 'i' || kind == 'u' || kind == 'b';
        if (input.type == PortType::float32 && real) {
            return py::array_t<float, py::array::c_style | py::array::forcecast>::ensure(images);
        }
        if (input.type == PortType::int64 && (kind == 'i' || kind == 'u')) {
            return py::array_t<int64_t, py::array::c_style | py::array::forcecast>::ensure(images);
        }
        if (!images.dtype().is(dtype_of(input.type))) {
            throw Error(ErrorKind::input, fmt::format("Input {} takes {} and got {}; convert the array.", input.name,
                                                      port_type_name(input.type),
                                                      std::string(py::str(images.dtype()))));
        }
        return py::array::ensure(images, py::array::c_style);
    }

    static bool is_batch(const py::array& values, const PortShape& input) {
        std::vector<size_t> shape(values.shape(), values.shape() + values.ndim());
        if (shape == input.shape) return false;
        if (!shape.empty() && std::vector<size_t>(shape.begin() + 1, shape.end()) == input.shape) return true;
        throw Error(ErrorKind::input,
                    fmt::format("Input {} takes arrays of {}, or a batch of N x {}, and got {}; reshape it.",
                                input.name, fmt::join(input.shape, " x "), fmt::join(input.shape, " x "),
                                fmt::join(shape, " x ")));
    }

    Runtime runtime_;
    std::mutex mutex_;
};

std::vector<std::string> machine_names() {
    std::vector<std::string> names;
    for (const spec::Machine& machine : spec::machines) names.push_back(machine.name);
    return names;
}

// napier.Error, with the kind of napier::Error as its second argument.
void register_error(py::module_& module) {
    static py::exception<Error> type(module, "Error", PyExc_RuntimeError);
    type.attr("kind") = py::cast("");
    type.attr("__doc__") = "What cannot be done, as a sentence. kind: usage, input, unsupported, capacity, device, "
                           "mismatch or system.";
    py::register_exception_translator([](std::exception_ptr pointer) {
        try {
            if (pointer) std::rethrow_exception(pointer);
        } catch (const Error& error) {
            py::object value = py::reinterpret_borrow<py::object>(type)(error.what());
            value.attr("kind") = kind_name(error.kind());
            PyErr_SetObject(type.ptr(), value.ptr());
        }
    });
}

void add_reports(py::module_& module) {
    py::class_<PortShape>(module, "Port", "What a model takes or gives: one image, as in the model file.")
        .def_readonly("name", &PortShape::name)
        .def_property_readonly("dtype", [](const PortShape& port) { return dtype_of(port.type); })
        .def_property_readonly("shape", [](const PortShape& port) { return py::tuple(py::cast(port.shape)); });
    py::class_<LayerReport>(module, "Layer", "A layer of the last run.")
        .def_readonly("name", &LayerReport::name)
        .def_readonly("operation", &LayerReport::operation)
        .def_readonly("format", &LayerReport::format, "Number format of the weights on the machine.")
        .def_readonly("products", &LayerReport::products, "Useful products.")
        .def_property_readonly("cycles", [](const LayerReport& layer) { return layer.times.cycles; },
                               "From the end of all layers before it to the end of its last command.")
        .def_property_readonly("read_bytes", [](const LayerReport& layer) { return layer.times.read_bytes; })
        .def_property_readonly("write_bytes", [](const LayerReport& layer) { return layer.times.write_bytes; })
        .def_property_readonly("utilization", [](const LayerReport& layer) { return layer.times.utilization; },
                               "Useful products / those of the whole array in its cycles.");
}

}  // namespace
}  // namespace napier::driver

PYBIND11_MODULE(_napier, module) {
    using namespace napier::driver;
    module.doc() = "The driver of Napier; see the package napier.";
    register_error(module);
    add_reports(module);
    py::class_<PythonDevice>(module, "Device", "A device and the model on it.")
        .def(py::init<const std::string&, const std::string&>(), py::arg("device") = "sim", py::arg("machine") = "edge",
             "device: as `napier run --device`; machine: one of machines().")
        .def("load", &PythonDevice::load, py::arg("path"), "An ONNX file or a compiled program becomes its model.")
        .def("run", &PythonDevice::run, py::arg("images"),
             "An array for each input: one image of its shape, or a batch with one more axis in front; the result has "
             "the output's shape and dtype.")
        .def("energies", &PythonDevice::energies, py::arg("table") = "45nm",
             "Energy of each layer in the last run, in the unit of the table (pJ in 45nm and 7nm).")
        .def_property_readonly("input", &PythonDevice::input, "The first of the inputs.")
        .def_property_readonly("inputs", &PythonDevice::inputs)
        .def_property_readonly("output", &PythonDevice::output)
        .def_property_readonly("layers", &PythonDevice::layers)
        .def_property_readonly("counters", &PythonDevice::counters, "Performance counters of the last run, by name.")
        .def_property_readonly("commands", &PythonDevice::commands,
                               "Start and end cycle of every command of the last run, one a row.");
    module.def("machines", &machine_names, "Names of the machines of the description.");
}
