// Do five trits and their byte stand for each other, for every byte, and does the simulator unpack alike?

#include <catch2/catch.hpp>

#include <set>

#include "sim/memory/trits.hpp"
#include "sw/formats/trits.hpp"

namespace {

using namespace napier;
using Codes = std::array<uint32_t, formats::trits_in_byte>;

constexpr uint32_t codes[] = {0b00, 0b01, 0b11};  // by digit

}  // namespace

TEST_CASE("every five trits come back from a byte of their own") {
    std::set<uint8_t> bytes;
    for (int value = 0; value < 243; ++value) {
        const Codes five{codes[value / 81], codes[value / 27 % 3], codes[value / 9 % 3], codes[value / 3 % 3],
                         codes[value % 3]};
        const uint8_t byte = formats::pack_trits(five);
        CHECK(formats::unpack_trits(byte) == five);
        CHECK(byte * 243 >= value * 256);
        CHECK((byte - 1) * 243 < value * 256);
        bytes.insert(byte);
    }
    CHECK(bytes.size() == 243);
    CHECK(formats::pack_trits({0, 0, 0, 0, 0}) == 0);
    CHECK(formats::pack_trits({1, 0, 0, 0, 0}) == 86);     // 81 * 256 / 243 = 85.3
    CHECK(formats::pack_trits({3, 3, 3, 3, 3}) == 255);    // 242 * 256 / 243 = 254.9
    CHECK(formats::pack_trits({0, 0, 0, 0, 3}) == 3);      // 2 * 256 / 243 = 2.1
    CHECK(formats::pack_trits({2, 0, 0, 0, 0}) == 171);    // 10 as 11
}

TEST_CASE("a byte that is no packed trits reads as the greatest that is below") {
    Codes before = formats::unpack_trits(0);
    for (int byte = 0; byte < 256; ++byte) {
        const Codes now = formats::unpack_trits(static_cast<uint8_t>(byte));
        if (formats::pack_trits(now) != byte) {
            CHECK(now == before);
        }
        before = now;
    }
}

TEST_CASE("the simulator unpacks every byte alike") {
    for (int byte = 0; byte < 256; ++byte) {
        const Codes five = formats::unpack_trits(static_cast<uint8_t>(byte));
        uint32_t all = 0;
        for (size_t i = 0; i < five.size(); ++i) {
            all |= five[i] << (2 * i);
        }
        CHECK(sim::codes_of(static_cast<uint8_t>(byte)) == all);
    }
}

TEST_CASE("bytes of four codes become bytes of five trits, filled with zeros") {
    // 1 -1 0 1 | -1 0 0 0 : 10201 in base 3 with 2 for -1, then 20000.
    const std::vector<uint8_t> packed = formats::pack_codes(std::vector<uint8_t>{0b01001101, 0b00000011});
    REQUIRE(packed.size() == 2);
    CHECK(formats::unpack_trits(packed[0]) == Codes{1, 3, 0, 1, 3});
    CHECK(formats::unpack_trits(packed[1]) == Codes{0, 0, 0, 0, 0});
    CHECK(formats::pack_codes(std::vector<uint8_t>(5, 0)).size() == 4);
    CHECK(formats::pack_codes({}).empty());
}
