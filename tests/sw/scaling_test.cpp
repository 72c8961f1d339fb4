// Are significand and shift the nearest integers to the real multiplier, with the largest shift that fits?

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

#include "sw/base/error.hpp"
#include "sw/golden/requantize.hpp"
#include "sw/golden/scaling.hpp"
#include "tests/support/random.hpp"

namespace {

using namespace napier::golden;

// round_half_even(multiplier * 2^shift) from the bits of the double, in integers; up to 2^25 if it is as much or more.
int64_t exact_significand(double multiplier, int shift) {
    int exponent = 0;
    const double fraction = std::frexp(multiplier, &exponent);
    const int64_t integer = static_cast<int64_t>(std::ldexp(fraction, 53));  // multiplier = integer * 2^(exponent - 53)
    const int right = 53 - exponent - shift;
    if (right <= 28) {
        return 1 << 25;
    }
    if (right > 60) {
        return 0;
    }
    const int64_t quotient = integer >> right, rest = integer - (quotient << right), half = INT64_C(1) << (right - 1);
    return quotient + (rest > half || (rest == half && quotient % 2 == 1));
}

double random_multiplier(napier::test::Random& random) {
    const double fraction = random.chance(30) ? static_cast<double>((1 << 25) - random.number(0, 3)) / (1 << 25)
                                              : static_cast<double>(random.between(1 << 30, INT64_C(1) << 31)) / 0x1p31;
    return std::ldexp(fraction, random.number(-70, 23));
}

}  // namespace

TEST_CASE("the largest shift whose significand stays below 2^24") {
    napier::test::Random random(3);
    for (int i = 0; i < 100000; ++i) {
        const double multiplier = random_multiplier(random);
        if (exact_significand(multiplier, 0) >= 1 << 24) {
            CHECK_THROWS_AS(choose_scaling(multiplier), napier::Error);
            continue;
        }
        const Scaling scaling = choose_scaling(multiplier);
        if (scaling.significand >= 1u << 24 || scaling.significand != exact_significand(multiplier, scaling.shift)) {
            FAIL(multiplier << ": " << scaling.significand << " / 2^" << scaling.shift);
        }
        if (scaling.shift < 63 && exact_significand(multiplier, scaling.shift + 1) < 1 << 24) {
            FAIL(multiplier << ": a larger shift fits");
        }
    }
}

TEST_CASE("worked examples of scaling") {
    CHECK(choose_scaling(1.0).significand == 1u << 23);
    CHECK(choose_scaling(1.0).shift == 23);
    CHECK(choose_scaling(0.5).shift == 24);
    CHECK(choose_scaling(16777215.0).significand == 16777215u);
    CHECK(choose_scaling(16777215.0).shift == 0);
    CHECK(choose_scaling(1.0 - 0x1p-25).significand == 1u << 23);  // rounds up to 2^24 at shift 24: shift 23 instead
    CHECK(choose_scaling(1.0 - 0x1p-25).shift == 23);
    CHECK(choose_scaling(1.0 - 0x1p-24).significand == (1u << 24) - 1);
    CHECK(choose_scaling(0x1p-63).significand == 1);
    CHECK(choose_scaling(0x1p-63).shift == 63);
    CHECK(choose_scaling(0x1p-64).significand == 0);  // a tie, to even
    CHECK(choose_scaling(0x1.8p-63).significand == 2);
    CHECK(choose_scaling(1.0 / 3.0).significand == 11184811u);
    CHECK(choose_scaling(1.0 / 3.0).shift == 25);
}

TEST_CASE("multipliers that do not fit are refused with a sentence") {
    for (const double multiplier : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity(), 16777216.0,
                                    16777215.5, 1e300}) {
        CHECK_THROWS_AS(choose_scaling(multiplier), napier::Error);
        CHECK_THROWS_AS(choose_shared_scaling({0.5, multiplier}, 0.5), napier::Error);
        CHECK_THROWS_AS(choose_shared_scaling({0.5}, multiplier), napier::Error);
    }
    CHECK_NOTHROW(choose_scaling(16777215.4999));
    CHECK_NOTHROW(choose_scaling(std::numeric_limits<double>::denorm_min()));
}

TEST_CASE("one shift for a layer with a residual: the largest that fits all") {
    const SharedScaling shared = choose_shared_scaling({0.001, 0.25, 0.003}, 1.5);
    CHECK(shared.shift == 23);
    CHECK(shared.residual_significand == 12582912u);
    CHECK(shared.significand == std::vector<uint32_t>{8389, 2097152, 25166});
    napier::test::Random random(4);
    for (int i = 0; i < 2000; ++i) {
        std::vector<double> multipliers;
        for (int c = 0; c < 5; ++c) {
            multipliers.push_back(std::ldexp(static_cast<double>(random.number(1, 1 << 30)), random.number(-60, -10)));
        }
        const double residual = std::ldexp(static_cast<double>(random.number(1, 1 << 30)), random.number(-60, -10));
        const SharedScaling found = choose_shared_scaling(multipliers, residual);
        bool larger_fits = found.shift < 63 && exact_significand(residual, found.shift + 1) < 1 << 24;
        CHECK(found.residual_significand == exact_significand(residual, found.shift));
        for (size_t c = 0; c < multipliers.size(); ++c) {
            CHECK(found.significand[c] == exact_significand(multipliers[c], found.shift));
            larger_fits = larger_fits && exact_significand(multipliers[c], found.shift + 1) < 1 << 24;
        }
        CHECK_FALSE(larger_fits);
    }
}

TEST_CASE("a multiplier below 2^-64 gives zero whatever the accumulator") {
    Requantization column;
    const Scaling scaling = choose_scaling(0x1p-65);
    column.significand = scaling.significand;
    column.shift = scaling.shift;
    CHECK(requantize(column, INT32_MIN) == 0);
    CHECK(std::ldexp(0x1p-65, 32) < 0.5);  // and the real value would round to it
}

TEST_CASE("the real multiplier is the double quotient of the exact product") {
    CHECK(real_multiplier(0.5f, 0.25f, 2.0f) == 0.0625);
    const float a = 0.1f, w = 0.3f, y = 0.7f;
    CHECK(real_multiplier(a, w, y) == double(a) * double(w) / double(y));
}

TEST_CASE("a bias rounds half to even at the scale of the products") {
    CHECK(round_bias(1.0, 0.5f, 0.5f) == 4);
    CHECK(round_bias(0.125, 0.5f, 0.5f) == 0);
    CHECK(round_bias(0.375, 0.5f, 0.5f) == 2);
    CHECK(round_bias(-0.375, 0.5f, 0.5f) == -2);
    CHECK(round_bias(2147483647.0, 1.0f, 1.0f) == INT32_MAX);
    CHECK(round_bias(-2147483648.0, 1.0f, 1.0f) == INT32_MIN);
    CHECK_THROWS_AS(round_bias(2147483648.0, 1.0f, 1.0f), napier::Error);
    CHECK_THROWS_AS(round_bias(std::nan(""), 1.0f, 1.0f), napier::Error);
    CHECK_THROWS_AS(round_bias(1.0, 0.0f, 1.0f), napier::Error);
}
