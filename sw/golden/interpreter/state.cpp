#include "sw/golden/interpreter/state.hpp"

#include <utility>

namespace napier::golden {

namespace {

constexpr uint32_t page_bytes = 4096;
constexpr uint8_t poison = 0xa5;

}  // namespace

uint8_t* MemoryImage::find(uint32_t address) {
    const bool inside = address >= base && address - base < bytes.size();
    return inside ? &bytes[address - base] : nullptr;
}

Buffer::Buffer(const spec::Machine& machine, const char* name, int words, int word_bytes)
    : name_(name),
      word_mask_(spec::word_mask(machine)),
      words_(static_cast<uint32_t>(words)),
      word_bytes_(static_cast<uint32_t>(word_bytes)),
      bytes_(size_t{words_} * word_bytes_, poison),
      written_(size_t{words_} * word_bytes_, false) {}

size_t Buffer::index(BufferPosition position) const {
    return size_t{position.word} * word_bytes_ + position.byte;
}

void Buffer::require_word(uint32_t word) const {
    if (word >= words_) {
        throw Stop{spec::ErrorCode::buffer_range, word};
    }
}

void Buffer::write(BufferPosition position, uint8_t value, bool known) {
    bytes_[index(position)] = value;
    written_[index(position)] = known;
}

BufferPosition Buffer::advance(BufferPosition position, uint64_t words, uint64_t bytes) const {
    const uint64_t byte = position.byte + bytes;
    const uint64_t word = position.word + words + byte / word_bytes_;
    return {static_cast<uint32_t>(word) & word_mask_, static_cast<uint32_t>(byte % word_bytes_)};
}

State::State(const spec::Machine& the_machine, MemoryImage the_memory)
    : machine(the_machine),
      memory(std::move(the_memory)),
      activation(machine, "activation", machine.activation_words, spec::activation_word_bytes(machine)),
      weight(machine, "weight", machine.weight_words, spec::weight_word_bytes(machine)),
      parameter(machine, "parameter", machine.parameter_words, spec::parameter_word_bytes(machine)),
      residual(machine, "residual", machine.residual_words, spec::output_word_bytes(machine)),
      output(machine, "output", machine.output_words, spec::output_word_bytes(machine)),
      palette(machine, "palette", machine.palette_words, spec::palette_word_bytes(machine)),
      table(machine, "table", spec::target_words(machine, spec::load::Target::table),
            spec::activation_table_word_bytes(machine)),
      accumulators(static_cast<size_t>(machine.accumulator_depth) * static_cast<size_t>(machine.columns)) {}

Buffer& State::target(spec::load::Target target) {
    switch (target) {
        case spec::load::Target::activation: return activation;
        case spec::load::Target::weight: return weight;
        case spec::load::Target::parameter: return parameter;
        case spec::load::Target::palette: return palette;
        case spec::load::Target::table: return table;
        default: return residual;
    }
}

bool PageWindow::contains(uint32_t address) const {
    return address / page_bytes >= base && address / page_bytes < limit;
}

}  // namespace napier::golden
