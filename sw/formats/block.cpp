#include "sw/formats/block.hpp"

namespace napier::formats {

int packed_bytes(const spec::Element& element) {
    return 1 + spec::block_elements * element.bits / 8;
}

void pack(const spec::Element& element, const Block& block, uint8_t* bytes) {
    *bytes++ = block.scale;
    uint32_t held = 0;
    int bits = 0;
    for (const uint8_t code : block.element) {
        held |= uint32_t{code} << bits;
        for (bits += element.bits; bits >= 8; bits -= 8) {
            *bytes++ = static_cast<uint8_t>(held);
            held >>= 8;
        }
    }
}

Block unpack(const spec::Element& element, const uint8_t* bytes) {
    Block block;
    block.scale = *bytes++;
    uint32_t held = 0;
    int bits = 0;
    for (uint8_t& code : block.element) {
        for (; bits < element.bits; bits += 8) {
            held |= uint32_t{*bytes++} << bits;
        }
        code = static_cast<uint8_t>(held & ((1u << element.bits) - 1));
        held >>= element.bits;
        bits -= element.bits;
    }
    return block;
}

}  // namespace napier::formats
