// The window engine: a value for each channel from the taps of a pixel.

#include <algorithm>
#include <optional>

#include "sw/golden/interpreter/execute.hpp"

namespace napier::golden {

namespace {

namespace exec = spec::exec;

struct Weight {
    int value = 0;
    bool known = true;
};

class WindowRunner {
public:
    explicit WindowRunner(const Execution& execution)
        : execution_(execution),
          state_(execution.state),
          machine_(execution.state.machine),
          format_(*formats::find_code(static_cast<uint32_t>(field(exec::format)))),
          arithmetic_(formats::arithmetic(format_)),
          is_max_(execution.engine() == exec::Engine::window_max) {}

    void run() {
        const std::vector<Weight> weights = is_max_ ? std::vector<Weight>{} : read_weights();
        int64_t pixel = 0;
        for (int64_t ky = 0; ky < field(exec::kernel_h); ++ky) {
            for (int64_t kx = 0; kx < field(exec::kernel_w); ++kx) {
                for (int64_t g = 0; g < field(exec::group_count); ++g) {
                    run_pixel(pixel++, {0, 0, ky, kx, g}, weights);
                }
            }
        }
    }

private:
    int64_t field(const spec::Field& which) const { return execution_.field(which); }

    // Weights of all taps, [tap][channel].
    std::vector<Weight> read_weights() const {
        std::vector<Weight> weights;
        const int64_t taps = field(exec::out_h) * field(exec::out_w);
        for (int64_t word = 0; word < taps * spec::window_slots(machine_); ++word) {
            const uint32_t at = static_cast<uint32_t>(field(exec::weight_base) + word) & spec::word_mask(machine_);
            state_.weight.require_word(at);
            for (int column = 0; column < machine_.columns; ++column) {
                weights.push_back(weight_at(at, column));
            }
        }
        return weights;
    }

    Weight weight_at(uint32_t word, int column) const {
        uint32_t code = 0;
        bool known = true;
        for (int i = 0; i < format_.weight_bits; ++i) {
            const uint32_t bit = static_cast<uint32_t>(column * machine_.weight_bits + i);
            const BufferPosition position{word, bit / 8};
            code |= (uint32_t{state_.weight.read(position)} >> (bit % 8) & 1) << i;
            known = known && is_known(state_.weight, position);
        }
        if (spec::is_indexed(format_)) {
            const BufferPosition entry{static_cast<uint32_t>(field(exec::palette_base)), code};
            known = known && is_known(state_.palette, entry);
            code = state_.palette.read(entry);
        }
        return {arithmetic_.decode(code), known};
    }

    bool is_known(const Buffer& buffer, BufferPosition position) const {
        if (!buffer.written(position)) {
            execution_.note_unknown(buffer, position);
        }
        return buffer.written(position);
    }

    void run_pixel(int64_t pixel, Vector at, const std::vector<Weight>& weights) {
        const int64_t slots = spec::window_slots(machine_);
        if ((pixel + 1) * slots > machine_.accumulator_depth) {
            throw Stop{spec::ErrorCode::buffer_range, static_cast<uint32_t>(machine_.accumulator_depth)};
        }
        std::vector<std::optional<uint32_t>> words;  // of the taps; none: padding
        for (at.oy = 0; at.oy < field(exec::out_h); ++at.oy) {
            for (at.ox = 0; at.ox < field(exec::out_w); ++at.ox) {
                words.push_back(word_of(at));
            }
        }
        for (int channel = 0; channel < machine_.window_channels; ++channel) {
            const int64_t word = pixel * slots + channel / machine_.columns;
            add_value(execution_.accumulator(word, channel % machine_.columns), channel, words, weights);
        }
    }

    std::optional<uint32_t> word_of(const Vector& at) const {
        if (!execution_.is_inside(at)) {
            return std::nullopt;
        }
        const uint32_t word = execution_.slot_of(at) / static_cast<uint32_t>(spec::slots_in_word(machine_));
        state_.activation.require_word(word);
        return word;
    }

    void add_value(Accumulator& accumulator, int channel, const std::vector<std::optional<uint32_t>>& words,
                   const std::vector<Weight>& weights) const {
        int64_t sum = 0, greatest = formats::least_activation;
        for (size_t tap = 0; tap < words.size(); ++tap) {
            int64_t activation = static_cast<int8_t>(field(exec::pad_byte));
            bool known = true;
            if (words[tap]) {
                const BufferPosition position{*words[tap], static_cast<uint32_t>(channel)};
                activation = static_cast<int8_t>(state_.activation.read(position));
                known = is_known(state_.activation, position);
            }
            if (is_max_) {
                greatest = std::max(greatest, activation);
            } else {
                const Weight& weight = weights[tap * static_cast<size_t>(machine_.window_channels) +
                                               static_cast<size_t>(channel)];
                sum += arithmetic_.term(static_cast<int>(activation), weight.value);
                known = known && weight.known;
            }
            accumulator.known = accumulator.known && known;
        }
        accumulator.value = wrap(accumulator.value + (is_max_ ? greatest : sum), machine_.accumulator_bits);
    }

    const Execution& execution_;
    State& state_;
    const spec::Machine& machine_;
    const spec::Format& format_;
    const formats::Arithmetic& arithmetic_;
    const bool is_max_;
};

}  // namespace

void run_window(const Execution& execution) {
    WindowRunner(execution).run();
}

}  // namespace napier::golden
