#pragma once
// The compiler: from a model and a machine to a program.

#include "driver/compile/options.hpp"
#include "driver/compile/program.hpp"
#include "sw/spec/spec.hpp"

namespace napier::driver {

// Error: usage (memory base not a page), input (the model breaks its rules), unsupported (a layer's weights fit no
// format of the machine), capacity (a layer fits no buffer, its sums may not fit the accumulators, or the program does
// not fit 4 GiB).
Program compile(const Model& model, const spec::Machine& machine, const CompileOptions& options = {});

// The valid model with the layers that the machine needs beside its own, and their tensors behind the model's.
Model lowered(const Model& model, const spec::Machine& machine);

// The same with every layer as the machine runs it; its tensors are the program's, and the first of them those
// of the model, with the same values.
Model for_machine(const Model& model, const spec::Machine& machine);

// How one layer of a model for the machine would be mapped. Errors: as compile().
LayerMapping map_layer(const Model& model, const Layer& layer, const spec::Machine& machine,
                       const Tuning& tuning = {});

// The program's commands as the bytes of memory, 64 a command.
std::vector<uint8_t> command_bytes(const Program& program);

// The disassembly, a line a command: index, layer, what it is for, fields.
std::string listing(const Program& program);

}  // namespace napier::driver
