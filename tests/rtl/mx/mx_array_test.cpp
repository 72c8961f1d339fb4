// Does each column give the exact sum of every activation block with the weights of its pass, passes of any length one
// behind the other, in any formats?

#include <catch2/catch.hpp>

#include "Vmx_array.h"
#include "sim/mx/mx_array.hpp"
#include "tests/rtl/mx/block_operands.hpp"
#include "tests/rtl/mx/pipeline.hpp"

namespace napier::test {

namespace {

// As tests/rtl/CMakeLists.txt builds it.
constexpr int columns = 3, a_mask = 48, b_mask = 34, sum_bits = 29, a_block_bits = 200, b_block_bits = 264;
constexpr uint64_t latency = 11;

using Sums = std::array<sim::BlockSum, columns>;

// A block in the bytes of a port, as in memory; behind a narrow format's elements anything may stand.
template <size_t bytes>
void write_block(std::array<uint8_t, bytes>& word, size_t first, const MxOperand& operand) {
    uint8_t codes[spec::block_elements];
    set_elements(codes, operand);
    word[first] = operand.block.scale;
    const size_t length = static_cast<size_t>(4 * spec::elements[operand.element].bits);
    for (size_t i = 0; i < length; ++i) word[first + 1 + i] = codes[i];
}

class Bench {
public:
    explicit Bench(uint64_t seed) : random_(seed) {}

    void pass(int pixels) {
        const int a_element = random_.pick(elements_in(a_mask)), b_element = random_.pick(elements_in(b_mask));
        std::array<uint8_t, columns * b_block_bits / 8> word;
        for (uint8_t& byte : word) byte = static_cast<uint8_t>(random_.bits());
        std::array<MxOperand, columns> weights;
        for (size_t c = 0; c < columns; ++c) {
            weights[c] = random_operand(random_, b_element);
            write_block(word, c * b_block_bits / 8, weights[c]);
        }
        twin_.load(b_element, word.data(), b_block_bits / 8);
        for (int pixel = 0; pixel < pixels; ++pixel) {
            // Behind the first vector the weights' port holds anything.
            if (pixel == 1) {
                for (uint8_t& byte : word) byte = static_cast<uint8_t>(random_.bits());
            }
            set_port(pipeline_->weights_i, word.data(), word.size());
            pipeline_->b_element_i = static_cast<uint8_t>(pixel == 0 ? b_element : random_.number(0, 7));
            pipeline_->first_i = pixel == 0;
            vector(a_element, weights);
            while (random_.chance(10)) step();
        }
    }
    void finish() { pipeline_.finish([this] { step(); }); }

private:
    void vector(int element, const std::array<MxOperand, columns>& weights) {
        const MxOperand operand = random_operand(random_, element);
        std::array<uint8_t, a_block_bits / 8> block;
        for (uint8_t& byte : block) byte = static_cast<uint8_t>(random_.bits());
        write_block(block, 0, operand);
        set_port(pipeline_->activations_i, block.data(), block.size());
        pipeline_->a_element_i = static_cast<uint8_t>(element);
        Sums expected, twin;
        twin_.run(element, block.data(), twin.data());
        for (size_t c = 0; c < columns; ++c) {
            expected[c] = block_sum(product_of(operand, weights[c]));
            const bool same = twin[c].nan == expected[c].nan && twin[c].magnitude == expected[c].magnitude;
            if (!same) pipeline_.count_wrong();
        }
        pipeline_.put(expected);
        step();
    }
    void step() {
        if (const auto sums = pipeline_.output()) {
            for (int c = 0; c < columns; ++c) {
                if (!output_is(c, (*sums)[static_cast<size_t>(c)])) pipeline_.count_wrong();
            }
        }
        pipeline_.tick();
        pipeline_->first_i = 0;
        pipeline_->b_element_i = static_cast<uint8_t>(pipeline_->b_element_i ^ 7);
        set_port_bits(pipeline_->weights_i, 0, 64, random_.bits());
    }
    bool output_is(int column, const sim::BlockSum& sum) {
        const size_t c = static_cast<size_t>(column);
        const bool nan = (pipeline_->nans_o >> c & 1) != 0;
        if (sum.nan || nan) return sum.nan && nan;
        const NormalizedSum expected = normalized(sum, sum_bits);
        const int64_t exponent = sign_extend(port_bits(pipeline_->exponents_o, 10 * c, 10), 10);
        return (pipeline_->signs_o >> c & 1) == (sum.negative ? 1 : 0) && (pipeline_->infinites_o >> c & 1) == 0 &&
               wide_port_bits(pipeline_->magnitudes_o, sum_bits * c, sum_bits) == expected.magnitude &&
               (sum.magnitude == 0 || exponent == expected.exponent);
    }

    Pipeline<Vmx_array, Sums> pipeline_{latency};
    sim::MxArray twin_{columns};
    Random random_;
};

}  // namespace

TEST_CASE("passes of any length") {
    Bench bench(1);
    Random random(2);
    for (int i = 0; i < 3000; ++i) bench.pass(random.chance(50) ? 1 : random.number(2, 30));
    bench.finish();
}

}  // namespace napier::test
