#pragma once
// A random ternary model, its program with every tensor kept, and a device that computes as the golden model.

#include "driver/compile/compile.hpp"
#include "driver/session/session.hpp"
#include "sw/spec/machine.hpp"
#include "tests/driver/golden_device.hpp"
#include "tests/support/random_model.hpp"

namespace napier::test {

struct SessionFixture {
    explicit SessionFixture(const std::string& name = "tiny")
        : machine(spec::find_machine(name)), random(7), model(random_model(random, options())),
          program(driver::compile(model, machine, driver::CompileOptions::keeping_tensors())),
          device(machine, driver::memory_for(program, {})),
          input(random_values(random, model.tensors[model.input.tensor])) {}

    static RandomModelOptions options() {
        RandomModelOptions options;
        options.formats = {"ternary"};
        return options;
    }
    std::vector<int8_t> expected() const { return golden::run_model(model, input)[model.output.tensor]; }

    const spec::Machine& machine;
    Random random;
    Model model;
    driver::Program program;
    GoldenDevice device;
    golden::TensorValues input;
};

}  // namespace napier::test
