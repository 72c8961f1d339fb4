#include "sw/formats/trits.hpp"

namespace napier::formats {

namespace {

constexpr int codes_in_byte = 4, byte_values = 256;

uint32_t digit(uint32_t code) {
    return code == 0b00 ? 0 : code == 0b01 ? 1 : 2;
}

uint32_t code_of_digit(int digit) {
    return digit == 0 ? 0b00 : digit == 1 ? 0b01 : 0b11;
}

}  // namespace

uint8_t pack_trits(const std::array<uint32_t, trits_in_byte>& codes) {
    uint32_t value = 0;
    for (const uint32_t code : codes) {
        value = 3 * value + digit(code);
    }
    return static_cast<uint8_t>((value * byte_values + trit_values - 1) / trit_values);
}

std::array<uint32_t, trits_in_byte> unpack_trits(uint8_t byte) {
    int value = byte * trit_values / byte_values;
    std::array<uint32_t, trits_in_byte> codes{};
    for (int i = trits_in_byte - 1; i >= 0; --i) {
        codes[static_cast<size_t>(i)] = code_of_digit(value % 3);
        value /= 3;
    }
    return codes;
}

std::vector<uint8_t> pack_codes(std::span<const uint8_t> bytes) {
    const size_t count = bytes.size() * codes_in_byte;
    std::vector<uint8_t> packed;
    for (size_t first = 0; first < count; first += trits_in_byte) {
        std::array<uint32_t, trits_in_byte> codes{};
        for (size_t i = first; i < first + trits_in_byte && i < count; ++i) {
            codes[i - first] = uint32_t{bytes[i / codes_in_byte]} >> (2 * (i % codes_in_byte)) & 3;
        }
        packed.push_back(pack_trits(codes));
    }
    return packed;
}

}  // namespace napier::formats
