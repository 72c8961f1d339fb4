#pragma once
// Requests and answers of a serial board (docs/serial.md), byte by byte.

#include <zlib.h>

#include <cstdint>
#include <vector>

#include "sw/spec/serial.hpp"

namespace napier::test {

using Bytes = std::vector<uint8_t>;
using Words = std::vector<uint32_t>;

inline void put(Bytes& bytes, uint32_t word) {
    for (int i = 0; i < 4; ++i) bytes.push_back(uint8_t(word >> 8 * i));
}
inline uint32_t sum_of(const Bytes& frame) { return uint32_t(crc32_z(0, frame.data() + 1, frame.size() - 1)); }

inline Bytes request(uint8_t sequence, uint8_t operation, uint8_t count, uint32_t address, const Words& words = {}) {
    Bytes bytes{spec::serial::request, sequence, operation, count, 0};
    put(bytes, address);
    for (uint32_t word : words) put(bytes, word);
    put(bytes, sum_of(bytes));
    return bytes;
}
inline Bytes answer(uint8_t sequence, uint8_t status, const Words& words = {}, bool interrupt = false) {
    Bytes bytes{spec::serial::answer, sequence, status, uint8_t(words.size()), uint8_t(interrupt)};
    for (uint32_t word : words) put(bytes, word);
    put(bytes, sum_of(bytes));
    return bytes;
}

}  // namespace napier::test
