#include "driver/check/command_reach.hpp"

#include <algorithm>

#include "sw/formats/formats.hpp"

namespace napier::driver::check {
namespace {

using spec::CommandWords;
using spec::get;

int64_t buffer_modulus(const spec::Machine& machine) { return int64_t{1} << machine.word_bits; }
int64_t memory_modulus(const spec::Machine& machine) { return int64_t{1} << machine.address_bits; }

// Collects intervals; joins each with the one before where they touch.
class Collector {
public:
    void add(Place place, bool write, int64_t begin, int64_t end) {
        if (!list_.empty()) {
            Reach& last = list_.back();
            const bool same = last.place == place && last.write == write;
            if (same && begin <= last.end && last.begin <= end) {
                last.begin = std::min(last.begin, begin);
                last.end = std::max(last.end, end);
                return;
            }
        }
        list_.push_back({place, write, begin, end});
    }

    // An interval that may run over the end of its space and go on at its begin.
    void add_modulo(Place place, bool write, int64_t begin, int64_t count, int64_t modulus) {
        begin &= modulus - 1;
        add(place, write, begin, std::min(begin + count, modulus));
        if (begin + count > modulus) add(place, write, 0, begin + count - modulus);
    }

    // Sorts and joins all.
    std::vector<Reach> finish() {
        std::stable_sort(list_.begin(), list_.end(), [](const Reach& a, const Reach& b) {
            if (a.write != b.write) return !a.write;
            return a.place != b.place ? a.place < b.place : a.begin < b.begin;
        });
        std::vector<Reach> sorted;
        sorted.swap(list_);
        for (const Reach& reach : sorted) add(reach.place, reach.write, reach.begin, reach.end);
        return list_;
    }

private:
    std::vector<Reach> list_;
};

// Calls visit(memory address, buffer byte position) for each row of a LOAD or STORE.
template <typename Visit>
void each_row(const CommandWords& words, const spec::Machine& machine, bool is_load, int word_bytes, Visit visit) {
    namespace load = spec::load;
    namespace store = spec::store;
    const auto field = [&](const spec::Field& of_load, const spec::Field& of_store) {
        return get(words, is_load ? of_load : of_store);
    };
    const int64_t rows = field(load::count_y, store::count_y), columns = field(load::count_x, store::count_x);
    const auto bytes = [&](const spec::Field& of_load) { return is_load ? get(words, of_load) : 0; };
    for (int64_t y = 0; y < rows; ++y) {
        for (int64_t x = 0; x < columns; ++x) {
            const int64_t memory = field(load::address, store::address) +
                                   y * field(load::memory_stride_y, store::memory_stride_y) +
                                   x * field(load::memory_stride_x, store::memory_stride_x);
            const int64_t word = field(load::buffer_word, store::buffer_word) +
                                 y * field(load::buffer_stride_y_word, store::buffer_stride_y_word) +
                                 x * field(load::buffer_stride_x_word, store::buffer_stride_x_word);
            const int64_t byte = bytes(load::buffer_byte) + y * bytes(load::buffer_stride_y_byte) +
                                 x * bytes(load::buffer_stride_x_byte);
            const int64_t carried = (word + byte / word_bytes) % buffer_modulus(machine);
            visit(memory % memory_modulus(machine), carried * word_bytes + byte % word_bytes);
        }
    }
}

void collect_transfer(const CommandWords& words, const spec::Machine& machine, bool is_load, Collector& to) {
    const auto target = static_cast<spec::load::Target>(get(words, spec::load::target));
    const Place place = is_load ? static_cast<Place>(target) : Place::output;
    const int word_bytes = is_load ? spec::target_word_bytes(machine, target) : spec::output_word_bytes(machine);
    const int64_t length = get(words, is_load ? spec::load::length : spec::store::length);
    const int64_t taken = is_load ? spec::buffer_length(words, machine) : length;
    const bool memory = !is_load || get(words, spec::load::fill) == 0;
    each_row(words, machine, is_load, word_bytes, [&](int64_t address, int64_t) {
        if (memory) to.add_modulo(Place::memory, !is_load, address, length, memory_modulus(machine));
    });
    each_row(words, machine, is_load, word_bytes, [&](int64_t, int64_t position) {
        const int64_t word = position / word_bytes;
        const int64_t count = (position % word_bytes + taken + word_bytes - 1) / word_bytes;
        to.add_modulo(place, is_load, word, count, buffer_modulus(machine));
    });
}

// Marks the activation words that the vectors of one tap's pixels read.
void mark_tap(const CommandWords& words, const spec::Machine& machine, int lanes, int64_t ky, int64_t kx,
              std::vector<bool>& marked) {
    using namespace spec::exec;
    const auto modulo = [&](int64_t value) { return value & spec::word_mask(machine); };
    const int slots = spec::slots_in_word(machine);
    for (int64_t oy = 0; oy < get(words, out_h); ++oy) {
        const int64_t y = get(words, origin_y) + oy * get(words, stride_y) + ky * get(words, dilation_y);
        if (modulo(y) >= get(words, limit_h)) continue;
        for (int64_t ox = 0; ox < get(words, out_w); ++ox) {
            const int64_t x = get(words, origin_x) + ox * get(words, stride_x) + kx * get(words, dilation_x);
            if (modulo(x) >= get(words, limit_w)) continue;
            int64_t slot = get(words, activation_base) + oy * get(words, row_stride) + ox * get(words, pixel_stride) +
                           ky * get(words, tap_stride_y) + kx * get(words, tap_stride_x);
            for (int64_t g = 0; g < get(words, group_count); ++g, slot += get(words, group_stride)) {
                marked[size_t(modulo(slot) / lanes * lanes / slots)] = true;
            }
        }
    }
}

void collect_activations(const CommandWords& words, const spec::Machine& machine, Collector& to) {
    using namespace spec::exec;
    const uint32_t code = static_cast<uint32_t>(get(words, format));
    const int lanes = spec::is_real(machine) ? 1 : spec::lanes(machine, *formats::find_code(code));
    std::vector<bool> marked(size_t(buffer_modulus(machine) / spec::slots_in_word(machine) + 1));
    for (int64_t ky = 0; ky < get(words, kernel_h); ++ky) {
        for (int64_t kx = 0; kx < get(words, kernel_w); ++kx) {
            mark_tap(words, machine, lanes, ky, kx, marked);
        }
    }
    for (size_t i = 0; i < marked.size(); ++i) {
        if (marked[i]) to.add(Place::activation, false, int64_t(i), int64_t(i) + 1);
    }
}

void collect_exec(const CommandWords& words, const spec::Machine& machine, Collector& to) {
    using namespace spec::exec;
    collect_activations(words, machine, to);
    const int64_t passes = get(words, kernel_h) * get(words, kernel_w) * get(words, group_count);
    const Engine by{static_cast<uint32_t>(get(words, engine))};
    const int64_t taps = get(words, out_h) * get(words, out_w), slots = spec::window_slots(machine);
    const int64_t weights = by == Engine::array        ? passes * spec::pass_words(machine)
                            : by == Engine::window_sum ? taps * slots
                                                       : 0;
    if (weights > 0) {
        to.add_modulo(Place::weight, false, get(words, weight_base), weights, buffer_modulus(machine));
    }
    if (formats::is_indexed(static_cast<uint32_t>(get(words, format)))) {
        to.add(Place::palette, false, get(words, palette_base), get(words, palette_base) + 1);
    }
    if (by == Engine::array && formats::is_scaled(static_cast<uint32_t>(get(words, format)))) {
        to.add_modulo(Place::palette, false, get(words, palette_base), passes, buffer_modulus(machine));
    }
    if (get(words, finish) == 0) return;
    const int64_t sets = by == Engine::array ? 1 : slots;
    to.add_modulo(Place::parameter, false, get(words, parameter_base), machine.columns / machine.post_lanes * sets,
                  buffer_modulus(machine));
    if (machine.activation_tables > 0 && get(words, tabled) != 0) {
        const int64_t first = get(words, table) * spec::activation_table_words;
        to.add(Place::table, false, first, first + spec::activation_table_words);
    }
    const int64_t pixels = by == Engine::array ? taps : passes * slots;
    for (int64_t i = 0; i < pixels && get(words, residual) != 0; ++i) {
        to.add_modulo(Place::residual, false, get(words, residual_base) + i * get(words, residual_stride), 1,
                      buffer_modulus(machine));
    }
    for (int64_t i = 0; i < pixels; ++i) {
        to.add_modulo(Place::output, true, get(words, output_base) + i * get(words, output_stride), 1,
                      buffer_modulus(machine));
    }
}

}  // namespace

const char* place_name(Place place) {
    static constexpr const char* names[] = {"activation", "weight", "parameter", "residual", "palette",
                                            "table", "output", "memory"};
    return names[static_cast<int>(place)];
}

int64_t place_size(const spec::Machine& machine, Place place) {
    if (place == Place::memory) return memory_modulus(machine);
    if (place == Place::output) return machine.output_words;
    return spec::target_words(machine, static_cast<spec::load::Target>(place));
}

std::vector<Reach> reach_of(const CommandWords& words, const spec::Machine& machine) {
    Collector collector;
    switch (spec::Opcode{static_cast<uint32_t>(get(words, spec::common::opcode))}) {
        case spec::Opcode::load: collect_transfer(words, machine, true, collector); break;
        case spec::Opcode::exec: collect_exec(words, machine, collector); break;
        case spec::Opcode::store: collect_transfer(words, machine, false, collector); break;
    }
    return collector.finish();
}

}  // namespace napier::driver::check
