// Is the piecewise-affine product what its patterns say, everywhere?

#include <catch2/catch.hpp>

#include <bit>
#include <cmath>
#include <vector>

#include "sw/formats/bfloat16.hpp"
#include "sw/golden/pam.hpp"
#include "tests/support/random.hpp"

namespace {

using namespace napier;

// (1 + f) * 2^e of both: their product with the term of both fractions left out, carry into the exponent, in reals.
double piecewise(double a, double b) {
    int ea = 0, eb = 0;
    const double fa = 2.0 * std::frexp(std::abs(a), &ea) - 1.0, fb = 2.0 * std::frexp(std::abs(b), &eb) - 1.0;
    const double fraction = fa + fb;
    const double size = fraction < 1.0 ? std::ldexp(1.0 + fraction, ea + eb - 2) : std::ldexp(fraction, ea + eb - 1);
    return std::signbit(a) != std::signbit(b) ? -size : size;
}

}  // namespace

TEST_CASE("piecewise-affine product: 16 million pairs against its definition in reals") {
    test::Random random(4);
    const double least = std::ldexp(1.0, -126), limit = std::ldexp(1.0, 128);
    int wrong = 0;
    const auto check = [&](uint32_t a, uint32_t b) {
        const float value_a = formats::from_bfloat16(static_cast<uint16_t>(a));
        const float value_b = formats::from_bfloat16(static_cast<uint16_t>(b));
        const uint32_t sign = (a ^ b) & 0x8000;
        uint32_t expected = 0x7FC0;
        if (std::isfinite(value_a) && std::isfinite(value_b)) {
            const bool zero = std::abs(value_a) < least || std::abs(value_b) < least;
            const double product = zero ? 0.0 : piecewise(value_a, value_b);
            if (std::abs(product) < least) {
                expected = sign;
            } else if (std::abs(product) < limit) {
                expected = std::bit_cast<uint32_t>(static_cast<float>(product)) >> 16;
            }
        }
        wrong += golden::pam_product(static_cast<uint16_t>(a), static_cast<uint16_t>(b)) == expected ? 0 : 1;
    };
    for (uint32_t a = 0; a < 65536; ++a) {
        for (int i = 0; i < 240; ++i) {
            check(a, static_cast<uint32_t>(random.bits()) & 0xFFFF);
        }
        for (const uint32_t b : {0x0000u, 0x8000u, 0x007Fu, 0x0080u, 0x3F7Fu, 0x3F80u, 0xBF80u, 0x3F81u, 0x3FFFu,
                                 0x4000u, 0x7F7Fu, 0xFF7Fu, 0x7F80u, 0xFF80u, 0x7F81u, 0xFFFFu}) {
            check(a, b);
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("piecewise-affine product: worked examples") {
    const auto product = [](float a, float b) {
        return formats::from_bfloat16(golden::pam_product(formats::to_bfloat16(a), formats::to_bfloat16(b)));
    };
    CHECK(product(1.0f, 3.140625f) == 3.140625f);
    CHECK(product(1.5f, 1.5f) == 2.0f);
    CHECK(product(-1.25f, 1.25f) == -1.5f);
    CHECK(product(1.75f, 1.75f) == 3.0f);
    CHECK(golden::pam_product(0x0080, 0x3F80) == 0x0080);
    CHECK(golden::pam_product(0x0080, 0xBF7F) == 0x8000);
    CHECK(golden::pam_product(0x7F7F, 0x3F80) == 0x7F7F);
    CHECK(golden::pam_product(0x7F7F, 0x3F81) == 0x7FC0);
    CHECK(golden::pam_product(0x7F80, 0x0000) == 0x7FC0);
    CHECK(golden::pam_product(0x807F, 0x4000) == 0x8000);
    CHECK(golden::pam_accumulate(16777216.0f, 0x3F80, 0x3F80) == 16777216.0f);
    CHECK(golden::pam_accumulate(1.0f, 0x3FC0, 0xBFC0) == -1.0f);
    CHECK(std::bit_cast<uint32_t>(golden::pam_accumulate(0.0f, 0x8000, 0x3F80)) == 0);
}
