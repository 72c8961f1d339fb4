#include "driver/verify/footprint.hpp"

#include <algorithm>

#include "sw/formats/formats.hpp"

namespace napier::driver {

namespace {

using spec::CommandWords;
using spec::get;

int64_t modulo(const spec::Machine& m, int64_t value) { return value & spec::word_mask(m); }
int64_t with_sign(const spec::Machine& m, int64_t value) {
    const int64_t half = int64_t{1} << (m.word_bits - 1);
    return modulo(m, value + half) - half;
}

struct Collector {
    Footprint result;

    void word(std::vector<uint32_t>& list, int64_t index, int words) {
        if (index >= words) result.inside = false;
        else list.push_back(uint32_t(index));
    }
    void memory(std::vector<uint32_t>& list, uint64_t address, uint64_t count, const spec::Machine& m) {
        if (address + count > (uint64_t{1} << m.address_bits)) { result.inside = false; return; }
        result.memory_low = std::min(result.memory_low, address);
        result.memory_high = std::max(result.memory_high, address + count);
        for (uint64_t granule = address / granule_bytes; granule * granule_bytes < address + count; ++granule)
            list.push_back(uint32_t(granule));
    }
    Footprint finish() {
        for (auto* lists : {result.read, result.written}) {
            for (int i = 0; i < place_count; ++i) {
                std::sort(lists[i].begin(), lists[i].end());
                lists[i].erase(std::unique(lists[i].begin(), lists[i].end()), lists[i].end());
            }
        }
        return std::move(result);
    }
};

// Calls visit(x, y, offset) for every activation vector of an EXEC that is not padding.
template <typename Visit>
void walk_activations(const spec::Machine& m, const CommandWords& c, Visit visit) {
    using namespace spec::exec;
    const int64_t limit_x = get(c, limit_w), limit_y = get(c, limit_h);
    const int64_t groups = get(c, group_count), group = with_sign(m, get(c, group_stride));
    for (int64_t ky = 0; ky < get(c, kernel_h); ++ky)
        for (int64_t kx = 0; kx < get(c, kernel_w); ++kx)
            for (int64_t oy = 0; oy < get(c, out_h); ++oy)
                for (int64_t ox = 0; ox < get(c, out_w); ++ox) {
                    const int64_t x = modulo(m, get(c, origin_x) + ox * get(c, stride_x) + kx * get(c, dilation_x));
                    const int64_t y = modulo(m, get(c, origin_y) + oy * get(c, stride_y) + ky * get(c, dilation_y));
                    if (x >= limit_x || y >= limit_y) continue;
                    const int64_t offset =
                        oy * with_sign(m, get(c, row_stride)) + ox * with_sign(m, get(c, pixel_stride)) +
                        ky * with_sign(m, get(c, tap_stride_y)) + kx * with_sign(m, get(c, tap_stride_x));
                    for (int64_t g = 0; g < groups; ++g) visit(offset + g * group);
                }
}

void collect_exec(const spec::Machine& m, const CommandWords& c, Collector& to) {
    using namespace spec::exec;
    auto& read = to.result.read;
    const int64_t passes = get(c, kernel_h) * get(c, kernel_w) * get(c, group_count);
    const int64_t slots = spec::window_slots(m), taps = get(c, out_w) * get(c, out_h);
    const bool windowed = Engine(get(c, engine)) != Engine::array;
    const int64_t weights = !windowed                                      ? passes * spec::pass_words(m)
                            : Engine(get(c, engine)) == Engine::window_sum ? taps * slots
                                                                           : 0;
    const int64_t words = windowed ? passes * slots : taps;  // of accumulators
    if (words > m.accumulator_depth || (windowed && taps > m.window_taps)) to.result.inside = false;
    for (int64_t i = 0; i < weights; ++i)
        to.word(read[int(Place::weight)], modulo(m, get(c, weight_base) + i), m.weight_words);
    walk_activations(m, c, [&](int64_t offset) {
        const int64_t slot = modulo(m, get(c, activation_base) + offset);
        to.word(read[int(Place::activation)], slot / spec::slots_in_word(m), m.activation_words);
    });
    if (formats::is_indexed(uint32_t(get(c, format))))
        to.word(read[int(Place::palette)], get(c, palette_base), m.palette_words);
    if (formats::is_scaled(uint32_t(get(c, format))) && !windowed)
        for (int64_t i = 0; i < passes; ++i)
            to.word(read[int(Place::palette)], modulo(m, get(c, palette_base) + i), m.palette_words);
    if (get(c, finish) == 0) return;
    for (int64_t i = 0; i < m.columns / m.post_lanes * (windowed ? slots : 1); ++i)
        to.word(read[int(Place::parameter)], modulo(m, get(c, parameter_base) + i), m.parameter_words);
    const int64_t table_words = spec::activation_table_words;
    for (int64_t i = 0; get(c, tabled) != 0 && m.activation_tables > 0 && i < table_words; ++i)
        to.word(read[int(Place::table)], get(c, table) * table_words + i, m.activation_tables * int(table_words));
    for (int64_t pixel = 0; pixel < words; ++pixel) {
        if (get(c, residual) != 0)
            to.word(read[int(Place::residual)], modulo(m, get(c, residual_base) + pixel * get(c, residual_stride)),
                    m.residual_words);
        to.word(to.result.written[int(Place::output)], modulo(m, get(c, output_base) + pixel * get(c, output_stride)),
                m.output_words);
    }
}

// Words [first byte, first byte + length) of a row that starts at `byte` of `word`.
void row(const spec::Machine& m, Collector& to, std::vector<uint32_t>& list, int64_t word, int64_t byte,
         int64_t length, int word_bytes, int words) {
    for (int64_t i = 0; i <= (byte + length - 1) / word_bytes; ++i)
        if (i >= byte / word_bytes) to.word(list, modulo(m, word + i), words);
}

void collect_load(const spec::Machine& m, const CommandWords& c, Collector& to) {
    using namespace spec::load;
    const auto buffer = Target(get(c, target));
    const int word_bytes = spec::target_word_bytes(m, buffer), words = spec::target_words(m, buffer);
    for (int64_t y = 0; y < get(c, count_y); ++y)
        for (int64_t x = 0; x < get(c, count_x); ++x) {
            const int64_t byte =
                get(c, buffer_byte) + y * get(c, buffer_stride_y_byte) + x * get(c, buffer_stride_x_byte);
            const int64_t word =
                get(c, buffer_word) + y * get(c, buffer_stride_y_word) + x * get(c, buffer_stride_x_word);
            row(m, to, to.result.written[int(buffer)], word, byte, spec::buffer_length(c, m), word_bytes, words);
            if (get(c, fill) == 0)
                to.memory(to.result.read[int(Place::memory)],
                          (get(c, address) + y * get(c, memory_stride_y) + x * get(c, memory_stride_x)) &
                              spec::address_mask(m),
                          get(c, length), m);
        }
}

void collect_store(const spec::Machine& m, const CommandWords& c, Collector& to) {
    using namespace spec::store;
    for (int64_t y = 0; y < get(c, count_y); ++y)
        for (int64_t x = 0; x < get(c, count_x); ++x) {
            const int64_t word =
                get(c, buffer_word) + y * get(c, buffer_stride_y_word) + x * get(c, buffer_stride_x_word);
            row(m, to, to.result.read[int(Place::output)], word, 0, get(c, length), spec::output_word_bytes(m),
                m.output_words);
            to.memory(to.result.written[int(Place::memory)],
                      (get(c, address) + y * get(c, memory_stride_y) + x * get(c, memory_stride_x)) &
                          spec::address_mask(m),
                      get(c, length), m);
        }
}

}  // namespace

std::optional<SlotRange> activation_range(const spec::Machine& machine, const CommandWords& command) {
    std::optional<SlotRange> range;
    walk_activations(machine, command, [&](int64_t offset) {
        if (!range) range = SlotRange{offset, offset};
        range->least = std::min(range->least, offset);
        range->greatest = std::max(range->greatest, offset);
    });
    return range;
}

Footprint footprint(const spec::Machine& machine, const CommandWords& command) {
    Collector collector;
    switch (spec::Opcode(get(command, spec::common::opcode))) {
        case spec::Opcode::load: collect_load(machine, command, collector); break;
        case spec::Opcode::exec: collect_exec(machine, command, collector); break;
        case spec::Opcode::store: collect_store(machine, command, collector); break;
    }
    return collector.finish();
}

}  // namespace napier::driver
