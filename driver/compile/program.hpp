#pragma once
// What the compiler makes of a model: commands, constants, and where everything stands in memory.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sw/model/model.hpp"
#include "sw/spec/command.hpp"

namespace napier::driver {

inline constexpr uint32_t page_size = 4096;  // unit of the window registers

// What a command is for.
enum class Role : uint8_t { padding, input, weights, parameters, palette, table, residual, compute, output };
const char* role_name(Role role);

// Where a command comes from. tile: number of the spatial tile; column_tile: first column tile; -1: does not apply.
struct CommandNote {
    int layer = -1;  // index into Program::layers
    Role role = Role::compute;
    int tile = -1;
    int column_tile = -1;
};

// Pages [base, limit) of 4 KiB.
struct PageWindow {
    uint32_t base = 0;
    uint32_t limit = 0;
};

// A tensor in memory: channels last. An address stands for more than one tensor if memory is reused.
struct TensorPlace {
    std::string name;
    int height = 1, width = 1, channels = 1;
    uint32_t address = 0;
    bool kept = false;     // still holds its values when the program ends
    bool one_bit = false;  // values -1 and +1, eight channels to a byte
    std::string format = "int8";  // or "float32", "bfloat16", or an element format: a pixel's channels in blocks
    float scale = 1.0f;           // of int8: real = scale * (value - zero_point)
    int zero_point = 0;
    std::string scale_rule = "floor";  // of blocks
    int pitch = 0;                     // bytes from pixel to pixel, of int8 channels of a wider tensor; 0: dense

    int pixel_bytes() const;
    int64_t bytes() const { return int64_t{height} * width * pixel_bytes(); }  // of its values
    // Bytes from its first to its last, those of others between its pixels included.
    int64_t extent() const { return pitch == 0 ? bytes() : (int64_t{height} * width - 1) * pitch + channels; }
    // Where the byte of value number `index` stands.
    uint32_t address_of(size_t index) const;
    // The values of the extent's bytes; of a format of real numbers the bytes themselves.
    std::vector<int8_t> values(std::span<const uint8_t> memory) const;
};

// Stands in the place of a number format where the host computes.
inline constexpr const char* host_format = "host";

// How a layer was mapped, for reports.
struct LayerMapping {
    std::string name;
    std::string operation;
    std::string format;       // the format it runs in
    int planes = 1;           // of trits in that format, if more than one
    std::string description;  // tile sizes and loop order, for people
    int64_t products = 0;     // useful products: multiplications of the plain loop nest, without padding of the array
    int64_t passes = 0;       // weight sets
    int input = -1, output = -1, residual = -1;  // indices into Program::tensors

    bool on_host() const { return format == host_format; }
};

// What the host computes between commands, in the place of a layer on the machine: golden::run_host().
struct HostStep {
    uint32_t command = 0;  // of the program: those before it have ended, it and those behind it come later
    int layer = -1;        // index into Program::layers, which say what is read and written
    HostWork work;         // its other tensors are indices into Program::tensors
    int clamp_low = -128, clamp_high = 127;
};

// Commands [first, first + count) with a start of their own.
struct ProgramPart {
    uint32_t first = 0, count = 0;
};

struct Program {
    std::string model;
    std::string machine;
    uint32_t identity = 0;  // of the machine it was compiled for
    uint32_t version = 0;   // of the description
    std::vector<spec::CommandWords> commands;
    std::vector<CommandNote> notes;  // one a command
    std::vector<uint8_t> constants;  // packed weights and parameters
    uint32_t program_address = 0;    // bytes, as all addresses
    uint32_t constants_address = 0;
    uint32_t memory_base = 0, memory_end = 0;
    PageWindow read_window, write_window;
    std::vector<TensorPlace> tensors;  // as in the model for the machine
    std::vector<LayerMapping> layers;  // as in the model for the machine
    Port input, output;              // as in the model
    std::vector<Port> more_inputs;
    std::vector<HostStep> host;  // in their order

    // One more than there are steps of the host, in turn with them; one without commands is not started.
    std::vector<ProgramPart> parts() const;
    // Of all inputs, as a run takes them one behind the other.
    size_t input_bytes() const;
};

// A model of the program's tensors and ports, without layers: what its edges and the host's work ask the golden model.
Model tensors_of(const Program& program);

}  // namespace napier::driver
