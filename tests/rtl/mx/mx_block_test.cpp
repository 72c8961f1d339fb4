// Is the exact sum of a block's products the golden one, for every pair of codes, every pair of scales, at the ends of
// the sum's range, with every special value, a block in every cycle and with idle ones between?

#include <catch2/catch.hpp>

#include <string>
#include <utility>

#include "sim/mx/mx_block.hpp"
#include "tests/rtl/mx/block_operands.hpp"
#include "tests/rtl/mx/mx_block_bench.hpp"
#include "tests/rtl/mx/vectors.hpp"

namespace napier::test {

namespace {

// Each pair of codes alone in its block, so that no other product hides it, in one lane after the other.
void all_pairs(MxBlockBench& bench, int a_element, int b_element) {
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
    MxBlockBench bench;
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
    MxBlockBench bench;
    for (const int a : elements_in(a_mask)) {
        for (const int b : elements_in(b_mask)) all_pairs(bench, a, b);
    }
    bench.finish();
}

TEST_CASE("every pair of scales") {
    MxBlockBench bench;
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

TEST_CASE("ten million random and adverse blocks", "[random][.long]") {
    random_blocks(4, 10'000'000);
}

TEST_CASE("a sum does not depend on the order inside the block") {
    MxBlockBench bench;
    Random random(5);
    const std::vector<int> a_elements = elements_in(a_mask), b_elements = elements_in(b_mask);
    int wrong = 0;
    for (int i = 0; i < 20'000; ++i) {
        MxOperand a = random_operand(random, random.pick(a_elements));
        MxOperand b = random_operand(random, random.pick(b_elements));
        const sim::BlockSum sum = block_sum(product_of(a, b));
        bench.put(a, b);
        for (int last = spec::block_elements - 1; last > 0; --last) {
            const size_t from = static_cast<size_t>(last), to = static_cast<size_t>(random.number(0, last));
            std::swap(a.block.element[from], a.block.element[to]);
            std::swap(b.block.element[from], b.block.element[to]);
        }
        if (!same(sum, block_sum(product_of(a, b)))) ++wrong;
        bench.put(a, b);
    }
    bench.finish();
    REQUIRE(wrong == 0);
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
    MxBlockBench bench;
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
