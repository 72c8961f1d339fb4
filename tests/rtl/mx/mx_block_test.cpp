// Is the exact sum of a block's products the golden one, for every pair of codes, every pair of scales, at the ends of
// the sum's range, with every special value, a block in every cycle and with idle ones between?

#include <catch2/catch.hpp>

#include <string>

#include "Vmx_block.h"
#include "sim/mx/mx_block.hpp"
#include "tests/rtl/mx/block_operands.hpp"
#include "tests/rtl/mx/pipeline.hpp"
#include "tests/rtl/mx/vectors.hpp"

namespace napier::test {

namespace {

// As tests/rtl/CMakeLists.txt builds it.
constexpr int a_mask = NAPIER_A_ELEMENTS, b_mask = NAPIER_B_ELEMENTS, sum_bits = NAPIER_SUM_BITS;
constexpr uint64_t latency = sum_bits > 32 ? 12 : 11;

struct Operands {
    MxOperand a, b;
};

class Bench {
public:
    void put(const MxOperand& a, const MxOperand& b) {
        pipeline_->a_element_i = static_cast<uint8_t>(a.element);
        pipeline_->a_scale_i = a.block.scale;
        set_elements(pipeline_->a_elements_i, a);
        pipeline_->b_element_i = static_cast<uint8_t>(b.element);
        pipeline_->b_scale_i = b.block.scale;
        set_elements(pipeline_->b_elements_i, b);
        pipeline_.put({a, b});
        step();
    }
    void step() {
        if (const auto operands = pipeline_.output()) {
            const bool right = output_is(block_sum(product_of(operands->a, operands->b)));
            if (!right && wrong_++ == 0) UNSCOPED_INFO(text_of(operands->a) << text_of(operands->b));
        }
        pipeline_.tick();
    }
    void finish() {
        for (uint64_t i = 0; i <= latency; ++i) step();
        REQUIRE(wrong_ == 0);
        REQUIRE(pipeline_.empty());
        REQUIRE(pipeline_.right());
    }

private:
    bool output_is(const sim::BlockSum& sum) {
        if (sum.nan || pipeline_->nan_o != 0) return sum.nan && pipeline_->nan_o != 0;
        if ((pipeline_->infinite_o != 0) != sum.infinite || (pipeline_->sign_o != 0) != sum.negative) return false;
        if (sum.infinite) return true;
        const NormalizedSum expected = normalized(sum, sum_bits);
        const int64_t exponent = sign_extend(pipeline_->exponent_o, 10);
        return wide_port_bits(pipeline_->magnitude_o, 0, sum_bits) == expected.magnitude &&
               (sum.magnitude == 0 || exponent == expected.exponent);
    }

    Pipeline<Vmx_block, Operands> pipeline_{latency};
    int wrong_ = 0;
};

// Each pair of codes alone in its block, so that no other product hides it, in one lane after the other.
void all_pairs(Bench& bench, int a_element, int b_element) {
    const int a_codes = 1 << spec::elements[a_element].bits, b_codes = 1 << spec::elements[b_element].bits;
    MxOperand a{a_element, {spec::scale_bias, {}}}, b{b_element, {spec::scale_bias, {}}};
    for (int pair = 0; pair < a_codes * b_codes; ++pair) {
        const size_t lane = static_cast<size_t>(pair + pair / 37) % a.block.element.size();
        a.block.element.fill(0);
        b.block.element.fill(0);
        a.block.element[lane] = static_cast<uint8_t>(pair % a_codes);
        b.block.element[lane] = static_cast<uint8_t>(pair / a_codes);
        bench.put(a, b);
    }
}

bool same(const sim::BlockSum& a, const sim::BlockSum& b) {
    if (a.nan || b.nan) return a.nan && b.nan;
    if (a.infinite != b.infinite || a.negative != b.negative || a.magnitude != b.magnitude) return false;
    return a.infinite || a.magnitude == 0 || a.exponent == b.exponent;
}

void random_blocks(uint64_t seed, int blocks) {
    Bench bench;
    Random random(seed);
    const std::vector<int> a_elements = elements_in(a_mask), b_elements = elements_in(b_mask);
    for (int i = 0; i < blocks; ++i) {
        bench.put(random_operand(random, random.pick(a_elements)), random_operand(random, random.pick(b_elements)));
        for (int idle = random.chance(10) ? random.number(0, 15) : 0; idle > 0; --idle) bench.step();
    }
    bench.finish();
}

}  // namespace

TEST_CASE("every pair of codes") {
    Bench bench;
    for (const int a : elements_in(a_mask)) {
        for (const int b : elements_in(b_mask)) all_pairs(bench, a, b);
    }
    bench.finish();
}

TEST_CASE("every pair of scales") {
    Bench bench;
    MxOperand a{elements_in(a_mask).front(), {}}, b{elements_in(b_mask).back(), {}};
    a.block.element.fill(1);
    b.block.element.fill(1);
    for (int scales = 0; scales < 65536; ++scales) {
        a.block.scale = static_cast<uint8_t>(scales);
        b.block.scale = static_cast<uint8_t>(scales >> 8);
        bench.put(a, b);
    }
    bench.finish();
}

TEST_CASE("random and adverse blocks, with idle cycles") {
    random_blocks(2, NAPIER_BLOCKS);
}

TEST_CASE("ten million random and adverse blocks", "[.long]") {
    random_blocks(4, 10'000'000);
}

TEST_CASE("the twin has the same sums") {
    Random random(3);
    const std::vector<int> a_elements = elements_in(a_mask), b_elements = elements_in(b_mask);
    int wrong = 0;
    for (int i = 0; i < 100'000; ++i) {
        const MxOperand a = random_operand(random, random.pick(a_elements));
        const MxOperand b = random_operand(random, random.pick(b_elements));
        uint8_t a_bytes[spec::block_elements], b_bytes[spec::block_elements];
        set_elements(a_bytes, a);
        set_elements(b_bytes, b);
        const sim::BlockSum sum = sim::mx_block(a.element, a.block.scale, a_bytes, b.element, b.block.scale, b_bytes);
        if (!same(sum, block_sum(product_of(a, b)))) ++wrong;
    }
    REQUIRE(wrong == 0);
}

TEST_CASE("the operands of the vector pack") {
    Bench bench;
    int lines = 0;
    for (const VectorLine& line : vector_lines("dot")) {
        const MxOperand a = vector_operand(line[0], line[2], line[4]), b = vector_operand(line[1], line[3], line[5]);
        if ((a_mask >> a.element & 1) == 0 || (b_mask >> b.element & 1) == 0) continue;
        bench.put(a, b);
        ++lines;
    }
    bench.finish();
    REQUIRE(lines >= 10);
}

}  // namespace napier::test
