#include <bit>

#include "sw/golden/interpreter/execute.hpp"
#include "sw/golden/mx/dot.hpp"
#include "sw/golden/pam.hpp"

namespace napier::golden {

namespace {

namespace exec = spec::exec;

// An activation or a weight: a block, or a pattern of bfloat16.
struct Operand {
    formats::Block block;
    uint16_t half = 0;
    bool known = true;
};

// The passes of one EXEC.
class RealPassRunner {
public:
    explicit RealPassRunner(const Execution& execution)
        : execution_(execution),
          state_(execution.state),
          machine_(execution.state.machine),
          blocks_(field(exec::format) == spec::format_mx),
          element_a_(spec::elements[field(exec::element_a)]),
          element_b_(spec::elements[field(exec::element_b)]) {}

    void run() {
        int64_t pass = 0;
        for (int64_t ky = 0; ky < field(exec::kernel_h); ++ky) {
            for (int64_t kx = 0; kx < field(exec::kernel_w); ++kx) {
                for (int64_t g = 0; g < field(exec::group_count); ++g) {
                    const std::vector<Operand> weights = read_weights(pass++);
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

    Operand read(const Buffer& buffer, BufferPosition first, const spec::Element& element) const {
        std::vector<uint8_t> bytes(blocks_ ? static_cast<size_t>(formats::packed_bytes(element)) : 2);
        Operand operand;
        for (uint32_t i = 0; i < bytes.size(); ++i) {
            const BufferPosition position{first.word, first.byte + i};
            bytes[i] = buffer.read(position);
            if (!buffer.written(position)) {
                operand.known = false;
                execution_.note_unknown(buffer, position);
            }
        }
        if (blocks_) {
            operand.block = formats::unpack(element, bytes.data());
        } else {
            operand.half = static_cast<uint16_t>(bytes[0] | bytes[1] << 8);
        }
        return operand;
    }

    // Of one pass, by column: column_span of them in a word.
    std::vector<Operand> read_weights(int64_t pass) const {
        std::vector<Operand> weights;
        const int words = spec::pass_words(machine_), pitch = spec::column_bytes(machine_);
        for (int i = 0; i < words; ++i) {
            const uint32_t word =
                static_cast<uint32_t>(field(exec::weight_base) + pass * words + i) & spec::word_mask(machine_);
            state_.weight.require_word(word);
            for (int column = 0; column < machine_.column_span; ++column) {
                weights.push_back(read(state_.weight, {word, static_cast<uint32_t>(column * pitch)}, element_b_));
            }
        }
        return weights;
    }

    void run_vector(const Vector& at, const std::vector<Operand>& weights) {
        Operand activation;
        if (execution_.is_inside(at)) {
            const uint32_t slot = execution_.slot_of(at);
            const uint32_t slots = static_cast<uint32_t>(spec::slots_in_word(machine_));
            state_.activation.require_word(slot / slots);
            const uint32_t byte = slot % slots * static_cast<uint32_t>(spec::slot_bytes(machine_));
            activation = read(state_.activation, {slot / slots, byte}, element_a_);
        }
        const int64_t pixel = at.oy * field(exec::out_w) + at.ox;
        for (int column = 0; column < machine_.columns; ++column) {
            const Operand& weight = weights[static_cast<size_t>(column)];
            Accumulator& accumulator = execution_.accumulator(pixel, column);
            const float before = std::bit_cast<float>(static_cast<uint32_t>(accumulator.value));
            const float after =
                blocks_ ? mx::accumulate(before, mx::block_dot(element_a_, activation.block, element_b_, weight.block))
                        : pam_accumulate(before, activation.half, weight.half);
            accumulator.value = std::bit_cast<uint32_t>(after);
            accumulator.known = accumulator.known && activation.known && weight.known;
        }
    }

    const Execution& execution_;
    State& state_;
    const spec::Machine& machine_;
    const bool blocks_;
    const spec::Element &element_a_, &element_b_;
};

}  // namespace

void run_real_passes(const Execution& execution) {
    RealPassRunner(execution).run();
}

}  // namespace napier::golden
