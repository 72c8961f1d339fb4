#pragma once
// Which words and bytes a legal command touches: the base of hazard-free random programs.

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "sw/spec/command.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {

// The first ones are the targets of a LOAD.
enum class Place : uint8_t { activation, weight, parameter, residual, palette, table, output, memory };
inline constexpr int place_count = 8;

// Bytes of a memory granule, the unit in which accesses to memory are told apart.
inline constexpr uint32_t granule_bytes = 64;

struct Footprint {
    // Words of a buffer, or granules of memory from address 0; sorted, each once.
    std::vector<uint32_t> read[place_count], written[place_count];
    // Bytes of memory, first and past the last, when any is touched; for checks against an area.
    uint64_t memory_low = ~uint64_t{0}, memory_high = 0;
    bool inside = true;  // false: leaves a buffer or the 32-bit address space, so the command is not legal
};

// Slots of the activation buffer that an EXEC reads, relative to its activation_base and not reduced modulo 2^16: least
// and greatest; none if every access is padding.
struct SlotRange {
    int64_t least, greatest;
};
std::optional<SlotRange> activation_range(const spec::Machine& machine, const spec::CommandWords& command);

Footprint footprint(const spec::Machine& machine, const spec::CommandWords& command);

}  // namespace napier::driver
