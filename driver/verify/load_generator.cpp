#include <algorithm>

#include "driver/verify/program_generator.hpp"

namespace napier::driver {

using namespace spec::load;
using spec::CommandWords;
using spec::set;

namespace {

constexpr int attempts = 20;
constexpr uint32_t mergeable_gap = 6;   // words between two runs that one LOAD covers
constexpr int most_runs = 6;            // more are covered by one LOAD over all of them
constexpr int64_t most_row_bytes = 700;

CommandWords command(Target to) {
    CommandWords words{};
    set(words, spec::common::opcode, int64_t(spec::Opcode::load));
    set(words, target, int64_t(to));
    set(words, count_x, 1);
    set(words, count_y, 1);
    return words;
}

}  // namespace

// The address of `span` bytes in the area that suits the target; mostly unaligned where that is legal.
uint32_t ProgramBuilder::source_address(Target to, int64_t span) {
    TestAreas::Area area = to == Target::weight      ? areas_.weight
                           : to == Target::parameter ? areas_.parameter
                                                     : areas_.activation;
    if (!spec::loads_whole_beats(to) && span < areas_.output.bytes && random_.chance(20))
        area = areas_.output;  // what was stored comes back
    const int64_t unit = spec::loads_whole_beats(to) || random_.chance(30)
                             ? (to == Target::parameter ? 8 * machine_.post_lanes : machine_.beat_bytes)
                             : 1;
    const int64_t places = std::max<int64_t>(0, area.bytes - span) / unit;
    int64_t offset = random_.below(places + 1) * unit;
    if (spec::loads_whole_beats(to)) offset -= offset % machine_.beat_bytes;
    return program_.memory.base + area.first + uint32_t(offset);
}

// One LOAD of whole words first..last, in one row or in several.
void ProgramBuilder::cover_run(Place place, uint32_t first, uint32_t last) {
    const auto to = Target(int(place));
    const int64_t word_bytes = spec::target_word_bytes(machine_, to);
    int64_t count = last - first + 1, rows_y = 1, rows_x = 1;
    if (random_.chance(40) && count > 1) {
        const int64_t divisor = random_.between(2, 6);
        if (count % divisor == 0) (random_.chance(50) ? rows_x : rows_y) = divisor, count /= divisor;
    }
    CommandWords words = command(to);
    set(words, buffer_word, first);
    set(words, length, count * word_bytes);
    const bool filled = random_.chance(8);
    if (const int64_t beats = count * word_bytes / machine_.beat_bytes;
        to == Target::weight && machine_.packed_trits != 0 && !filled && beats % 5 != 4 && random_.chance(50)) {
        set(words, packed, 1);
        set(words, length, (4 * beats + 4) / 5 * machine_.beat_bytes);
    }
    set(words, count_x, rows_x);
    set(words, count_y, rows_y);
    set(words, buffer_stride_x_word, count);
    set(words, buffer_stride_y_word, count * rows_x);
    const int64_t span = count * word_bytes * rows_x * rows_y;
    set(words, address, source_address(to, span));
    set(words, memory_stride_x, count * word_bytes);
    set(words, memory_stride_y, count * word_bytes * rows_x);
    if (filled) set(words, fill, 1), set(words, fill_byte, random_.pick({0, 0x80, 0x7f, 0x55, 0x13}));
    work_ += span / machine_.beat_bytes;
    placer_.append(words, footprint(machine_, words));
    for (uint32_t i = first; i <= last; ++i) written_[int(place)][i] = true;
}

void ProgramBuilder::cover(Place place, std::vector<uint32_t> words) {
    const auto& written = written_[int(place)];
    std::erase_if(words, [&](uint32_t word) { return written[word]; });
    int runs = 1;
    for (size_t i = 1; i < words.size(); ++i) runs += words[i] - words[i - 1] > mergeable_gap;
    if (runs > most_runs) return cover_run(place, words.front(), words.back());
    for (size_t i = 0; i < words.size();) {
        size_t end = i + 1;
        while (end < words.size() && words[end] - words[end - 1] <= mergeable_gap) ++end;
        cover_run(place, words[i], words[end - 1]);
        i = end;
    }
}

CommandWords ProgramBuilder::random_load() {
    auto to = random_.pick({Target::activation, Target::activation, Target::weight, Target::parameter,
                            Target::residual});
    if (machine_.palette_words > 0 && random_.chance(10)) to = Target::palette;
    if (machine_.activation_tables > 0 && random_.chance(10)) to = Target::table;
    const int64_t word_bytes = spec::target_word_bytes(machine_, to);
    const int64_t unit = spec::loads_whole_beats(to) ? machine_.beat_bytes : 1;
    const auto bytes = [&](int64_t most) { return random_.below((most + unit - 1) / unit) * unit; };
    CommandWords words = command(to);
    const bool filled = random_.chance(20);
    set(words, fill, filled);
    set(words, packed, machine_.packed_trits != 0 && random_.chance(40));
    set(words, fill_byte, random_.below(256));
    set(words, buffer_word, random_.below(spec::target_words(machine_, to)));
    set(words, buffer_byte, random_.chance(50) ? 0 : bytes(word_bytes));
    set(words, length, std::max<int64_t>(unit, random_.small(1, most_row_bytes) / unit * unit));
    set(words, count_x, random_.small(1, 10));
    set(words, count_y, random_.small(1, 5));
    for (const auto* field : {&buffer_stride_x_word, &buffer_stride_y_word})
        set(words, *field, random_.between(random_.chance(10) ? -4 : 0, 8) & 0xffff);
    for (const auto* field : {&buffer_stride_x_byte, &buffer_stride_y_byte})
        set(words, *field, random_.chance(50) ? 0 : bytes(word_bytes));
    for (const auto* field : {&memory_stride_x, &memory_stride_y})
        set(words, *field, uint32_t(random_.between(random_.chance(10) ? -40 : 0, 300) * unit));
    set(words, address,
        filled && !spec::loads_whole_beats(to) ? uint32_t(random_.next()) & spec::address_mask(machine_)
                                : source_address(to, random_.small(1, 2000)));
    return words;
}

void ProgramBuilder::add_load() {
    const uint64_t base = program_.memory.base;
    for (int i = 0; i < attempts; ++i) {
        const CommandWords words = random_load();
        const Footprint touched = footprint(machine_, words);
        if (!touched.inside) continue;
        if (touched.memory_high != 0 && (touched.memory_low < base || touched.memory_high > base + areas_.size))
            continue;
        append(words, touched);
        work_ += spec::get(words, length) * spec::get(words, count_x) * spec::get(words, count_y) / machine_.beat_bytes;
        return;
    }
}

}  // namespace napier::driver
