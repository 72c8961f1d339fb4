// Are the sums of every column right, in the cycle they are due, for passes that follow each other without a gap?

#include <catch2/catch.hpp>

#include <deque>

#include "Varray.h"
#include "tests/rtl/array/operands.hpp"
#include "tests/rtl/clocked.hpp"
#include "tests/rtl/ports.hpp"

namespace napier::test {

namespace {

// As tests/rtl/CMakeLists.txt builds it.
constexpr int rows = NAPIER_ROWS, columns = NAPIER_COLUMNS, stages = NAPIER_COLUMNS / NAPIER_COLUMN_SPAN;
constexpr int activation_bits = NAPIER_ACTIVATION_BITS, weight_bits = NAPIER_WEIGHT_BITS, sum_bits = NAPIER_SUM_BITS;
constexpr int latency = rows + stages;
const size_t held = static_cast<size_t>(held_bits(NAPIER_FORMATS, activation_bits, weight_bits));

// What must come out in a cycle; nothing if no vector went in.
struct Due {
    bool vector = false, first = false;
    std::vector<int64_t> sums;
};

class Bench {
public:
    explicit Bench(uint64_t seed) : random_(seed), due_(latency) {}

    // A pass of `vectors` vectors, at least `rows` cycles long.
    void pass(const PeFormat& format, int vectors) {
        const int kind_a = random_.number(0, 8), kind_w = random_.number(0, 8);
        std::vector<std::vector<uint64_t>> weights(rows, std::vector<uint64_t>(columns));
        for (auto& row : weights) {
            for (uint64_t& weight : row) weight = operand_bits(random_, kind_w) & ((uint64_t{1} << held) - 1);
        }
        for (int i = 0; i < std::max(vectors, rows); ++i) cycle(format, weights, i, i < vectors, kind_a);
    }
    void drain() {
        for (int i = 0; i < latency; ++i) check();
    }

private:
    using Weights = std::vector<std::vector<uint64_t>>;  // [row][column]

    void cycle(const PeFormat& format, const Weights& weights, int i, bool vector, int kind) {
        Due due;
        due.vector = vector;
        due.first = i == 0;
        due.sums.resize(columns);
        for (int row = 0; row < rows; ++row) {
            const uint64_t bits = operand_bits(random_, kind) & ((uint64_t{1} << activation_bits) - 1);
            set_port_bits(array_->activations_i, static_cast<size_t>(row * activation_bits), activation_bits, bits);
            for (size_t c = 0; c < columns; ++c) {
                due.sums[c] += pe_product(format, bits, weights[static_cast<size_t>(row)][c]);
            }
        }
        for (size_t c = 0; c < columns; ++c) {
            const uint64_t weight = i < rows ? weights[static_cast<size_t>(i)][c] : random_.bits();
            set_port_bits(array_->weights_i, c * held, held, weight);
        }
        array_->first_i = i == 0;
        array_->format_i = static_cast<uint8_t>(format.place);
        due_.push_back(due);
        check();
    }

    // sums_o of this cycle, tail_o of the cycle before the first sums.
    void check() {
        array_.settle();
        const Due now = due_.front();
        due_.pop_front();
        const bool first_next = !due_.empty() && due_.front().first;
        REQUIRE((array_->tail_o != 0) == first_next);
        for (size_t c = 0; now.vector && c < columns; ++c) {
            REQUIRE(sign_extend(port_bits(array_->sums_o, c * sum_bits, sum_bits), sum_bits) == now.sums[c]);
        }
        array_.tick();
        array_->first_i = 0;
    }

    Random random_;
    Clocked<Varray> array_;
    std::deque<Due> due_;
};

}  // namespace

TEST_CASE("passes of random and extreme operands") {
    const std::vector<PeFormat> formats = pe_formats(NAPIER_FORMATS, activation_bits, weight_bits, rows);
    for (uint64_t seed = 0; seed < 40; ++seed) {
        INFO("seed " << seed);
        Random random(seed);
        Bench bench(seed + 1000);
        for (int i = 0; i < 20; ++i) bench.pass(random.pick(formats), random.number(1, 3 * rows));
        bench.drain();
    }
}

}  // namespace napier::test
