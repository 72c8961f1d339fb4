// Is every output byte the exact one, at ties, ends and the widest values, one start as close to the next as may be?

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <deque>

#include "Vrequantize.h"
#include "sw/golden/requantize.hpp"
#include "tests/rtl/clocked.hpp"
#include "tests/rtl/ports.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

namespace {

// As tests/rtl/CMakeLists.txt builds it.
constexpr int accumulator_bits = NAPIER_ACCUMULATOR_BITS, cycles = NAPIER_CYCLES;
constexpr int steps = cycles == 1 ? 4 : cycles, latency = steps + 6;

struct Job {
    bool rectify, residual;
    int residual_zero, output_zero, clamp_low, clamp_high;
    uint32_t residual_significand;
};
struct Operands {
    int64_t accumulator, bias;
    uint32_t significand;
    int shift, residual_byte;
};

int64_t random_accumulator(Random& random) {
    const int64_t most = int64_t{1} << (accumulator_bits - 1);
    switch (random.number(0, 3)) {
        case 0: return random.chance(50) ? most - 1 : -most;
        case 1: return random.between(-300, 300);
        default: return random.between(-most, most - 1);
    }
}

uint32_t random_significand(Random& random) {
    switch (random.number(0, 3)) {
        case 0: return 0xffffff;
        case 1: return uint32_t{1} << random.number(0, 23);
        default: return static_cast<uint32_t>(random.bits() & 0xffffff);
    }
}

// accumulator + bias, as wide as an accumulator.
int64_t biased(const Operands& o) {
    const uint64_t mask = (uint64_t{1} << accumulator_bits) - 1;
    return sign_extend(static_cast<uint64_t>(o.accumulator + o.bias) & mask, accumulator_bits);
}

// Powers of two as significands and few bits in the accumulator give ties; the shift brings the result near a byte.
Operands random_operands(Random& random) {
    Operands o{random_accumulator(random), random_accumulator(random), random_significand(random), random.number(0, 63),
               random.number(-128, 127)};
    if (random.chance(50)) {
        const double size = std::abs(static_cast<double>(biased(o))) * o.significand;
        o.shift = std::clamp(static_cast<int>(std::log2(size + 1)) - random.number(4, 9), 0, 63);
    }
    if (random.chance(30)) o.bias = 0;
    return o;
}

Job random_job(Random& random) {
    const bool wide = random.chance(50);
    return {random.chance(50), random.chance(50), random.number(-128, 127),
            random.chance(50) ? 0 : random.number(-128, 127), wide ? -128 : random.number(-128, 127),
            wide ? 127 : random.number(-128, 127), random_significand(random)};
}

int expected(const Job& job, const Operands& o) {
    golden::Requantization column;
    column.significand = o.significand;
    column.shift = o.shift;
    column.output_zero = job.output_zero;
    column.clamp_low = job.clamp_low;
    column.clamp_high = job.clamp_high;
    column.rectified = job.rectify;
    column.has_residual = job.residual;
    column.residual_zero = job.residual_zero;
    column.residual_significand = job.residual_significand;
    return golden::requantize(column, biased(o), o.residual_byte);
}

class Bench {
public:
    explicit Bench(const Job& job) : job_(job) {
        module_->rectify_i = job.rectify;
        module_->residual_i = job.residual;
        module_->residual_zero_i = static_cast<uint8_t>(job.residual_zero);
        module_->residual_significand_i = job.residual_significand;
        module_->output_zero_i = static_cast<uint8_t>(job.output_zero);
        module_->clamp_low_i = static_cast<uint8_t>(job.clamp_low);
        module_->clamp_high_i = static_cast<uint8_t>(job.clamp_high);
    }

    void start(const Operands& o) {
        set_port_bits(module_->accumulator_i, 0, accumulator_bits, static_cast<uint64_t>(o.accumulator));
        set_port_bits(module_->bias_i, 0, accumulator_bits, static_cast<uint64_t>(o.bias));
        module_->significand_i = o.significand;
        module_->shift_i = static_cast<uint8_t>(o.shift);
        module_->residual_byte_i = static_cast<uint8_t>(o.residual_byte);
        module_->start_i = 1;
        due_.push_back({cycle_ + latency, o});
        step();
        // The inputs are read in the cycle of the start alone.
        module_->start_i = 0;
        module_->significand_i ^= 0xffffff;
        module_->shift_i ^= 0x3f;
    }
    void step() {
        module_.settle();
        if (!due_.empty() && due_.front().cycle == cycle_) {
            const Operands& o = due_.front().operands;
            INFO("accumulator " << o.accumulator << " bias " << o.bias << " significand " << o.significand << " shift "
                                << o.shift << " rectify " << job_.rectify << " residual " << job_.residual
                                << " " << o.residual_byte);
            REQUIRE(static_cast<int8_t>(module_->result_o) == expected(job_, o));
            REQUIRE(module_->result_o == next_);
            due_.pop_front();
        }
        next_ = module_->next_o;
        module_.tick();
        ++cycle_;
    }

private:
    struct Due {
        uint64_t cycle;
        Operands operands;
    };
    const Job job_;
    Clocked<Vrequantize> module_;
    std::deque<Due> due_;
    uint64_t cycle_ = 0;
    uint8_t next_ = 0;  // what next_o was in the cycle before
};

}  // namespace

TEST_CASE("random and adverse operands") {
    for (uint64_t seed = 0; seed < 300; ++seed) {
        INFO("seed " << seed);
        Random random(seed);
        Bench bench(random_job(random));
        for (int i = 0; i < 200; ++i) {
            bench.start(random_operands(random));
            for (int rest = cycles - 1 + (random.chance(20) ? random.number(0, 5) : 0); rest > 0; --rest) bench.step();
        }
        for (int i = 0; i < latency; ++i) bench.step();
    }
}

TEST_CASE("every tie of small values at every shift") {
    Bench bench({false, false, 0, 0, -128, 127, 0});
    for (int shift = 0; shift <= 63; ++shift) {
        // (accumulator * 2^s) / 2^shift in halves around zero, where the significand can reach them.
        const uint32_t significand = shift <= 24 ? (shift == 0 ? 1u : uint32_t{1} << (shift - 1)) : 0x800000;
        for (int64_t accumulator = -300; accumulator <= 300; ++accumulator) {
            bench.start({accumulator, 0, significand, shift, 0});
            for (int rest = cycles - 1; rest > 0; --rest) bench.step();
        }
    }
    for (int i = 0; i < latency; ++i) bench.step();
}

}  // namespace napier::test
