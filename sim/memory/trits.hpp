#pragma once
// Twin of rtl/memory/trits.sv: five trits of a byte to ternary codes of two bits, the first lowest.

#include <cstdint>

namespace napier::sim {

// Ten bits. Three times a fraction of 256ths: its whole part is the next digit.
constexpr uint32_t codes_of(uint8_t byte) {
    uint32_t codes = 0, rest = byte;
    for (int trit = 0; trit < 5; ++trit) {
        const uint32_t tripled = 3 * rest;
        codes |= (tripled >> 8 == 2 ? 3u : tripled >> 8) << (2 * trit);
        rest = tripled & 0xff;
    }
    return codes;
}

}  // namespace napier::sim
