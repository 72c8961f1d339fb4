#pragma once
// A block of microscaling as it stands in memory: 32 codes and the scale they share.

#include <array>
#include <cstdint>

#include "sw/spec/spec.hpp"

namespace napier::formats {

// Value i is 2^(scale - 127) times what the code element[i] stands for; codes below 2^bits of the element format.
struct Block {
    uint8_t scale = 0;
    std::array<uint8_t, spec::block_elements> element{};
    bool operator==(const Block&) const = default;
};

}  // namespace napier::formats
