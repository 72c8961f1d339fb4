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

// Bytes of a block in memory: the scale, then the elements without gaps, element 0 in the lowest bits.
int packed_bytes(const spec::Element& element);

// To and from packed_bytes(element) bytes.
void pack(const spec::Element& element, const Block& block, uint8_t* bytes);
Block unpack(const spec::Element& element, const uint8_t* bytes);

}  // namespace napier::formats
