#include "driver/compile/program.hpp"

#include "sw/formats/block.hpp"
#include "sw/formats/element.hpp"

namespace napier::driver {

int TensorPlace::pixel_bytes() const {
    if (one_bit) return (channels + 7) / 8;
    if (format == "int8") return channels;
    for (const spec::Scalar& scalar : spec::scalars) {
        if (format == scalar.name) return channels * scalar.bits / 8;
    }
    const int blocks = (channels + spec::block_elements - 1) / spec::block_elements;
    return blocks * formats::packed_bytes(formats::find_element(format));
}

uint32_t TensorPlace::address_of(size_t index) const {
    const size_t pixel = static_cast<size_t>(channels), step = static_cast<size_t>(pitch);
    return address + static_cast<uint32_t>(pitch == 0 ? index : index / pixel * step + index % pixel);
}

std::vector<int8_t> TensorPlace::values(std::span<const uint8_t> memory) const {
    if (pitch > 0) {
        std::vector<int8_t> result(static_cast<size_t>(bytes()));
        for (size_t i = 0; i < result.size(); ++i) result[i] = static_cast<int8_t>(memory[address_of(i) - address]);
        return result;
    }
    if (!one_bit) return {memory.begin(), memory.begin() + bytes()};
    const size_t pixel = static_cast<size_t>((channels + 7) / 8), pixels = static_cast<size_t>(height) * width;
    std::vector<int8_t> result;
    for (size_t i = 0; i < pixels; ++i) {
        for (size_t c = 0; c < static_cast<size_t>(channels); ++c) {
            result.push_back((memory[i * pixel + c / 8] >> c % 8 & 1) != 0 ? -1 : +1);
        }
    }
    return result;
}

std::vector<ProgramPart> Program::parts() const {
    std::vector<ProgramPart> result;
    uint32_t first = 0;
    for (const HostStep& step : host) {
        result.push_back({first, step.command - first});
        first = step.command;
    }
    result.push_back({first, static_cast<uint32_t>(commands.size()) - first});
    return result;
}

size_t Program::input_bytes() const {
    size_t sum = 0;
    for (const Port& port : inputs_of(*this)) sum += static_cast<size_t>(tensors[size_t(port.tensor)].bytes());
    return sum;
}

Model tensors_of(const Program& program) {
    Model model;
    model.name = program.model;
    model.input = program.input;
    model.more_inputs = program.more_inputs;
    model.output = program.output;
    for (const TensorPlace& place : program.tensors) {
        model.tensors.push_back({place.name, place.height, place.width, place.channels, place.scale, place.zero_point,
                                 place.one_bit});
    }
    return model;
}

}  // namespace napier::driver
