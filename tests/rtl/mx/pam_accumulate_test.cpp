// Is every piecewise-affine product the golden one, and its sum with a float32, in every cycle and with idle ones?

#include <catch2/catch.hpp>

#include <bit>

#include "Vpam_accumulate.h"
#include "sim/mx/pam_accumulate.hpp"
#include "sw/golden/pam.hpp"
#include "tests/rtl/mx/pipeline.hpp"
#include "tests/rtl/mx/vectors.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

namespace {

constexpr uint64_t latency = 9;

struct Step {
    uint32_t accumulator;
    uint16_t a, b;
};

class Bench {
public:
    void add(const Step& operands) {
        pipeline_->accumulator_i = operands.accumulator;
        pipeline_->a_i = operands.a;
        pipeline_->b_i = operands.b;
        pipeline_.put(operands);
        step();
    }
    void step() {
        if (const auto step = pipeline_.output()) {
            const float accumulator = std::bit_cast<float>(step->accumulator);
            const uint32_t expected = std::bit_cast<uint32_t>(golden::pam_accumulate(accumulator, step->a, step->b));
            const uint32_t twin = sim::pam_accumulate(step->accumulator, step->a, step->b);
            if ((pipeline_->sum_o != expected || twin != expected) && pipeline_.count_wrong()) {
                UNSCOPED_INFO(std::hex << step->accumulator << " + " << step->a << " * " << step->b << " = " << expected
                                       << ", not " << pipeline_->sum_o << ", twin " << twin);
            }
        }
        pipeline_.tick();
    }
    void finish() { pipeline_.finish([this] { step(); }); }

private:
    Pipeline<Vpam_accumulate, Step> pipeline_{latency};
};

}  // namespace

TEST_CASE("every pattern by those at the ends, and every pair of exponents") {
    Bench bench;
    const uint16_t ends[] = {0,      1,      0x007f, 0x0080, 0x3f7f, 0x3f80, 0x3fff,
                             0x7f7f, 0x7f80, 0x7f81, 0x8000, 0xbf81, 0xff7f};
    for (uint32_t a = 0; a < 65536; ++a) {
        for (const uint16_t b : ends) {
            bench.add({0, static_cast<uint16_t>(a), b});
        }
        const uint32_t b = (a & 0xff) << 7 | (a * 37 & 0x7f) | (a & 0x10) << 11;
        bench.add({0, static_cast<uint16_t>((a >> 8) << 7 | (a * 11 & 0x7f)), static_cast<uint16_t>(b)});
    }
    bench.finish();
}

TEST_CASE("random products and accumulators, with idle cycles") {
    Bench bench;
    Random random(1);
    for (int i = 0; i < 1'000'000; ++i) {
        const uint64_t bits = random.bits();
        Step operands{static_cast<uint32_t>(bits), static_cast<uint16_t>(bits >> 32),
                      static_cast<uint16_t>(bits >> 48)};
        if (random.chance(80)) {
            const uint32_t product = std::bit_cast<uint32_t>(golden::pam_accumulate(0.0f, operands.a, operands.b));
            const uint32_t distance = static_cast<uint32_t>(random.number(-26, 26)) << 23;
            operands.accumulator = (operands.accumulator & 0x807fffff) | ((product + distance) & 0x7f800000);
        }
        bench.add(operands);
        for (int idle = random.chance(10) ? random.number(0, 12) : 0; idle > 0; --idle) bench.step();
    }
    bench.finish();
}

TEST_CASE("the products and sums of the vector pack") {
    Bench bench;
    for (const VectorLine& line : vector_lines("pam")) {
        const uint32_t product = hexadecimal(line[2]) << 16;
        const Step step{0, static_cast<uint16_t>(hexadecimal(line[0])), static_cast<uint16_t>(hexadecimal(line[1]))};
        REQUIRE(sim::pam_multiply(step.a, step.b) == product);
        bench.add(step);
    }
    for (const VectorLine& line : vector_lines("pam_sum")) {
        const Step step{hexadecimal(line[0]), static_cast<uint16_t>(hexadecimal(line[1])),
                        static_cast<uint16_t>(hexadecimal(line[2]))};
        REQUIRE(sim::pam_accumulate(step.accumulator, step.a, step.b) == hexadecimal(line[3]));
        bench.add(step);
    }
    bench.finish();
}

}  // namespace napier::test
