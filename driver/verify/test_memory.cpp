#include "driver/verify/test_memory.hpp"

#include <algorithm>
#include <cstring>

#include "sw/spec/machine.hpp"

namespace napier::driver {

namespace {

enum class Style { any, least, greatest, alternating, zero, small, ternary_plus, ternary_minus, sparse };

uint8_t styled_byte(Style style, uint32_t place, Random& random) {
    switch (style) {
        case Style::least: return 0x80;
        case Style::greatest: return 0x7f;
        case Style::alternating: return place % 2 == 0 ? 0x80 : 0x7f;
        case Style::zero: return 0;
        case Style::small: return uint8_t(random.between(-2, 2));
        case Style::ternary_plus: return 0x55;
        case Style::ternary_minus: return 0xff;
        case Style::sparse: return random.chance(20) ? uint8_t(random.next()) : 0;
        default: return uint8_t(random.next());
    }
}

void fill_values(uint8_t* bytes, uint32_t count, Random& random) {
    for (uint32_t i = 0; i < count;) {
        const Style style = random.chance(40) ? Style::any : Style(random.below(int64_t(Style::sparse) + 1));
        for (const uint32_t end = std::min<uint32_t>(count, i + uint32_t(random.small(16, 4096))); i < end; ++i)
            bytes[i] = styled_byte(style, i, random);
    }
}

// Bytes that make numbers of like size of most of them, wherever they begin: scales of blocks, or patterns of bfloat16.
void fill_real_values(uint8_t* bytes, uint32_t count, bool blocks, Random& random) {
    for (uint32_t i = 0; i < count;) {
        const int kind = int(random.below(10));
        const int64_t spread = random.pick({3, 16});
        for (const uint32_t end = std::min<uint32_t>(count, i + uint32_t(random.small(16, 4096))); i < end; ++i) {
            const int64_t near = blocks ? 127 : random.pick({0x3f, 0xbf});
            bytes[i] = kind == 0   ? uint8_t(random.next())
                       : kind == 1 ? uint8_t(0)
                       : random.below(500) == 0 ? uint8_t(random.next())
                                   : uint8_t(near + random.between(-spread, spread) / (blocks ? 1 : 4));
        }
    }
}

// A column's bias as float32.
void fill_real_parameter(uint8_t* bytes, Random& random) {
    uint32_t pattern = uint32_t(random.next());
    if (random.chance(70)) pattern = (pattern & 0x807fffff) | uint32_t(random.between(110, 140)) << 23;
    else if (random.chance(70)) pattern = 0;
    std::memcpy(bytes, &pattern, sizeof pattern);
    pattern = uint32_t(random.next());
    std::memcpy(bytes + sizeof pattern, &pattern, sizeof pattern);
}

// One column's parameters, from plain (ties are frequent with a shift of 1 to 3) to the ends of every field.
void fill_parameter(uint8_t* bytes, int style, Random& random) {
    uint32_t words[2] = {};
    const auto write = [&](int64_t bias, int64_t significand, int64_t shift) {
        spec::set(words, spec::parameter::bias, bias);
        spec::set(words, spec::parameter::significand, significand);
        spec::set(words, spec::parameter::shift, shift);
    };
    const int64_t any_bias = int32_t(random.next()), most = (1 << 24) - 1;
    switch (style) {
        case 0: write(random.between(-64, 64), random.between(1, 3), random.between(0, 3)); break;
        case 1: write(random.between(-4000, 4000), random.between(1 << 23, most), random.between(23, 33)); break;
        case 2: write(any_bias, random.between(0, most), random.between(0, 63)); break;
        case 3: write(random.chance(50) ? INT32_MIN : INT32_MAX, random.pick({int64_t{0}, int64_t{1}, most}),
                      random.pick({0, 1, 31, 32, 55, 62, 63})); break;
        default: {
            const int64_t power = random.between(0, 23);
            write(random.between(-300, 300), int64_t{1} << power, power + random.between(0, 8));
        }
    }
    std::memcpy(bytes, words, sizeof words);
}

}  // namespace

TestAreas::TestAreas(const spec::Machine& machine) {
    const auto pages = [](uint32_t bytes) { return (bytes + page_bytes - 1) / page_bytes * page_bytes; };
    const auto buffer = [&](spec::load::Target target) {
        return pages(uint32_t(spec::target_words(machine, target) * spec::target_word_bytes(machine, target)) +
                     page_bytes);
    };
    program = {0, 8 * page_bytes};
    activation = {program.first + program.bytes, buffer(spec::load::Target::activation)};
    weight = {activation.first + activation.bytes, buffer(spec::load::Target::weight)};
    parameter = {weight.first + weight.bytes, buffer(spec::load::Target::parameter)};
    output = {parameter.first + parameter.bytes,
              pages(uint32_t(machine.output_words * spec::output_word_bytes(machine)) + page_bytes)};
    size = output.first + output.bytes;
}

std::vector<uint8_t> test_bytes(const TestAreas& areas, const spec::Machine& machine, Random random) {
    std::vector<uint8_t> bytes(areas.size);
    if (spec::is_real(machine)) {
        for (const auto& area : {areas.activation, areas.weight, areas.output})
            fill_real_values(bytes.data() + area.first, area.bytes, spec::has_blocks(machine), random);
        for (uint32_t i = 0; i < areas.parameter.bytes; i += spec::parameter_bytes)
            fill_real_parameter(bytes.data() + areas.parameter.first + i, random);
        return bytes;
    }
    for (const auto& area : {areas.activation, areas.weight, areas.output})
        fill_values(bytes.data() + area.first, area.bytes, random);
    for (uint32_t i = 0; i < areas.parameter.bytes;) {
        const int style = int(random.below(5));
        for (const uint32_t end = std::min<uint32_t>(areas.parameter.bytes, i + 8 * uint32_t(random.small(1, 128)));
             i < end; i += 8)
            fill_parameter(bytes.data() + areas.parameter.first + i, style, random);
    }
    return bytes;
}

sim::MemoryConfig test_timing(const TestAreas& areas, const spec::Machine& machine, Random random) {
    sim::MemoryConfig memory;
    memory.base = random.pick({0u, spec::address_mask(machine) / 4 + 1, spec::address_mask(machine) + 1 - areas.size});
    memory.size = areas.size;
    memory.beat_bytes = uint32_t(machine.beat_bytes);
    memory.read_latency = uint32_t(random.small(1, 80));
    memory.write_latency = uint32_t(random.small(1, 40));
    memory.bytes_per_cycle = machine.beat_bytes * random.pick({1.0, 1.0, 1.0, 0.9, 0.75, 0.5, 0.3});
    memory.seed = random.next();
    if (random.chance(40)) memory.extra_latency = uint32_t(random.small(1, 40));
    if (random.chance(40))
        memory.gap_percent = uint32_t(random.between(5, 100)), memory.gap_cycles = uint32_t(random.small(1, 20));
    if (random.chance(40)) memory.stall_percent = uint32_t(random.between(5, 90));
    return memory;
}

}  // namespace napier::driver
