#pragma once
// Five trits in a byte, as ternary weights may stand in memory (type TQ1_0 of the GGML library): with the trits as
// digits of v in base 3, the first the most significant, 0, 1 and 2 for 0, +1 and -1, the byte is ceil(v * 256 / 243).

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace napier::formats {

inline constexpr int trits_in_byte = 5, trit_values = 243;  // 3^5

// The byte of five ternary codes of two bits (00, 01, 11).
uint8_t pack_trits(const std::array<uint32_t, trits_in_byte>& codes);

// The ternary codes of a byte; of one that is no packed trits, those of the greatest that is below.
std::array<uint32_t, trits_in_byte> unpack_trits(uint8_t byte);

// Bytes of four codes, the first lowest, to bytes of five trits; codes behind the last are 00.
std::vector<uint8_t> pack_codes(std::span<const uint8_t> bytes);

}  // namespace napier::formats
