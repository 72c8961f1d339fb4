#pragma once
// A model as the subcommands see it, of integers or of real numbers: what to compile, which inputs it takes, and what
// the golden model says of them.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "driver/compile/compile.hpp"
#include "sw/import/import.hpp"

namespace napier::driver {

// Values of a tensor as Session takes and gives them: int8, or bytes of memory where values are real numbers.
using Values = std::vector<int8_t>;

class Network {
public:
    virtual ~Network() = default;

    virtual const std::string& name() const = 0;
    virtual const std::vector<std::string>& notes() const = 0;

    // As compile().
    virtual Program compile(const spec::Machine& machine, const CompileOptions& options = {}) const = 0;

    // Inputs from files of images, one for each input of the model, at most `limit`, and random ones; for a program of
    // this model; the values of several inputs stand one behind the other. Error (input): the files'.
    virtual std::vector<Values> read_inputs(const Program& program, const std::vector<std::string>& paths,
                                            size_t limit) const = 0;
    virtual std::vector<Values> random_inputs(const Program& program, size_t count, uint64_t seed) const = 0;

    // Every tensor of the golden model for one input.
    virtual std::vector<Values> golden(const Program& program, const Values& input) const = 0;

    // The output as real numbers, in the order of the model file.
    virtual std::vector<float> scores(const Program& program, const Values& output) const = 0;
};

// Error: as import_onnx; the sentence names the file.
std::unique_ptr<Network> load_network(const std::string& path);

// True if the file's model computes with real numbers. Error (input): the file is a compiled program, or damaged.
bool is_real_model(const std::string& path);

}  // namespace napier::driver
