#include "sim/control/checksums.hpp"

#include <zlib.h>

namespace napier::sim {

uint32_t add_burst(uint32_t checksum, uint32_t beat_bytes, uint32_t address, const uint8_t* bytes, size_t count) {
    static constexpr uint8_t zeros[64] = {};
    const uint32_t before = address % beat_bytes;
    const uint32_t after = uint32_t((beat_bytes - (address + count) % beat_bytes) % beat_bytes);
    uLong sum = crc32_z(checksum, zeros, before);
    sum = crc32_z(sum, bytes, count);
    return ~uint32_t(crc32_z(sum, zeros, after));
}

}  // namespace napier::sim
