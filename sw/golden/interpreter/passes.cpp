#include <optional>

#include "sw/golden/interpreter/execute.hpp"

namespace napier::golden {

namespace {

namespace exec = spec::exec;

// An activation and where it stands; nowhere if it is padding.
struct Activation {
    int value;
    std::optional<BufferPosition> position;
};

struct Weight {
    int value = 0;
    int scale = 1;                    // of its pass and column
    bool known = true;                // every byte of its code was written
    bool ignores_activation = false;  // the term is the same for all of them
};

// The passes of one EXEC.
class PassRunner {
public:
    explicit PassRunner(const Execution& execution)
        : execution_(execution),
          state_(execution.state),
          machine_(execution.state.machine),
          format_(*formats::find_code(static_cast<uint32_t>(field(exec::format)))),
          arithmetic_(formats::arithmetic(format_)),
          lanes_(spec::lanes(machine_, format_)),
          word_mask_(spec::word_mask(machine_)) {
        for (uint32_t code = 0; code < formats::code_count(format_); ++code) {
            const int value = arithmetic_.decode(code);
            weight_of_code_.push_back({value, 1, true, ignores_activation(value)});
        }
    }

    void run() {
        int64_t pass = 0;
        for (int64_t ky = 0; ky < field(exec::kernel_h); ++ky) {
            for (int64_t kx = 0; kx < field(exec::kernel_w); ++kx) {
                for (int64_t g = 0; g < field(exec::group_count); ++g) {
                    const std::vector<Weight> weights = read_scaled_weights(pass++);
                    for (int64_t oy = 0; oy < field(exec::out_h); ++oy) {
                        for (int64_t ox = 0; ox < field(exec::out_w); ++ox) {
                            run_vector({oy, ox, ky, kx, g}, weights);
                        }
                    }
                }
            }
        }
    }

private:
    int64_t field(const spec::Field& which) const { return execution_.field(which); }

    bool ignores_activation(int weight) const {
        for (int activation = formats::least_activation; activation <= formats::greatest_activation; ++activation) {
            if (arithmetic_.term(activation, weight) != arithmetic_.term(0, weight)) {
                return false;
            }
        }
        return true;
    }

    // Weights of one pass, [row][lane][column], with the scales of their columns.
    std::vector<Weight> read_scaled_weights(int64_t pass) const {
        std::vector<Weight> scales;
        for (int column = 0; spec::is_scaled(format_) && column < machine_.columns; ++column) {
            scales.push_back(scale_at(static_cast<uint32_t>((field(exec::palette_base) + pass) & word_mask_), column));
        }
        std::vector<Weight> weights = read_weights(pass);
        for (size_t i = 0; !scales.empty() && i < weights.size(); ++i) {
            const Weight& scale = scales[i % scales.size()];
            weights[i].scale = scale.scale;
            weights[i].known = weights[i].known && scale.known;
        }
        return weights;
    }

    // The scale of a column, the lowest bits of a byte.
    Weight scale_at(uint32_t word, int column) const {
        state_.palette.require_word(word);
        const BufferPosition position{word, static_cast<uint32_t>(column)};
        Weight weight;
        weight.scale = state_.palette.read(position) % (1 << format_.scale_bits);
        weight.known = state_.palette.written(position);
        if (!weight.known) {
            execution_.note_unknown(state_.palette, position);
        }
        return weight;
    }

    // Weights of one pass, [row][lane][column].
    std::vector<Weight> read_weights(int64_t pass) const {
        std::vector<Weight> weights;
        for (int row = 0; row < machine_.rows; ++row) {
            const uint32_t word =
                static_cast<uint32_t>((field(exec::weight_base) + pass * machine_.rows + row) & word_mask_);
            state_.weight.require_word(word);
            for (int lane = 0; lane < lanes_; ++lane) {
                for (int column = 0; column < machine_.columns; ++column) {
                    weights.push_back(weight_at(word, column, lane));
                }
            }
        }
        return weights;
    }

    Weight weight_at(uint32_t word, int column, int lane) const {
        const int first_bit = column * machine_.weight_bits + lane * format_.weight_bits;
        uint32_t code = 0;
        bool known = true;
        for (int i = 0; i < format_.weight_bits; ++i) {
            const uint32_t bit = static_cast<uint32_t>(first_bit + i);
            const BufferPosition position{word, bit / 8};
            code |= (uint32_t{state_.weight.read(position)} >> (bit % 8) & 1) << i;
            if (!state_.weight.written(position)) {
                known = false;
                execution_.note_unknown(state_.weight, position);
            }
        }
        if (spec::is_indexed(format_)) {
            code = look_up(code, known);
        }
        Weight weight = weight_of_code_[code];
        weight.known = known;
        return weight;
    }

    // The entry of the command's table; known becomes false if it was never written.
    uint32_t look_up(uint32_t index, bool& known) const {
        const BufferPosition position{static_cast<uint32_t>(field(exec::palette_base)), index};
        if (!state_.palette.written(position)) {
            known = false;
            execution_.note_unknown(state_.palette, position);
        }
        return state_.palette.read(position);
    }

    // The vector's slot, a multiple of the format's lanes.
    uint32_t slot_of(const Vector& at) const {
        const uint32_t lanes = static_cast<uint32_t>(lanes_);
        return execution_.slot_of(at) / lanes * lanes;
    }

    void run_vector(const Vector& at, const std::vector<Weight>& weights) {
        std::optional<uint32_t> slot;
        if (execution_.is_inside(at)) {
            slot = slot_of(at);
            state_.activation.require_word(*slot / static_cast<uint32_t>(spec::slots_in_word(machine_)));
        }
        const int64_t pixel = at.oy * field(exec::out_w) + at.ox;
        const Weight* next = weights.data();
        for (int row = 0; row < machine_.rows; ++row) {
            for (int lane = 0; lane < lanes_; ++lane) {
                add_terms(pixel, activation_at(slot, row, lane), next);
                next += machine_.columns;
            }
        }
    }

    Activation activation_at(std::optional<uint32_t> slot, int row, int lane) const {
        if (!slot) {
            return {static_cast<int8_t>(field(exec::pad_byte)), std::nullopt};
        }
        const uint32_t slots = static_cast<uint32_t>(spec::slots_in_word(machine_));
        const uint32_t own = *slot + static_cast<uint32_t>(lane);
        const uint32_t byte =
            own % slots * static_cast<uint32_t>(spec::slot_bytes(machine_)) + static_cast<uint32_t>(row);
        const BufferPosition position{own / slots, byte};
        return {static_cast<int8_t>(state_.activation.read(position)), position};
    }

    // Adds the products of one row and lane to the pixel's accumulators.
    void add_terms(int64_t pixel, const Activation& activation, const Weight* weights) {
        const bool activation_known = !activation.position || state_.activation.written(*activation.position);
        for (int column = 0; column < machine_.columns; ++column) {
            Accumulator& accumulator = execution_.accumulator(pixel, column);
            const Weight& weight = weights[column];
            const int64_t term = int64_t{weight.scale} * arithmetic_.term(activation.value, weight.value);
            accumulator.value = wrap(accumulator.value + term, machine_.accumulator_bits);
            if (!weight.known) {
                accumulator.known = false;
            }
            if (!activation_known && !weight.ignores_activation) {
                accumulator.known = false;
                execution_.note_unknown(state_.activation, *activation.position);
            }
        }
    }

    const Execution& execution_;
    State& state_;
    const spec::Machine& machine_;
    const spec::Format& format_;
    const formats::Arithmetic& arithmetic_;
    const int lanes_;
    const int64_t word_mask_;
    std::vector<Weight> weight_of_code_;
};

}  // namespace

void run_passes(const Execution& execution) {
    PassRunner(execution).run();
}

}  // namespace napier::golden
