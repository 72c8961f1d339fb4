#pragma once
// Twin of rtl/control/checksums.sv: CRC-32 of the beats that have crossed the bus, by who they were for.

#include <cstddef>
#include <cstdint>

namespace napier::sim {

struct Checksums {
    uint32_t fetch = 0, load = 0, store = 0;
};

// The checksum that goes on with the beats of a burst that holds `count` bytes at `address`; the other bytes of its
// first and last beat count as zeros. After the burst all bits are inverted.
uint32_t add_burst(uint32_t checksum, uint32_t beat_bytes, uint32_t address, const uint8_t* bytes, size_t count);

}  // namespace napier::sim
