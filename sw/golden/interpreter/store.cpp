#include <fmt/format.h>

#include "sw/golden/interpreter/transfer.hpp"

namespace napier::golden {

namespace {

uint8_t& writable_byte(State& state, const PageWindow& writable, uint32_t address) {
    if (!writable.contains(address)) {
        throw Stop{spec::ErrorCode::write_window, address};
    }
    uint8_t* byte = state.memory.find(address);
    if (byte == nullptr) {
        throw Stop{spec::ErrorCode::write_response, address};
    }
    return *byte;
}

uint8_t known_output(const State& state, BufferPosition position) {
    state.output.require_word(position.word);
    if (!state.output.written(position)) {
        const std::string cause = state.first_unknown.empty() ? "" : ": " + state.first_unknown;
        throw ProgramError{fmt::format("stores byte {} of output word {}, which no result determines{}", position.byte,
                                       position.word, cause)};
    }
    return state.output.read(position);
}

}  // namespace

void run_store(State& state, const spec::CommandWords& words, const PageWindow& writable) {
    namespace store = spec::store;
    const auto field = [&](const spec::Field& which) { return static_cast<uint64_t>(spec::get(words, which)); };
    const uint32_t mask = spec::address_mask(state.machine);
    const BufferPosition origin{static_cast<uint32_t>(field(store::buffer_word)), 0};
    for (uint64_t y = 0; y < field(store::count_y); ++y) {
        for (uint64_t x = 0; x < field(store::count_x); ++x) {
            const uint64_t address =
                field(store::address) + y * field(store::memory_stride_y) + x * field(store::memory_stride_x);
            const BufferPosition row = state.output.advance(
                origin, y * field(store::buffer_stride_y_word) + x * field(store::buffer_stride_x_word), 0);
            for (uint64_t i = 0; i < field(store::length); ++i) {
                uint8_t& byte = writable_byte(state, writable, static_cast<uint32_t>(address + i) & mask);
                byte = known_output(state, state.output.advance(row, 0, i));
            }
        }
    }
}

}  // namespace napier::golden
