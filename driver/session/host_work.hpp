#pragma once
// What the host computes between the parts of a program.

#include <cstdint>
#include <span>
#include <vector>

#include "driver/compile/program.hpp"

namespace napier::driver {

// What one step of the host is, whatever it takes.
struct HostCount {
    uint64_t elements = 0;     // values computed
    uint64_t read_bytes = 0;   // from the device's memory
    uint64_t write_bytes = 0;  // to it
};
HostCount count_of(const Program& program, const HostStep& step);

// The work of all steps together.
HostCount host_work(const Program& program);

// The tensors that a step reads, in the order in which run_step() takes them.
std::vector<int> tensors_read(const Program& program, const HostStep& step);

// The step's output, by golden::run_host(). inputs: the values of tensors_read(). Error (input): a function that does
// not exist, or values that are not the tensors'.
std::vector<int8_t> run_step(const Program& program, const HostStep& step,
                             const std::vector<std::vector<int8_t>>& inputs);

}  // namespace napier::driver
