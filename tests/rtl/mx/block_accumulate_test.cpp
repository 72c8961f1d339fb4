// Is every sum of an exact block product and a float32 the golden one, with products of any two formats, accumulators
// near them, far from them and just opposite, at both ends of the range?

#include <catch2/catch.hpp>

#include <bit>

#include "Vblock_accumulate.h"
#include "tests/rtl/mx/block_operands.hpp"
#include "tests/rtl/mx/pipeline.hpp"
#include "tests/rtl/mx/vectors.hpp"

namespace napier::test {

namespace {

constexpr int sum_bits = NAPIER_SUM_BITS;  // as tests/rtl/CMakeLists.txt builds it
constexpr uint64_t latency = sum_bits > 28 ? 9 : 8;

using Kind = golden::mx::Product::Kind;

struct Sum {
    uint32_t accumulator;
    golden::mx::Product product;
    std::optional<uint32_t> given;  // a result from elsewhere
};

int bit_length(sim::Wide value) {
    int length = 0;
    for (; value != 0; value >>= 1) ++length;
    return length;
}

class Bench {
public:
    void add(uint32_t accumulator, const golden::mx::Product& product, std::optional<uint32_t> given = std::nullopt) {
        const sim::BlockSum sum = block_sum(product);
        const NormalizedSum operand = normalized(sum, sum_bits);
        const int exponent = sum.magnitude == 0 ? any_ : operand.exponent;
        any_ = any_ == 511 ? -512 : any_ + 1;
        pipeline_->accumulator_i = accumulator;
        pipeline_->sign_i = sum.negative;
        set_wide_port_bits(pipeline_->magnitude_i, 0, sum_bits, operand.magnitude);
        set_port_bits(pipeline_->exponent_i, 0, 10, static_cast<uint64_t>(exponent));
        pipeline_->nan_i = sum.nan;
        pipeline_->infinite_i = sum.infinite;
        pipeline_.put({accumulator, product, given});
        step();
    }
    void step() {
        if (const auto sum = pipeline_.output()) {
            const float accumulator = std::bit_cast<float>(sum->accumulator);
            const uint32_t expected = std::bit_cast<uint32_t>(golden::mx::accumulate(accumulator, sum->product));
            if (sum->given && *sum->given != expected) pipeline_.count_wrong();
            const uint32_t twin = sim::block_accumulate(sum->accumulator, block_sum(sum->product));
            if ((pipeline_->sum_o != expected || twin != expected) && pipeline_.count_wrong()) {
                UNSCOPED_INFO(std::hex << sum->accumulator << " + " << static_cast<uint64_t>(sum->product.steps >> 64)
                                       << ":" << static_cast<uint64_t>(sum->product.steps) << std::dec << " * 2^"
                                       << sum->product.exponent << std::hex << " = " << expected << ", not "
                                       << pipeline_->sum_o << ", twin " << twin);
            }
        }
        pipeline_.tick();
        pipeline_->accumulator_i = ~pipeline_->accumulator_i;
    }
    void finish() { pipeline_.finish([this] { step(); }); }

private:
    Pipeline<Vblock_accumulate, Sum> pipeline_{latency};
    int any_ = -512;
};

Int128 random_steps(Random& random) {
    const int bits = random.chance(50) ? sum_bits : random.number(1, sum_bits);
    Int128 steps = static_cast<Int128>(random.bits()) << 64 | random.bits();
    if (random.chance(30)) {  // few ones: ties
        steps = Int128{1} << (bits - 1) | Int128{1} << random.number(0, bits - 1);
    }
    if (random.chance(10)) steps = -1;  // all ones
    steps = steps & ((Int128{1} << bits) - 1);
    return random.chance(50) ? -steps : steps;
}

// Exponents that a product of two blocks can have: -286 (both scales 0) to 221 (254, steps of 1).
golden::mx::Product random_product(Random& random) {
    golden::mx::Product product;
    if (random.chance(1)) product.kind = static_cast<Kind>(random.number(0, 3));
    if (product.kind != Kind::finite) return product;
    if (!random.chance(2)) product.steps = random_steps(random);
    const int most = 290 - sum_bits;
    product.exponent = random.chance(60) ? random.number(-60, 20) : random.number(-286, most);
    return product;
}

// Near the product, just opposite to it, or anything.
uint32_t random_accumulator(Random& random, const golden::mx::Product& product) {
    const uint32_t pattern = static_cast<uint32_t>(random.bits());
    if (product.kind != Kind::finite || random.chance(20)) return pattern;
    const uint32_t rounded = std::bit_cast<uint32_t>(golden::mx::accumulate(0.0f, product));
    if (random.chance(25)) return (rounded ^ 0x80000000) + static_cast<uint32_t>(random.number(-1, 1));
    const uint32_t exponent = (rounded & 0x7f800000) + (static_cast<uint32_t>(random.number(-80, 80)) << 23);
    return random.chance(10) ? exponent : (pattern & 0x807fffff) | (exponent & 0x7f800000);
}

}  // namespace

TEST_CASE("random products and accumulators, with idle cycles") {
    Bench bench;
    Random random(1);
    for (int i = 0; i < 1'000'000; ++i) {
        const golden::mx::Product product = random_product(random);
        bench.add(random_accumulator(random, product), product);
        for (int idle = random.chance(10) ? random.number(0, 12) : 0; idle > 0; --idle) bench.step();
    }
    bench.finish();
}

TEST_CASE("every place of one and two steps against every exponent") {
    Bench bench;
    for (int exponent = -286; exponent <= 200; ++exponent) {
        for (uint32_t field = 0; field < 256; field += exponent % 7 == 0 ? 1 : 9) {
            for (const int steps : {1, -1, 3}) {
                for (const uint32_t fraction : {0u, 1u, 0x7fffffu}) {
                    bench.add(field << 23 | fraction, {Kind::finite, steps, exponent});
                }
            }
        }
    }
    bench.finish();
}

TEST_CASE("special values in pairs") {
    Bench bench;
    for (const uint32_t accumulator : {0u, 0x80000000u, 1u, 0x7f7fffffu, 0x7f800000u, 0xff800000u, 0x7f800001u}) {
        for (int kind = 0; kind < 4; ++kind) bench.add(accumulator, {static_cast<Kind>(kind), 0, 0});
        for (const int steps : {1, -1}) bench.add(accumulator, {Kind::finite, steps, 150});
    }
    bench.finish();
}

TEST_CASE("the sums of the vector pack") {
    Bench bench;
    int lines = 0;
    for (const VectorLine& line : vector_lines("dot")) {
        const MxOperand a = vector_operand(line[0], line[2], line[4]), b = vector_operand(line[1], line[3], line[5]);
        const golden::mx::Product product = product_of(a, b);
        if (bit_length(block_sum(product).magnitude) > sum_bits) continue;
        bench.add(hexadecimal(line[6]), product, hexadecimal(line[7]));
        ++lines;
    }
    bench.finish();
    REQUIRE(lines >= 100);
}

}  // namespace napier::test
