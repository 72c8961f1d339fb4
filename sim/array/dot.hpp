#pragma once
// Twin of rtl/generated/dot.sv and rtl/array/dot_*.sv: what a weight's code means, and the product's kernel.

#include <cstdint>
#include <vector>

#include "sw/spec/spec.hpp"

namespace napier::sim {

// The integer that a weight's code stands for. `code`: the format's held bits, looked up if it was an index.
int16_t weight_value(const spec::Format& format, uint32_t code);

// The weight whose term with the activation 0 is 0.
constexpr int16_t odd_weight(spec::Operation operation) { return operation == spec::Operation::match ? 0x0f : 0; }

// Dot products of one pass.
struct DotPass {
    spec::Operation operation;
    const int8_t* const* vectors;  // [count], each `length` bytes
    int count;
    int length;
    const int16_t* weights;        // [(length + 1) / 2][stride][2]; an odd length's last second is odd_weight
    int stride;                    // columns, a multiple of 16
    int32_t* sums;                 // [count][stride]
    bool overwrite;
};
// sums (+)= the terms of vectors and weights, modulo 2^32. The fastest kernel this processor has.
void dot_pass(const DotPass& pass);

// All the kernels this processor runs, the fastest first.
struct DotKernel {
    const char* name;
    void (*run)(const DotPass&);
};
std::vector<DotKernel> dot_kernels();

}  // namespace napier::sim
