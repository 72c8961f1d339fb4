#include "sw/golden/interpreter/transfer.hpp"

namespace napier::golden {

namespace {

uint8_t read_memory(State& state, const PageWindow& readable, uint32_t address) {
    if (!readable.contains(address)) {
        throw Stop{spec::ErrorCode::read_window, address};
    }
    const uint8_t* byte = state.memory.find(address);
    if (byte == nullptr) {
        throw Stop{spec::ErrorCode::read_response, address};
    }
    return *byte;
}

}  // namespace

void run_load(State& state, const spec::CommandWords& words, const PageWindow& readable) {
    namespace load = spec::load;
    const auto field = [&](const spec::Field& which) { return static_cast<uint64_t>(spec::get(words, which)); };
    Buffer& buffer = state.target(load::Target{static_cast<uint32_t>(field(load::target))});
    const uint32_t mask = spec::address_mask(state.machine);
    const BufferPosition origin{static_cast<uint32_t>(field(load::buffer_word)),
                                static_cast<uint32_t>(field(load::buffer_byte))};
    for (uint64_t y = 0; y < field(load::count_y); ++y) {
        for (uint64_t x = 0; x < field(load::count_x); ++x) {
            const uint64_t address =
                field(load::address) + y * field(load::memory_stride_y) + x * field(load::memory_stride_x);
            const BufferPosition row = buffer.advance(
                origin, y * field(load::buffer_stride_y_word) + x * field(load::buffer_stride_x_word),
                y * field(load::buffer_stride_y_byte) + x * field(load::buffer_stride_x_byte));
            for (uint64_t i = 0; i < field(load::length); ++i) {
                const uint8_t byte = field(load::fill) != 0
                                         ? static_cast<uint8_t>(field(load::fill_byte))
                                         : read_memory(state, readable, static_cast<uint32_t>(address + i) & mask);
                const BufferPosition position = buffer.advance(row, 0, i);
                buffer.require_word(position.word);
                buffer.write(position, byte);
            }
        }
    }
}

}  // namespace napier::golden
