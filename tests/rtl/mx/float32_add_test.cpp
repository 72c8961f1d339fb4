// Is every sum of two float32 the golden one, which is the host's but for zeros being +0: at every distance of the
// exponents, at the ends of the range and among special values, in every cycle and with idle ones between?

#include <catch2/catch.hpp>

#include <bit>

#include "Vfloat32_add.h"
#include "sim/mx/float32_add.hpp"
#include "sw/golden/mx/exact.hpp"
#include "tests/rtl/mx/pipeline.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

namespace {

constexpr uint64_t latency = 8;

uint32_t expected_sum(uint32_t a, uint32_t b) {
    return std::bit_cast<uint32_t>(golden::mx::add(std::bit_cast<float>(a), std::bit_cast<float>(b)));
}

struct Sum {
    uint32_t a, b;
};

class Bench {
public:
    void add(uint32_t a, uint32_t b) {
        pipeline_->a_i = a;
        pipeline_->b_i = b;
        pipeline_.put({a, b});
        step();
    }
    void step() {
        if (const auto sum = pipeline_.output()) {
            const uint32_t expected = expected_sum(sum->a, sum->b);
            const bool twin_right = sim::float32_add(sum->a, sum->b) == expected;
            if ((pipeline_->sum_o != expected || !twin_right) && pipeline_.count_wrong()) {
                UNSCOPED_INFO(std::hex << sum->a << " + " << sum->b << " = " << expected << ", not "
                                       << pipeline_->sum_o);
            }
        }
        pipeline_.tick();
        pipeline_->a_i = ~pipeline_->a_i;
    }
    void finish() { pipeline_.finish([this] { step(); }); }

private:
    Pipeline<Vfloat32_add, Sum> pipeline_{latency};
};

// Few bits set or few clear: what makes ties, carries and cancellation.
uint32_t sparse(Random& random) {
    uint32_t pattern = 0;
    for (int i = random.number(0, 3); i > 0; --i) pattern |= uint32_t{1} << random.number(0, 22);
    return random.chance(30) ? pattern ^ 0x7fffff : pattern;
}

}  // namespace

TEST_CASE("special values and ends of the range in pairs") {
    const uint32_t ends[] = {0,          1,          2,          0x007fffff, 0x00800000, 0x00800001, 0x00ffffff,
                             0x01000000, 0x3f800000, 0x7f7fffff, 0x7f000000, 0x7f800000, 0x7f800001, 0x7fc12345,
                             0x7fffffff, 0x73800000, 0x73800001, 0x737fffff, 0x0b800000, 0x0c000001};
    Bench bench;
    for (const uint32_t a : ends) {
        for (const uint32_t b : ends) {
            for (uint32_t signs = 0; signs < 4; ++signs) bench.add(a | signs << 31, b | (signs >> 1) << 31);
        }
    }
    bench.finish();
}

TEST_CASE("every pair of exponents with few bits set") {
    Bench bench;
    Random random(1);
    for (uint32_t a = 0; a < 256; ++a) {
        for (uint32_t b = 0; b < 256; ++b) {
            for (int i = 0; i < 4; ++i) {
                const uint32_t signs = static_cast<uint32_t>(random.number(0, 3));
                bench.add(signs << 31 | a << 23 | sparse(random), (signs >> 1) << 31 | b << 23 | sparse(random));
            }
        }
    }
    bench.finish();
}

TEST_CASE("random operands of near exponents, with idle cycles") {
    Bench bench;
    Random random(2);
    for (int i = 0; i < 2'000'000; ++i) {
        const uint32_t a = static_cast<uint32_t>(random.bits());
        const uint32_t distance = static_cast<uint32_t>(random.number(-27, 27));
        const uint32_t exponent = ((a >> 23 & 0xff) + distance) & 0xff;
        uint32_t b = (static_cast<uint32_t>(random.bits()) & 0x807fffff) | exponent << 23;
        if (random.chance(10)) b = a ^ 0x80000000 ^ static_cast<uint32_t>(random.number(0, 3));
        bench.add(a, b);
        for (int idle = random.chance(20) ? random.number(0, 9) : 0; idle > 0; --idle) bench.step();
    }
    bench.finish();
}

}  // namespace napier::test
