#include "sw/formats/trits.hpp"
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

// One row of packed trits: every whole beat that its beats make, when the last trit of it has come.
void load_packed_row(State& state, const PageWindow& readable, uint64_t address, uint64_t length, Buffer& buffer,
                     BufferPosition row) {
    const uint64_t beat = static_cast<uint64_t>(state.machine.beat_bytes);
    std::vector<uint32_t> codes;  // not yet written
    uint64_t written = 0;
    for (uint64_t first = 0; first < length; first += beat) {
        for (uint64_t i = first; i < first + beat; ++i) {
            const uint32_t place = static_cast<uint32_t>(address + i) & spec::address_mask(state.machine);
            for (const uint32_t code : formats::unpack_trits(read_memory(state, readable, place))) {
                codes.push_back(code);
            }
        }
        while (codes.size() >= 4 * beat) {
            for (uint64_t i = 0; i < beat; ++i) {
                const uint32_t* four = &codes[4 * i];
                const BufferPosition position = buffer.advance(row, 0, written++);
                buffer.require_word(position.word);
                buffer.write(position, static_cast<uint8_t>(four[0] | four[1] << 2 | four[2] << 4 | four[3] << 6));
            }
            codes.erase(codes.begin(), codes.begin() + static_cast<std::ptrdiff_t>(4 * beat));
        }
    }
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
            if (spec::is_packed(words)) {
                load_packed_row(state, readable, address, field(load::length), buffer, row);
                continue;
            }
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
