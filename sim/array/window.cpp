#include "sim/array/window.hpp"

#include <algorithm>
#include <bit>

#include "sim/array/dot.hpp"
#include "sw/formats/formats.hpp"

namespace napier::sim {

namespace {

// From the read of a pixel's last tap to the cycle after the write of its first word.
constexpr Cycle first_word = 5;
// From pixel to pixel: an accumulator is read, added to and written.
constexpr uint64_t least_turn = 3;

int32_t term(spec::Operation operation, int activation, int weight) {
    switch (operation) {
        case spec::Operation::product: return activation * weight;
        case spec::Operation::distance: return -std::abs(activation - weight);
        case spec::Operation::match: break;
    }
    return 8 - 2 * std::popcount(static_cast<unsigned>(activation ^ weight) & 0xffu);
}

}  // namespace

ExecShape window_shape(const spec::Machine& machine, const ExecCommand& command) {
    const uint64_t slots = static_cast<uint64_t>(spec::window_slots(machine));
    const uint64_t pixels = static_cast<uint64_t>(command.passes());
    return {.passes = pixels, .vectors = static_cast<uint64_t>(command.pixels()), .step = command.sums() ? slots : 1,
            .turn = std::max<uint64_t>(slots, least_turn), .words = pixels * slots, .drain = first_word + slots,
            .windowed = true, .loads = command.sums()};
}

WindowEngine::WindowEngine(const spec::Machine& machine)
    : machine_(machine), values_(static_cast<size_t>(machine.window_channels)) {}

// Lane 0 of each column: the codes of a tap stand in window_slots words.
void WindowEngine::load_weights(const ExecCommand& command, const Buffers& buffers) {
    const spec::Format& format = *formats::find_code(command.format);
    const Table table = table_of(format, buffers.palette, command.palette_base);
    const uint32_t mask = (1u << format.weight_bits) - 1;
    int word = static_cast<int>(command.weight_base);
    weights_.clear();
    for (int64_t i = 0; i < command.pixels() * spec::window_slots(machine_); ++i, ++word) {
        for (int column = 0; column < machine_.columns; ++column) {
            const int bit = column * machine_.weight_bits;
            const uint32_t byte = buffers.weight.word(word)[bit / 8];
            weights_.push_back(weight_value(format, held_code(table, byte >> (bit % 8) & mask)));
        }
    }
}

void WindowEngine::add_tap(const int8_t* activations, size_t tap, spec::Operation operation) {
    const int16_t* weights = weights_.data() + tap * values_.size();
    if (operation == spec::Operation::product) {
        for (size_t c = 0; c < values_.size(); ++c) values_[c] += activations[c] * weights[c];
        return;
    }
    for (size_t c = 0; c < values_.size(); ++c) values_[c] += term(operation, activations[c], weights[c]);
}

void WindowEngine::take_greatest(const int8_t* activations) {
    for (size_t c = 0; c < values_.size(); ++c) values_[c] = std::max<int32_t>(values_[c], activations[c]);
}

void WindowEngine::leave(const ExecCommand& command, int64_t pixel, Accumulators& accumulators) const {
    const int columns = machine_.columns;
    for (size_t c = 0; c < values_.size(); ++c) {
        const int64_t word = pixel * spec::window_slots(machine_) + static_cast<int>(c) / columns;
        int32_t& accumulator = accumulators.pixel(word)[static_cast<int>(c) % columns];
        const uint32_t times = command.start ? 0 : command.triple ? 3 : 1;
        accumulator = static_cast<int32_t>(times * static_cast<uint32_t>(accumulator) +
                                           static_cast<uint32_t>(values_[c]));
    }
}

void WindowEngine::run(const ExecCommand& command, const Buffers& buffers, Accumulators& accumulators) {
    const AddressGenerator generator(machine_, command);
    const spec::Operation operation = formats::find_code(command.format)->operation;
    const int word_bytes = spec::activation_word_bytes(machine_), slots = spec::slots_in_word(machine_);
    padding_.assign(static_cast<size_t>(word_bytes), static_cast<int8_t>(command.pad_byte));
    if (command.sums()) load_weights(command, buffers);
    for (int64_t pixel = 0; pixel < command.passes(); ++pixel) {
        std::fill(values_.begin(), values_.end(), command.sums() ? 0 : INT8_MIN);
        generator.slots(generator.pass(pixel), slots_);
        for (size_t tap = 0; tap < slots_.size(); ++tap) {
            const int8_t* activations = padding_.data();
            if (slots_[tap] != AddressGenerator::padding) {
                activations = reinterpret_cast<const int8_t*>(buffers.activation.word(slots_[tap] / slots));
            }
            if (command.sums()) add_tap(activations, tap, operation);
            else take_greatest(activations);
        }
        leave(command, pixel, accumulators);
    }
}

}  // namespace napier::sim
