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

// Bits [lsb, lsb + width) of a port, width <= 64.
template <typename Port>
uint64_t port_bits(const Port& port, size_t lsb, size_t width) {
    uint64_t value = 0;
    for (size_t i = 0; i < width; ++i) {
        value |= static_cast<uint64_t>(port_byte(port, (lsb + i) / 8) >> ((lsb + i) % 8) & 1) << i;
    }
    return value;
}

// Writes bits [lsb, lsb + width) of a port, width <= 64.
template <typename Port>
void set_port_bits(Port& port, size_t lsb, size_t width, uint64_t value) {
    uint8_t* bytes = reinterpret_cast<uint8_t*>(&port);
    for (size_t i = 0; i < width; ++i) {
        const uint8_t mask = static_cast<uint8_t>(1u << ((lsb + i) % 8));
        uint8_t& byte = bytes[(lsb + i) / 8];
        byte = static_cast<uint8_t>((value >> i & 1) != 0 ? byte | mask : byte & ~mask);
    }
}

inline int64_t sign_extend(uint64_t value, int width) {
    const uint64_t sign = uint64_t{1} << (width - 1);
    return static_cast<int64_t>((value ^ sign) - sign);
}

}  // namespace napier::test
