// Do float32 accumulators take sum after sum at the shortest distance of passes, start anew when told, and keep the
// other half?

#include <catch2/catch.hpp>

#include <bit>
#include <map>

#include "Vmx_accumulator.h"
#include "sim/mx/mx_accumulator.hpp"
#include "tests/rtl/clocked.hpp"
#include "tests/rtl/mx/block_operands.hpp"

namespace napier::test {

namespace {

// As tests/rtl/CMakeLists.txt builds it.
constexpr int columns = 2, sum_bits = 23, depth = 14, halves = 2;
constexpr uint64_t latency = 5, add = 8;
constexpr int turn = sim::MxAccumulators::turn_cycles(sum_bits);

using Products = std::array<golden::mx::Product, columns>;

class Bench {
public:
    explicit Bench(uint64_t seed) : random_(seed) {
        module_->rst_ni = 0;
        for (uint64_t i = 0; i < latency + add + 2; ++i) module_.tick();
        module_->rst_ni = 1;
    }

    void pass(int pixels, int half, bool overwrite, bool last) {
        for (int pixel = 0; pixel < pixels; ++pixel) {
            module_->valid_i = 1;
            module_->first_i = pixel == 0;
            module_->overwrite_i = overwrite;
            module_->half_i = static_cast<uint8_t>(half);
            module_->last_i = last && pixel == pixels - 1;
            if (module_->last_i != 0) drained_.push_back(cycle_ + latency + add);
            vector(pixel, half, overwrite);
            step();
        }
        for (int rest = turn - pixels; rest > 0; --rest) step();
        while (random_.chance(20)) step();
    }

    // Reads all pixels of a half, while the array works on the other one.
    void check(int half, int pixels) {
        for (int pixel = 0; pixel < pixels; ++pixel) {
            module_->read_enable_i = 1;
            module_->read_half_i = static_cast<uint8_t>(half);
            module_->read_pixel_i = static_cast<uint8_t>(pixel);
            step();
            module_->read_enable_i = 0;
            module_.settle();
            for (int c = 0; c < columns; ++c) {
                const uint64_t read = port_bits(module_->read_data_o, static_cast<size_t>(32 * c), 32);
                REQUIRE(read == std::bit_cast<uint32_t>(expected_[half][pixel][c]));
                REQUIRE(read == twins_[half].pixel(pixel)[c]);
            }
        }
    }
    void drain() {
        for (uint64_t i = 0; i < latency + add + 1; ++i) step();
        REQUIRE(seen_ == drained_);
    }

private:
    void vector(int pixel, int half, bool overwrite) {
        std::array<sim::BlockSum, columns> sums;
        for (int c = 0; c < columns; ++c) {
            golden::mx::Product product;
            product.steps = random_.between(-(1 << 23) + 1, (1 << 23) - 1) >> random_.number(0, 22);
            product.exponent = random_.number(-12, -2);
            if (random_.chance(1)) product.kind = golden::mx::Product::Kind::positive_infinity;
            float& expected = expected_[half][pixel][c];
            expected = golden::mx::accumulate(overwrite ? 0.0f : expected, product);
            sums[static_cast<size_t>(c)] = block_sum(product);
        }
        twins_[half].add(pixel, overwrite, sums.data());
        at_[cycle_ + latency] = sums;
    }
    void step() {
        const auto sums = at_.find(cycle_);
        for (int column = 0; column < columns; ++column) {
            const size_t c = static_cast<size_t>(column);
            const sim::BlockSum sum = sums == at_.end() ? sim::BlockSum{true, false, false, 0, 0} : sums->second[c];
            const NormalizedSum operand = normalized(sum, sum_bits);
            set_port_bits(module_->signs_i, c, 1, sum.negative);
            set_port_bits(module_->magnitudes_i, sum_bits * c, sum_bits, static_cast<uint64_t>(operand.magnitude));
            set_port_bits(module_->exponents_i, 10 * c, 10, static_cast<uint64_t>(operand.exponent));
            set_port_bits(module_->nans_i, c, 1, sum.nan);
            set_port_bits(module_->infinites_i, c, 1, sum.infinite);
        }
        module_.settle();
        if (module_->drained_o != 0) seen_.push_back(cycle_);
        module_.tick();
        at_.erase(cycle_++);
        module_->valid_i = 0;
        module_->first_i = 1;
        module_->overwrite_i = 1;
        module_->last_i = 1;
    }

    Clocked<Vmx_accumulator> module_;
    Random random_;
    uint64_t cycle_ = 0;
    std::map<uint64_t, std::array<sim::BlockSum, columns>> at_;
    std::vector<uint64_t> drained_, seen_;
    float expected_[halves][depth][columns] = {};
    sim::MxAccumulators twins_[halves] = {{columns, depth}, {columns, depth}};
};

}  // namespace

TEST_CASE("tiles in both halves, each read while the other one fills") {
    for (uint64_t seed = 0; seed < 40; ++seed) {
        INFO("seed " << seed);
        Bench bench(seed);
        Random random(seed + 1000);
        int pixels[halves] = {0, 0};
        for (int tile = 0; tile < 20; ++tile) {
            const int half = tile % 2;
            pixels[half] = random.chance(40) ? random.number(turn, depth) : random.number(1, depth);
            const int passes = random.number(1, 12);
            for (int pass = 0; pass < passes; ++pass) bench.pass(pixels[half], half, pass == 0, pass == passes - 1);
            bench.drain();
            bench.check(half, pixels[half]);
            bench.check(1 - half, pixels[1 - half]);
        }
    }
}

}  // namespace napier::test
