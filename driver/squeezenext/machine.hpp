#pragma once
// The machine of SqueezeNext's study (Gholami et al., 2018, arXiv 1803.10615, section 3), estimated layer by layer.
//
// An array of PEs, each a 16-bit multiply-accumulate unit with registers, a global buffer, and DMA to a DRAM of 100
// cycles latency and 16 bytes a cycle (16 GB/s; the paper gives no clock, 1 GHz is taken). Batch 1, a layer at a
// time. Each layer runs in the faster of two ways:
// * weight stationary: rows split input channels, columns output channels; a PE keeps a weight, pixels stream, sums
//   move along the rows;
// * output stationary: a PE keeps the sums of a pixel for up to 8 output channels, weights are broadcast. Weights of
//   zero, 40 % of all, are skipped.
// What the paper leaves open is filled in by rules that its published times and energies fit: see estimate().

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sw/zoo/layer.hpp"

namespace napier::driver::squeezenext {

struct Array {
    const char* name;
    int64_t side;          // PEs in a row and in a column
    int64_t buffer_bytes;
};

// 8x8 with 32 KiB and 16x16 with 128 KiB.
std::span<const Array> arrays();

// The one of that name; null if there is none.
const Array* find_array(std::string_view name);

// Of Eyeriss (Chen, Emer and Sze, ISCA 2016), for a word of 16 bits and in units of one multiply-accumulate. The
// paper's are "slightly modified" and not printed; these are not.
struct UnitEnergies {
    double multiply = 1.0, registers = 1.0, neighbour = 2.0, buffer = 6.0, dram = 200.0;
};

// In units of one multiply-accumulate.
struct Energy {
    double multiply = 0.0, registers = 0.0, neighbour = 0.0, buffer = 0.0, dram = 0.0;
    double total() const { return multiply + registers + neighbour + buffer + dram; }
    void add(const Energy& other);
};

struct Estimate {
    bool is_output_stationary = false;
    double weight_stationary_cycles = 0.0, output_stationary_cycles = 0.0;
    double memory_cycles = 0.0;   // latency and transfer of dram_bytes
    double edge_cycles = 0.0;     // what nothing overlaps at the layer's start and end
    double cycles = 0.0;          // the faster way or the memory, and the edges
    int64_t dram_bytes = 0;
    Energy energy;

    const char* dataflow() const { return is_output_stationary ? "output stationary" : "weight stationary"; }
    const char* bound() const {
        const double array = is_output_stationary ? output_stationary_cycles : weight_stationary_cycles;
        return array >= memory_cycles ? "array" : "DRAM";
    }
};

// P: side, K: kernel taps, ci and co: channels of a group, words of 2 bytes, W, I, O: bytes of weights, input, output.
//   weight stationary cycles = groups * ceil(ci/P) * ceil(co/P) * K * (pixels + P)
//   output stationary cycles = groups * ceil(height/P) * ceil(width/P) *
//                              sum over parts of t <= 8 output channels of (ci * max(0.6 K t, P) + P t)
//   DRAM bytes = W + I + O if they fit the buffer; else the lesser of W + O + I * ceil((W + O) / buffer) and
//                I + O + W * ceil((I + O) / buffer): what stays takes its outputs along
//   edges: 100 cycles and the transfer of a sixteenth of the buffer at most, of W + I at the start and of O at the end
// Energy: weight stationary, for each product: it, a register read, a sum handed on; buffer: inputs for each tap and
// part of P outputs, sums written, and read again but for the first, for each tap and part of P inputs, weights once.
// Output stationary, for each product that is not skipped: it, a sum read and written in registers; buffer: inputs for
// each part of 8 outputs (stride^2 for each pixel), weights for each block of pixels, outputs once.
// layer: zoo::has_weights(layer).
Estimate estimate(const zoo::Layer& layer, const Array& array);

// Sums over the layers with weights; others cost nothing, as in the paper.
struct NetworkEstimate {
    double cycles = 0.0;
    Energy energy;
    int64_t products = 0;  // the paper's: multiply-accumulates and an addition for each output
    int64_t parameters = 0;
};
NetworkEstimate estimate(std::span<const zoo::Layer> layers, const Array& array);

}  // namespace napier::driver::squeezenext
