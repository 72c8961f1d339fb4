#include "driver/capi/edges.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "driver/cli/real_network.hpp"
#include "sw/base/error.hpp"
#include "sw/golden/quantize.hpp"

namespace napier::driver {
namespace {

RealModel real_edges_of(const Program& program) {
    RealModel model;
    model.name = program.model;
    model.input = {program.input.tensor, program.input.name, program.input.channels_first};
    model.output = {program.output.tensor, program.output.name, program.output.channels_first};
    for (const TensorPlace& place : program.tensors) {
        model.tensors.push_back({place.name, place.height, place.width, place.channels, place.format,
                                 place.scale_rule});
    }
    return model;
}

const TensorPlace& place_of(const Program& program, const Port& port) { return program.tensors[size_t(port.tensor)]; }

bool is_real(const TensorPlace& place) { return place.format != "int8"; }

PortShape shape_of(const Program& program, const Port& port) {
    const TensorPlace& place = place_of(program, port);
    const size_t height = size_t(place.height), width = size_t(place.width), channels = size_t(place.channels);
    if (port.rows > 0) return {port.name, PortType::int64, {height, width, 1}};
    PortType type = port.stored_offset == 0 ? PortType::int8 : PortType::uint8;
    if (port.is_float || is_real(place)) type = PortType::float32;
    const size_t groups = size_t(port.groups);
    if (groups > 1) return {port.name, type, {groups, height * width, channels / groups}};
    if (port.channels_first) return {port.name, type, {channels, height, width}};
    return {port.name, type, {height, width, channels}};
}

// Indices that a float32 cannot hold are no row's.
template <typename Value>
std::vector<float> as_floats(std::span<const uint8_t> bytes) {
    std::vector<Value> values(bytes.size() / sizeof(Value));
    std::memcpy(values.data(), bytes.data(), values.size() * sizeof(Value));
    return {values.begin(), values.end()};
}

golden::TensorValues tensor_of(const Model& model, const Port& port, std::span<const uint8_t> values) {
    if (port.rows > 0) return golden::quantize_input(model, port, as_floats<int64_t>(values));
    if (port.is_float) return golden::quantize_input(model, port, as_floats<float>(values));
    return golden::quantize_input(model, port, values);
}

std::vector<int8_t> real_tensor(const Program& program, std::vector<float> image) {
    const TensorPlace& place = place_of(program, program.input);
    const RealTensor tensor{place.name, place.height, place.width, place.channels, place.format, place.scale_rule};
    if (std::any_of(image.begin(), image.end(), [](float value) { return std::isnan(value); })) {
        throw Error(ErrorKind::input, fmt::format("Port {} got a value that is not a number; clean the image.",
                                                  program.input.name));
    }
    if (program.input.channels_first) {
        Tensor order;
        order.height = place.height, order.width = place.width, order.channels = place.channels;
        image = golden::to_channels_last(order, std::span<const float>(image));
    }
    return to_memory(place, golden::real::keep(tensor, image));
}

}  // namespace

const char* port_type_name(PortType type) {
    switch (type) {
        case PortType::int8: return "int8";
        case PortType::uint8: return "uint8";
        case PortType::int64: return "int64";
        case PortType::float32: break;
    }
    return "float32";
}

size_t port_type_bytes(PortType type) {
    if (type == PortType::int64) return sizeof(int64_t);
    return type == PortType::float32 ? sizeof(float) : 1;
}

size_t PortShape::values() const {
    size_t count = 1;
    for (const size_t side : shape) count *= side;
    return count;
}

std::vector<PortShape> input_shapes(const Program& program) {
    std::vector<PortShape> shapes;
    for (const Port& port : inputs_of(program)) shapes.push_back(shape_of(program, port));
    return shapes;
}
PortShape output_shape(const Program& program) { return shape_of(program, program.output); }

std::vector<int8_t> to_tensor(const Program& program, std::span<const uint8_t> image) {
    const std::vector<PortShape> shapes = input_shapes(program);
    size_t bytes = 0;
    std::string list;
    for (const PortShape& wanted : shapes) {
        list += fmt::format("{}Port {} takes {} values of {}, {} bytes", list.empty() ? "" : ", ", wanted.name,
                            wanted.values(), port_type_name(wanted.type), wanted.bytes());
        bytes += wanted.bytes();
    }
    if (image.size() != bytes) {
        throw Error(ErrorKind::input, fmt::format("{}, and got {} bytes{}; give one whole image{}.", list, image.size(),
                                                  shapes.size() > 1 ? " in all" : "",
                                                  shapes.size() > 1 ? " of each, one behind the other" : ""));
    }
    if (is_real(place_of(program, program.input))) return real_tensor(program, as_floats<float>(image));
    const Model model = tensors_of(program);
    std::vector<int8_t> tensors;
    const std::vector<Port> ports = inputs_of(program);
    for (size_t i = 0; i < ports.size(); ++i) {
        const std::span<const uint8_t> own = image.first(shapes[i].bytes());
        const golden::TensorValues values = tensor_of(model, ports[i], own);
        tensors.insert(tensors.end(), values.begin(), values.end());
        image = image.subspan(own.size());
    }
    return tensors;
}

std::vector<uint8_t> from_tensor(const Program& program, const std::vector<int8_t>& tensor) {
    const PortShape shape = output_shape(program);
    std::vector<uint8_t> bytes(shape.bytes());
    if (shape.type == PortType::float32) {
        const std::vector<float> values = reals_of(program, tensor);
        std::memcpy(bytes.data(), values.data(), bytes.size());
        return bytes;
    }
    std::vector<int8_t> values = tensor;
    if (program.output.channels_first) {
        const Model model = tensors_of(program);
        values = golden::to_channels_first(model.tensors[size_t(program.output.tensor)],
                                           std::span<const int8_t>(tensor));
    }
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = uint8_t(values[i] - program.output.stored_offset);
    return bytes;
}

std::vector<float> reals_of(const Program& program, const std::vector<int8_t>& tensor) {
    const TensorPlace& place = place_of(program, program.output);
    if (!is_real(place)) return golden::dequantize_output(tensors_of(program), tensor);
    return golden::real::read_output(real_edges_of(program), from_memory(place, tensor));
}

}  // namespace napier::driver
