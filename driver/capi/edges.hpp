#pragma once
// The edges of a program: a user's numbers to the bytes of its input tensor, and the bytes of its output tensor back.
// They stand as in the model file. The program alone says how, so that a compiled one serves as well as its model.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "driver/compile/program.hpp"

namespace napier::driver {

enum class PortType : uint8_t { int8, uint8, float32, int64 };  // int64: of indices
const char* port_type_name(PortType type);
size_t port_type_bytes(PortType type);

// One image's values as a user gives or takes them.
struct PortShape {
    std::string name;  // in the model file
    PortType type;
    // [channels][height][width], [height][width][channels] or [groups][pixels][channels / groups], as in the model
    // file; of indices [height][width][1]
    std::vector<size_t> shape;

    size_t values() const;
    size_t bytes() const { return values() * port_type_bytes(type); }
};

std::vector<PortShape> input_shapes(const Program& program);
PortShape output_shape(const Program& program);

// An image of the inputs' shapes and types, one behind the other, as the tensors that Session::run takes. Error
// (input): another number of bytes, a value that is not a number, or an index that is no row's.
std::vector<int8_t> to_tensor(const Program& program, std::span<const uint8_t> image);

// What Session::output gave, in the output's shape and type. As real numbers whatever the type if `reals`.
std::vector<uint8_t> from_tensor(const Program& program, const std::vector<int8_t>& tensor);
std::vector<float> reals_of(const Program& program, const std::vector<int8_t>& tensor);

}  // namespace napier::driver
