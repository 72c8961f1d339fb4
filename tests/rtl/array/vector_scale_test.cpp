// Is every sum of a pass multiplied by the pass's scales, at the shortest distance of passes, over the whole range of
// both, and by 1 in other formats?

#include <catch2/catch.hpp>

#include <array>
#include <map>

#include "Vvector_scale.h"
#include "tests/rtl/clocked.hpp"
#include "tests/rtl/ports.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

namespace {

// As tests/rtl/CMakeLists.txt builds it.
constexpr int columns = 3, sum_bits = 17, scale_bits = NAPIER_SCALE_BITS, out_bits = sum_bits + scale_bits;
constexpr int latency = 7, turn = 3;
constexpr int64_t least_sum = -(int64_t{1} << (sum_bits - 1)), greatest_sum = -least_sum - 1;

using Column = std::array<int64_t, columns>;

class Bench {
public:
    Bench() {
        module_->rst_ni = 0;
        step();
        module_->rst_ni = 1;
    }

    // A pass of so many vectors, the next one `distance` cycles later. sums: of a vector and column.
    template <typename Sum>
    void pass(const std::array<uint8_t, columns>& scales, bool scaled, int vectors, int distance, Sum sum) {
        at_[cycle_].first = true;
        at_[cycle_].scaled = scaled;
        at_[cycle_].scales = scales;
        for (int vector = 0; vector < vectors; ++vector) {
            At& arrival = at_[cycle_ + static_cast<uint64_t>(latency + 1 + vector)];
            At& result = at_[cycle_ + static_cast<uint64_t>(latency + 2 + vector)];
            result.is_checked = true;
            for (size_t c = 0; c < columns; ++c) {
                arrival.sums[c] = sum(vector, c);
                const int64_t scale = scales[c] % (1 << scale_bits);
                result.expected[c] = arrival.sums[c] * (scaled ? scale : 1);
            }
        }
        for (int i = 0; i < distance; ++i) step();
    }

    void drain() {
        for (int i = 0; i < 2 * latency + turn; ++i) step();
    }

private:
    struct At {
        bool first = false, scaled = false, is_checked = false;
        std::array<uint8_t, columns> scales{0x5a, 0xa5, 0xff};  // not to be read
        Column sums{}, expected{};
    };

    void step() {
        const At now = at_[cycle_];
        module_->first_i = now.first;
        module_->scaled_i = now.scaled;
        set_port(module_->scales_i, now.scales.data(), now.scales.size());
        for (size_t c = 0; c < columns; ++c) {
            set_port_bits(module_->sums_i, c * sum_bits, sum_bits, static_cast<uint64_t>(now.sums[c]));
        }
        module_.settle();
        for (size_t c = 0; now.is_checked && c < columns; ++c) {
            const uint64_t read = port_bits(module_->scaled_o, c * out_bits, out_bits);
            INFO("cycle " << cycle_ << " column " << c);
            REQUIRE(sign_extend(read, out_bits) == now.expected[c]);
        }
        module_.tick();
        ++cycle_;
    }

    Clocked<Vvector_scale> module_;
    std::map<uint64_t, At> at_;
    uint64_t cycle_ = 0;
};

}  // namespace

TEST_CASE("every scale times the extreme sums and those about zero") {
    Bench bench;
    const std::array<int64_t, 7> sums = {least_sum, greatest_sum, -1, 0, 1, least_sum + 1, -12345};
    for (int scale = 0; scale < 256; ++scale) {
        const auto byte = [&](int add) { return static_cast<uint8_t>(scale + add); };
        bench.pass({byte(0), byte(85), byte(170)}, true, static_cast<int>(sums.size()), static_cast<int>(sums.size()),
                   [&](int vector, size_t c) { return sums[(static_cast<size_t>(vector) + c) % sums.size()]; });
    }
    bench.drain();
}

TEST_CASE("passes at any distance, of formats with scales and without") {
    for (uint64_t seed = 0; seed < 20; ++seed) {
        INFO("seed " << seed);
        Random random(seed);
        Bench bench;
        for (int pass = 0; pass < 200; ++pass) {
            const int distance = random.chance(60) ? turn : random.number(turn, 3 * latency);
            std::array<uint8_t, columns> scales;
            for (uint8_t& scale : scales) scale = static_cast<uint8_t>(random.chance(20) ? 255 : random.number(0, 255));
            bench.pass(scales, random.chance(70), random.number(1, distance), distance, [&](int, size_t) {
                return random.chance(30) ? random.pick<int64_t>({least_sum, greatest_sum})
                                         : random.between(least_sum, greatest_sum);
            });
        }
        bench.drain();
    }
}

}  // namespace napier::test
