// Do accumulators add pass after pass at the shortest distance, start anew or from three times their value when told,
// wrap, and keep the other half?

#include <catch2/catch.hpp>

#include <map>

#include "Vaccumulator.h"
#include "tests/rtl/clocked.hpp"
#include "tests/rtl/ports.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

namespace {

// As tests/rtl/CMakeLists.txt builds it.
constexpr int columns = 3, bits = 17, depth = 10, sum_bits = 12, latency = 6, halves = 2;
constexpr uint64_t least_distance = NAPIER_DISTANCE;

// What a pass adds to: the sum, nothing, three times the sum; or it is told both, and nothing counts.
enum class Begin { sum, nothing, tripled, nothing_tripled };

class Bench {
public:
    explicit Bench(uint64_t seed) : random_(seed) {
        accumulator_->rst_ni = 0;
        step();
        accumulator_->rst_ni = 1;
    }

    void pass(int pixels, int half, Begin begin, bool last) {
        const bool overwrite = begin == Begin::nothing || begin == Begin::nothing_tripled;
        const bool triple = begin == Begin::tripled || begin == Begin::nothing_tripled;
        for (int pixel = 0; pixel < pixels; ++pixel) {
            At& now = at_[cycle_];
            now.valid = true;
            // Both count in the first vector of a pass alone.
            now.overwrite = pixel == 0 ? overwrite : random_.chance(50);
            now.triple = pixel == 0 ? triple : random_.chance(50);
            now.half = half;
            now.last = last && pixel == pixels - 1;
            if (pixel == 0) at_[cycle_ + latency - 1].soon = true, at_[cycle_ + latency].tail = true;
            for (int c = 0; c < columns; ++c) {
                const int64_t sum = random_.chance(30) ? 2047 : random_.between(-2048, 2047);
                at_[cycle_ + latency + 1].sums.push_back(sum);
                int64_t& expected = expected_[half][pixel][c];
                const int64_t total = (overwrite ? 0 : triple ? 3 * expected : expected) + sum;
                expected = sign_extend(static_cast<uint64_t>(total) & ((1 << bits) - 1), bits);
            }
            if (now.last) drained_.push_back(cycle_ + latency + 2);
            step();
        }
        for (int64_t rest = least_distance - pixels; rest > 0; --rest) step();
    }

    // Reads all pixels of a half, while the array works on the other one.
    void check(int half, int pixels) {
        for (int pixel = 0; pixel < pixels; ++pixel) {
            accumulator_->read_enable_i = 1;
            accumulator_->read_half_i = static_cast<uint8_t>(half);
            accumulator_->read_pixel_i = static_cast<uint8_t>(pixel);
            step();
            accumulator_->read_enable_i = 0;
            accumulator_.settle();
            for (int c = 0; c < columns; ++c) {
                const uint64_t read = port_bits(accumulator_->read_data_o, static_cast<size_t>(c * bits), bits);
                REQUIRE(sign_extend(read, bits) == expected_[half][pixel][c]);
            }
        }
    }

    void drain() {
        for (int i = 0; i < latency + 3; ++i) step();
        REQUIRE(seen_ == drained_);
    }

private:
    struct At {
        bool valid = false, overwrite = false, triple = false, last = false, soon = false, tail = false;
        int half = 0;
        std::vector<int64_t> sums;
    };

    void step() {
        const At now = at_[cycle_];
        accumulator_->valid_i = now.valid;
        accumulator_->overwrite_i = now.overwrite;
        accumulator_->triple_i = now.triple;
        accumulator_->half_i = static_cast<uint8_t>(now.half);
        accumulator_->last_i = now.last;
        accumulator_->soon_i = now.soon;
        accumulator_->tail_i = now.tail;
        for (size_t c = 0; c < now.sums.size(); ++c) {
            set_port_bits(accumulator_->sums_i, c * sum_bits, sum_bits, static_cast<uint64_t>(now.sums[c]));
        }
        accumulator_.settle();
        if (accumulator_->drained_o) seen_.push_back(cycle_);
        accumulator_.tick();
        ++cycle_;
    }

    Random random_;
    Clocked<Vaccumulator> accumulator_;
    std::map<uint64_t, At> at_;
    int64_t expected_[halves][depth][columns] = {};
    std::vector<uint64_t> drained_, seen_;
    uint64_t cycle_ = 0;
};

}  // namespace

TEST_CASE("tiles in both halves") {
    for (uint64_t seed = 0; seed < 50; ++seed) {
        INFO("seed " << seed);
        Random random(seed);
        Bench bench(seed + 1000);
        for (int tile = 0; tile < 6; ++tile) {
            const int pixels = random.number(1, depth), passes = random.number(1, 40), half = tile % 2;
            for (int i = 0; i < passes; ++i) {
                const Begin begin = i == 0               ? random.pick<Begin>({Begin::nothing, Begin::nothing_tripled})
                                    : random.chance(30) ? Begin::tripled
                                                        : Begin::sum;
                bench.pass(pixels, half, begin, i == passes - 1);
            }
            bench.drain();
            bench.check(half, pixels);
        }
    }
}

TEST_CASE("one half is read while the other one works") {
    Bench bench(1);
    bench.pass(depth, 0, Begin::nothing, true);
    bench.pass(depth, 1, Begin::nothing, true);
    for (int i = 0; i < 5; ++i) bench.pass(depth, 1, Begin::sum, false);
    bench.check(0, depth);
    bench.drain();
    bench.check(1, depth);
}

}  // namespace napier::test
