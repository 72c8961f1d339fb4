#pragma once
// Time and traffic of each layer of a run.

#include <cstdint>
#include <span>
#include <vector>

#include "driver/session/session.hpp"

namespace napier::driver {

struct LayerTimes {
    uint64_t cycles = 0;      // from the end of all layers before it to the end of its last command
    uint64_t read_bytes = 0;  // loaded from memory, its commands included
    uint64_t write_bytes = 0;
    double utilization = 0;   // useful products / (cycles * products of the array in this format)
};

// Of layers together: the part of their cycles that their useful products take at the array's peak, each in its format.
double utilization(std::span<const LayerTimes> layers);

// One entry a layer. The cycles of all layers add up to the end of the last command. Without the times of commands all
// cycles are 0.
std::vector<LayerTimes> layer_times(const Program& program, const spec::Machine& machine, const RunTimes& times);

}  // namespace napier::driver
