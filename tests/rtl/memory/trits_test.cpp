// Does every byte give its five trits, in each place of a beat?

#include <catch2/catch.hpp>

#include "Vtrits.h"
#include "sw/formats/trits.hpp"
#include "tests/rtl/ports.hpp"

namespace napier::test {

TEST_CASE("every byte in every place") {
    Vtrits trits;
    constexpr int places = 4;  // as tests/rtl/CMakeLists.txt builds it
    for (int byte = 0; byte < 256; ++byte) {
        for (int place = 0; place < places; ++place) {
            set_port_bits(trits.packed_i, static_cast<size_t>(8 * place), 8, static_cast<uint64_t>(byte * 37 + place));
        }
        trits.eval();
        for (int place = 0; place < places; ++place) {
            const auto codes = formats::unpack_trits(static_cast<uint8_t>(byte * 37 + place));
            for (int i = 0; i < formats::trits_in_byte; ++i) {
                INFO("byte " << (byte * 37 + place) % 256 << " trit " << i);
                REQUIRE(port_bits(trits.codes_o, static_cast<size_t>(10 * place + 2 * i), 2) ==
                        codes[static_cast<size_t>(i)]);
            }
        }
    }
}

}  // namespace napier::test
