#pragma once
// Ports of verilated modules of any width, as bytes or as numbers.

#include <verilated.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace napier::test {

// Sets a port from `count` bytes, the lowest first; the rest is zero.
template <typename Port>
void set_port(Port& port, const uint8_t* bytes, size_t count) {
    static_assert(std::is_trivially_copyable_v<Port>);
    std::memset(static_cast<void*>(&port), 0, sizeof port);
    std::memcpy(static_cast<void*>(&port), bytes, count < sizeof port ? count : sizeof port);
}

// Byte `index` of a port.
template <typename Port>
uint8_t port_byte(const Port& port, size_t index) {
    return reinterpret_cast<const uint8_t*>(&port)[index];
}

// Bits of `value`, of which bit 0 stands at `lsb`, that byte `index` holds.
inline uint8_t bits_in_byte(uint64_t value, size_t lsb, size_t index) {
    return static_cast<uint8_t>(8 * index >= lsb ? value >> (8 * index - lsb) : value << (lsb - 8 * index));
}

inline uint64_t ones(size_t width) {
    return width < 64 ? (uint64_t{1} << width) - 1 : ~uint64_t{0};
}

// Bits [lsb, lsb + width) of a port, width <= 64.
template <typename Port>
uint64_t port_bits(const Port& port, size_t lsb, size_t width) {
    uint64_t value = 0;
    for (size_t i = lsb / 8; 8 * i < lsb + width; ++i) {
        const uint64_t byte = port_byte(port, i);
        value |= 8 * i >= lsb ? byte << (8 * i - lsb) : byte >> (lsb - 8 * i);
    }
    return value & ones(width);
}

// Writes bits [lsb, lsb + width) of a port, width <= 64.
template <typename Port>
void set_port_bits(Port& port, size_t lsb, size_t width, uint64_t value) {
    uint8_t* bytes = reinterpret_cast<uint8_t*>(&port);
    for (size_t i = lsb / 8; 8 * i < lsb + width; ++i) {
        const uint8_t mask = bits_in_byte(ones(width), lsb, i);
        bytes[i] = static_cast<uint8_t>((bytes[i] & ~mask) | (bits_in_byte(value, lsb, i) & mask));
    }
}

inline int64_t sign_extend(uint64_t value, int width) {
    const uint64_t sign = uint64_t{1} << (width - 1);
    return static_cast<int64_t>((value ^ sign) - sign);
}

}  // namespace napier::test
