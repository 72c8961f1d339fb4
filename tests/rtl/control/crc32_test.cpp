// Is the sum of beats the CRC-32 that zlib computes of their bytes, inverted after each burst?

#include <catch2/catch.hpp>
#include <zlib.h>

#include <vector>

#include "Vcrc32.h"
#include "tests/rtl/clocked.hpp"
#include "tests/rtl/ports.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

TEST_CASE("beats, idle cycles and a clear against zlib") {
    constexpr size_t beat_bytes = NAPIER_BEAT_BYTES;
    Random random(1);
    Clocked<Vcrc32> crc;
    for (int run = 0; run < 20; ++run) {
        crc->clear_i = 1;
        crc->valid_i = run % 2;  // a beat in the cycle of a clear does not count
        crc.tick();
        crc->clear_i = 0;
        REQUIRE(crc->checksum_o == 0);
        uLong expected = 0;
        for (int cycle = 0; cycle < 200; ++cycle) {
            std::vector<uint8_t> bytes(beat_bytes);
            const bool zeros = random.number(0, 3) == 0;
            for (size_t i = 0; i < beat_bytes; ++i) {
                bytes[i] = zeros ? 0 : uint8_t(random.number(0, 255));
                set_port_bits(crc->data_i, 8 * i, 8, bytes[i]);
            }
            crc->valid_i = random.number(0, 2) != 0;
            crc->last_i = random.number(0, 3) == 0;
            if (crc->valid_i) expected = crc32_z(expected, bytes.data(), bytes.size());
            if (crc->valid_i && crc->last_i) expected ^= 0xffffffff;
            crc.tick();
            REQUIRE(crc->checksum_o == uint32_t(expected));
        }
    }
}

}  // namespace napier::test
