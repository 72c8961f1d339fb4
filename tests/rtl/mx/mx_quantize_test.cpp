// Is every block of float32 values the golden microscaling block: every scale rule around every threshold, every
// rounding around every tie, special values, the scale's limits, with idle cycles inside of blocks and between them?

#include <catch2/catch.hpp>

#include <bit>
#include <cmath>
#include <deque>

#include "Vmx_quantize.h"
#include "sim/mx/mx_quantize.hpp"
#include "sw/formats/element.hpp"
#include "sw/golden/mx/block.hpp"
#include "tests/rtl/clocked.hpp"
#include "tests/rtl/mx/block_operands.hpp"
#include "tests/rtl/mx/vectors.hpp"

namespace napier::test {

namespace {

// As tests/rtl/CMakeLists.txt builds it.
constexpr int mask = NAPIER_ELEMENTS, lanes = NAPIER_LANES, code_bits = NAPIER_CODE_BITS;
constexpr int beats = spec::block_elements / lanes;
constexpr uint64_t latency = 6 + (lanes > 1) + (lanes > 2) + (lanes > 4) + (lanes > 8) + (lanes > 16);

struct Input {
    int element, rule;
    std::array<uint32_t, spec::block_elements> values;
};

golden::mx::Block expected_block(const Input& input) {
    std::array<float, spec::block_elements> values;
    for (size_t i = 0; i < values.size(); ++i) values[i] = std::bit_cast<float>(input.values[i]);
    return golden::mx::convert(spec::elements[input.element], static_cast<golden::mx::ScaleRule>(input.rule), values);
}

class Bench {
public:
    // Settled: outputs are looked at with the next inputs on the ports; else before they are, which takes less time.
    explicit Bench(int idle_percent = 0, bool settled = true)
        : random_(7), idle_percent_(idle_percent), settled_(settled) {
        module_->rst_ni = 0;
        module_->valid_i = 1;
        for (int i = 0; i < 3 * beats + 2; ++i) module_.tick();
        module_->valid_i = 0;
        for (uint64_t i = 0; i <= latency; ++i) module_.tick();
        module_->rst_ni = 1;
    }

    void put(const Input& input) {
        for (int beat = 0; beat < beats; ++beat) {
            while (random_.chance(idle_percent_)) step();
            module_->valid_i = 1;
            module_->element_i = static_cast<uint8_t>(input.element);
            module_->rule_i = static_cast<uint8_t>(input.rule);
            for (int lane = 0; lane < lanes; ++lane) {
                set_port_bits(module_->values_i, static_cast<size_t>(32 * lane), 32,
                              input.values[static_cast<size_t>(beat * lanes + lane)]);
            }
            if (beat == beats - 1) due_.push_back({cycle_ + latency, input, expected_block(input)});
            step();
            module_->valid_i = 0;
            module_->element_i = static_cast<uint8_t>(module_->element_i ^ 7);
            module_->rule_i = module_->rule_i ^ 3;
        }
    }
    void finish() {
        for (uint64_t i = 0; i <= latency + beats; ++i) step();
        REQUIRE(wrong_ == 0);
        REQUIRE(due_.empty());
    }

private:
    struct Due {
        uint64_t cycle;  // of its first codes
        Input input;
        golden::mx::Block block;
    };

    void step() {
        if (settled_) module_.settle();
        const bool now = !due_.empty() && cycle_ >= due_.front().cycle;
        bool right = (module_->valid_o != 0) == now;
        if (now) {
            const Due& due = due_.front();
            const int beat = static_cast<int>(cycle_ - due.cycle);
            const sim::QuantizedBlock twin =
                sim::mx_quantize(due.input.element, due.input.rule, due.input.values.data());
            right = right && module_->scale_o == due.block.scale && twin.scale == due.block.scale &&
                    twin.codes == due.block.element && (module_->last_o != 0) == (beat == beats - 1);
            for (int lane = 0; lane < lanes; ++lane) {
                const uint64_t code = port_bits(module_->codes_o, static_cast<size_t>(code_bits * lane), code_bits);
                right = right && code == due.block.element[static_cast<size_t>(beat * lanes + lane)];
            }
            if (!right && wrong_ == 0) describe(due, beat);
            if (beat == beats - 1) due_.pop_front();
        }
        wrong_ += right ? 0 : 1;
        module_.tick();
        ++cycle_;
    }
    void describe(const Due& due, int beat) {
        UNSCOPED_INFO(spec::elements[due.input.element].name << " rule " << due.input.rule << " cycle " << beat
                                                             << " scale " << static_cast<int>(module_->scale_o)
                                                             << ", expected " << static_cast<int>(due.block.scale));
        for (int lane = 0; lane < lanes; ++lane) {
            const size_t i = static_cast<size_t>(beat * lanes + lane);
            UNSCOPED_INFO(std::hex << due.input.values[i] << ": "
                                   << port_bits(module_->codes_o, static_cast<size_t>(code_bits * lane), code_bits)
                                   << ", expected " << static_cast<int>(due.block.element[i]));
        }
    }

    Clocked<Vmx_quantize> module_;
    Random random_;
    const int idle_percent_;
    const bool settled_;
    std::deque<Due> due_;
    uint64_t cycle_ = 0;
    int wrong_ = 0;
};

uint32_t pattern(double value) {
    return std::bit_cast<uint32_t>(static_cast<float>(value));
}

uint32_t random_value(Random& random, uint32_t field) {
    uint32_t value = static_cast<uint32_t>(random.bits());
    const uint32_t near = (field - static_cast<uint32_t>(random.number(0, 9))) % 255;
    if (random.chance(80)) value = (value & 0x807fffff) | near << 23;
    if (random.chance(10)) value &= 0xfff80000;
    if (random.chance(5)) value &= 0x80000000 | static_cast<uint32_t>(random.number(0, 3));
    if (value << 1 >= 0xff000000 && !random.chance(5)) value ^= 0x40000000;
    return value;
}

}  // namespace

TEST_CASE("random blocks, special values among them, with idle cycles") {
    for (const int idle : {0, 5, 60}) {
        Bench bench(idle);
        Random random(static_cast<uint64_t>(idle));
        const std::vector<int> elements = elements_in(mask);
        for (int i = 0; i < 20'000; ++i) {
            Input input{random.pick(elements), random.number(0, 3), {}};
            const uint32_t field = static_cast<uint32_t>(random.number(0, random.chance(20) ? 3 : 254));
            for (uint32_t& value : input.values) value = random_value(random, field);
            bench.put(input);
        }
        bench.finish();
    }
}

TEST_CASE("every tie of every format, and its neighbours") {
    Bench bench;
    for (const int code : elements_in(mask)) {
        const spec::Element& element = spec::elements[code];
        for (uint32_t magnitude = 0; magnitude <= static_cast<uint32_t>(element.maximum); ++magnitude) {
            const double low = formats::decode(element, magnitude);
            const bool top = magnitude == static_cast<uint32_t>(element.maximum);
            const double step = std::abs(formats::decode(element, top ? magnitude - 1 : magnitude + 1) - low);
            for (const int scale : {1, 27, 127, 238}) {
                Input input{code, 0, {}};
                // The greatest element sets the scale; a tie above it rounds up, and is clamped.
                const double unit = std::ldexp(1.0, scale - spec::scale_bias), tie = low + step / 2;
                const uint32_t middle = pattern(tie * unit);
                for (size_t i = 0; i < 30; ++i) {
                    const uint32_t near = middle + static_cast<uint32_t>(i % 5) - 2;
                    input.values[i] = near | (i % 2 == 0 ? 0u : 0x80000000u);
                }
                input.values[30] = pattern(std::ldexp(unit, element.emax));
                input.values[31] = pattern(-low * unit);
                bench.put(input);
            }
        }
    }
    bench.finish();
}

TEST_CASE("every binade and threshold of the greatest value, by every rule") {
    Bench bench;
    const uint32_t fractions[] = {0, 0x400000, 0x600000, 0x700000, 0x780000, 0x7c0000, 0x7e0000, 0x7f0000, 0x7fffff};
    for (const int code : elements_in(mask)) {
        for (int rule = 0; rule < 4; ++rule) {
            for (uint32_t field = 0; field < 256; ++field) {
                for (const uint32_t fraction : fractions) {
                    for (int near = -1; near <= 1; ++near) {
                        Input input{code, rule, {}};
                        const uint32_t greatest = (field << 23 | fraction) + static_cast<uint32_t>(near);
                        if (greatest > 0x7fffffff) continue;
                        input.values.fill(greatest);
                        const size_t place = (field + fraction / 0x10000) % 32;
                        for (size_t i = 0; i < 32; ++i) {
                            if (i != place) input.values[i] = static_cast<uint32_t>(greatest / 32 * i) | (i & 1) << 31;
                        }
                        bench.put(input);
                    }
                }
            }
        }
    }
    bench.finish();
}

// 31 patterns in a row, and the power of two at which the scale is 1: below it patterns share that scale, above it they
// set their own.
TEST_CASE("every float32", "[.long]") {
    constexpr uint64_t patterns = uint64_t{1} << 32, values = 31;
    for (const int code : elements_in(mask)) {
        DYNAMIC_SECTION(spec::elements[code].name) {
            Bench bench(0, false);
            Input input{code, 0, {}};
            input.values[values] = pattern(std::ldexp(1.0, spec::elements[code].emax));
            for (uint64_t first = 0; first < patterns; first += values) {
                for (uint64_t i = 0; i < values; ++i) input.values[i] = static_cast<uint32_t>(first + i);
                bench.put(input);
            }
            bench.finish();
        }
    }
}

TEST_CASE("the blocks of the vector pack") {
    Bench bench;
    int lines = 0;
    for (const VectorLine& line : vector_lines("convert")) {
        const MxOperand result = vector_operand(line[0], line[3], line[4]);
        if ((mask >> result.element & 1) == 0) continue;
        Input input{result.element, static_cast<int>(golden::mx::find_scale_rule(line[1])), {}};
        for (size_t i = 0; 8 * i < line[2].size(); ++i) input.values.at(i) = hexadecimal(line[2].substr(8 * i, 8));
        REQUIRE(expected_block(input) == result.block);
        bench.put(input);
        ++lines;
    }
    bench.finish();
    REQUIRE(lines >= 30);
}

}  // namespace napier::test
