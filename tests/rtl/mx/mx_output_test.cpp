// Is every output block, byte for byte, the golden one of 32 accumulators with bias and clamp, in the cycle stated?

#include <catch2/catch.hpp>

#include <algorithm>
#include <bit>
#include <deque>

#include "Vmx_output.h"
#include "sim/mx/mx_output.hpp"
#include "sw/golden/mx/output.hpp"
#include "tests/rtl/clocked.hpp"
#include "tests/rtl/mx/block_operands.hpp"
#include "tests/rtl/mx/vectors.hpp"

namespace napier::test {

namespace {

// As tests/rtl/CMakeLists.txt builds it.
constexpr int mask = NAPIER_ELEMENTS, lanes = NAPIER_LANES;
constexpr int beats = spec::block_elements / lanes;
constexpr uint64_t latency = static_cast<uint64_t>(sim::output_cycles(lanes));

using Values = std::array<uint32_t, spec::block_elements>;

MxOperand golden_block(const sim::OutputRule& rule, const Values& accumulators, const Values& biases) {
    std::array<float, spec::block_elements> values;
    for (size_t i = 0; i < values.size(); ++i) {
        values[i] = golden::mx::finish(std::bit_cast<float>(accumulators[i]), std::bit_cast<float>(biases[i]),
                                       std::bit_cast<float>(rule.low), std::bit_cast<float>(rule.high));
    }
    const auto scale_rule = static_cast<golden::mx::ScaleRule>(rule.scale_rule);
    return {rule.element, golden::mx::convert(spec::elements[rule.element], scale_rule, values)};
}

class Bench {
public:
    explicit Bench(int idle_percent) : random_(5), idle_percent_(idle_percent) {
        module_->rst_ni = 0;
        for (uint64_t i = 0; i < latency; ++i) module_.tick();
        module_->rst_ni = 1;
    }

    void rule(const sim::OutputRule& rule) {
        finish();
        rule_ = rule;
        module_->low_i = rule.low;
        module_->high_i = rule.high;
        module_->element_i = static_cast<uint8_t>(rule.element);
        module_->rule_i = static_cast<uint8_t>(rule.scale_rule);
    }
    void put(const Values& accumulators, const Values& biases) {
        for (int beat = 0; beat < beats; ++beat) {
            while (random_.chance(idle_percent_)) step();
            module_->valid_i = 1;
            for (int lane = 0; lane < lanes; ++lane) {
                const size_t i = static_cast<size_t>(beat * lanes + lane), lsb = static_cast<size_t>(32 * lane);
                set_port_bits(module_->accumulators_i, lsb, 32, accumulators[i]);
                set_port_bits(module_->biases_i, lsb, 32, biases[i]);
            }
            if (beat == beats - 1) expect(golden_block(rule_, accumulators, biases), accumulators, biases);
            step();
            module_->valid_i = 0;
        }
    }
    void finish() {
        for (uint64_t i = 0; i <= latency; ++i) step();
        REQUIRE(wrong_ == 0);
        REQUIRE(due_.empty());
    }

private:
    struct Due {
        uint64_t cycle;
        std::array<uint8_t, 33> bytes;
    };

    void expect(const MxOperand& operand, const Values& accumulators, const Values& biases) {
        Due due{cycle_ + latency, {}};
        due.bytes[0] = operand.block.scale;
        uint8_t codes[spec::block_elements];
        set_elements(codes, operand);
        std::copy(codes, codes + spec::block_elements, due.bytes.begin() + 1);
        std::array<uint8_t, 33> twin{};
        sim::mx_output(rule_, accumulators.data(), biases.data(), twin.data());
        wrong_ += twin == due.bytes ? 0 : 1;
        due_.push_back(due);
    }
    void step() {
        module_.settle();
        const bool now = !due_.empty() && due_.front().cycle == cycle_;
        bool right = (module_->valid_o != 0) == now;
        if (now) {
            for (size_t i = 0; i < sizeof module_->block_o && i < 33; ++i) {
                right = right && port_byte(module_->block_o, i) == due_.front().bytes[i];
            }
            due_.pop_front();
        }
        wrong_ += right ? 0 : 1;
        module_.tick();
        ++cycle_;
    }

    Clocked<Vmx_output> module_;
    Random random_;
    const int idle_percent_;
    sim::OutputRule rule_{};
    std::deque<Due> due_;
    uint64_t cycle_ = 0;
    int wrong_ = 0;
};

uint32_t near_one(Random& random) {
    const uint32_t pattern = static_cast<uint32_t>(random.bits());
    return (pattern & 0x807fffff) | static_cast<uint32_t>(random.number(118, 132)) << 23;
}

}  // namespace

TEST_CASE("blocks by every rule, with idle cycles") {
    const std::vector<uint32_t> lows = {0xff800000, 0x00000000, 0x80000000, 0xc0c00000, 0x3e800000};
    const std::vector<uint32_t> highs = {0x7f800000, 0x40c00000, 0x3f000000, 0x00000000};
    for (const int idle : {0, 40}) {
        Bench bench(idle);
        Random random(static_cast<uint64_t>(idle) + 1);
        const std::vector<int> elements = elements_in(mask);
        for (int job = 0; job < 200; ++job) {
            bench.rule({random.pick(lows), random.pick(highs), random.pick(elements), random.number(0, 3)});
            for (int block = 0; block < 20; ++block) {
                Values accumulators, biases;
                for (uint32_t& value : accumulators) value = near_one(random);
                for (uint32_t& value : biases) value = random.chance(30) ? 0 : near_one(random);
                for (int i = random.number(0, 4); i > 2; --i) {
                    accumulators[static_cast<size_t>(random.number(0, 31))] = static_cast<uint32_t>(random.bits());
                }
                if (random.chance(5)) accumulators.fill(0x80000000);
                bench.put(accumulators, biases);
            }
        }
        bench.finish();
    }
}

TEST_CASE("the vector pack's biases and clamps, by the twin") {
    for (const VectorLine& line : vector_lines("finish")) {
        const uint32_t result = sim::mx_finish(hexadecimal(line[0]), hexadecimal(line[1]), hexadecimal(line[2]),
                                               hexadecimal(line[3]));
        REQUIRE(result == hexadecimal(line[4]));
    }
}

}  // namespace napier::test
