#include "driver/squeezenext/machine.hpp"

#include <algorithm>

namespace napier::driver::squeezenext {
namespace {

constexpr double latency_cycles = 100.0, bytes_per_cycle = 16.0;
constexpr int64_t word_bytes = 2;
constexpr int64_t kept_outputs = 8;     // output channels whose sums a PE keeps
constexpr double nonzero_share = 0.6;   // of the weights
constexpr int64_t edge_parts = 16;      // of the buffer; a piece that is moved at once
constexpr UnitEnergies unit;

constexpr Array all[] = {{"squeezenext-8x8", 8, 32 << 10}, {"squeezenext-16x16", 16, 128 << 10}};

int64_t parts(int64_t whole, int64_t part) { return (whole + part - 1) / part; }

// A layer as the formulas name it.
struct Sizes {
    explicit Sizes(const zoo::Layer& layer)
        : groups(layer.groups), inputs(layer.in_channels / layer.groups), outputs(layer.out_channels / layer.groups),
          taps(layer.kernel_height * layer.kernel_width), height(layer.out_height), width(layer.out_width),
          stride(layer.stride), weight_words(groups * inputs * outputs * taps),
          input_words(layer.in_channels * layer.in_height * layer.in_width),
          output_words(layer.out_channels * height * width) {}
    int64_t pixels() const { return height * width; }
    double products() const { return double(weight_words) * double(pixels()); }

    int64_t groups, inputs, outputs, taps, height, width, stride;
    int64_t weight_words, input_words, output_words;
};

double weight_stationary_cycles(const Sizes& sizes, int64_t side) {
    return double(sizes.groups * parts(sizes.inputs, side) * parts(sizes.outputs, side) * sizes.taps *
                  (sizes.pixels() + side));
}

double output_stationary_cycles(const Sizes& sizes, int64_t side) {
    double cycles = 0.0;
    for (int64_t first = 0; first < sizes.outputs; first += kept_outputs) {
        const double kept = double(std::min(kept_outputs, sizes.outputs - first));
        cycles += double(sizes.inputs) * std::max(nonzero_share * double(sizes.taps) * kept, double(side)) +
                  double(side) * kept;
    }
    return cycles * double(sizes.groups * parts(sizes.height, side) * parts(sizes.width, side));
}

int64_t dram_bytes(const Sizes& sizes, int64_t buffer) {
    const int64_t weights = word_bytes * sizes.weight_words, inputs = word_bytes * sizes.input_words,
                  outputs = word_bytes * sizes.output_words;
    if (weights + inputs + outputs <= buffer) return weights + inputs + outputs;
    return std::min(weights + outputs + inputs * parts(weights + outputs, buffer),
                    inputs + outputs + weights * parts(inputs + outputs, buffer));
}

double edge_cycles(const Sizes& sizes, int64_t buffer) {
    const int64_t piece = buffer / edge_parts;
    const int64_t start = std::min(word_bytes * (sizes.weight_words + sizes.input_words), piece);
    const int64_t end = std::min(word_bytes * sizes.output_words, piece);
    return 2.0 * latency_cycles + double(start + end) / bytes_per_cycle;
}

Energy weight_stationary_energy(const Sizes& sizes, int64_t side) {
    const double products = sizes.products();
    const double input_reads = double(sizes.groups * sizes.inputs * sizes.taps * sizes.pixels()) *
                               double(parts(sizes.outputs, side));
    const double sum_accesses = double(sizes.output_words) *
                                double(2 * parts(sizes.inputs, side) * sizes.taps - 1);
    return {unit.multiply * products, unit.registers * products, unit.neighbour * products,
            unit.buffer * (input_reads + sum_accesses + double(sizes.weight_words)), 0.0};
}

Energy output_stationary_energy(const Sizes& sizes, int64_t side) {
    const double products = nonzero_share * sizes.products();
    const double weight_reads = nonzero_share * double(sizes.weight_words) *
                                double(parts(sizes.height, side) * parts(sizes.width, side));
    const double input_reads = double(sizes.groups * sizes.inputs * sizes.pixels()) *
                               double(sizes.stride * sizes.stride * parts(sizes.outputs, kept_outputs));
    return {unit.multiply * products, unit.registers * 2.0 * products, 0.0,
            unit.buffer * (weight_reads + input_reads + double(sizes.output_words)), 0.0};
}

}  // namespace

std::span<const Array> arrays() { return all; }

const Array* find_array(std::string_view name) {
    const auto* found = std::find_if(std::begin(all), std::end(all), [&](const Array& a) { return a.name == name; });
    return found == std::end(all) ? nullptr : found;
}

void Energy::add(const Energy& other) {
    multiply += other.multiply;
    registers += other.registers;
    neighbour += other.neighbour;
    buffer += other.buffer;
    dram += other.dram;
}

Estimate estimate(const zoo::Layer& layer, const Array& array) {
    const Sizes sizes(layer);
    Estimate result;
    result.weight_stationary_cycles = weight_stationary_cycles(sizes, array.side);
    result.output_stationary_cycles = output_stationary_cycles(sizes, array.side);
    result.is_output_stationary = result.output_stationary_cycles < result.weight_stationary_cycles;
    result.dram_bytes = dram_bytes(sizes, array.buffer_bytes);
    result.memory_cycles = latency_cycles + double(result.dram_bytes) / bytes_per_cycle;
    result.edge_cycles = edge_cycles(sizes, array.buffer_bytes);
    const double faster = std::min(result.weight_stationary_cycles, result.output_stationary_cycles);
    result.cycles = std::max(faster, result.memory_cycles) + result.edge_cycles;
    result.energy = result.is_output_stationary ? output_stationary_energy(sizes, array.side)
                                                : weight_stationary_energy(sizes, array.side);
    result.energy.dram = unit.dram * double(result.dram_bytes / word_bytes);
    return result;
}

NetworkEstimate estimate(std::span<const zoo::Layer> layers, const Array& array) {
    NetworkEstimate result;
    for (const zoo::Layer& layer : layers) {
        result.parameters += layer.parameters;
        if (!zoo::has_weights(layer)) continue;
        const Estimate one = estimate(layer, array);
        result.cycles += one.cycles;
        result.energy.add(one.energy);
        result.products += layer.products + layer.out_channels * layer.out_height * layer.out_width;
    }
    return result;
}

}  // namespace napier::driver::squeezenext
