#pragma once
// Twin of rtl/memory/buffer.sv: the bytes of a buffer. Time needs no state: a read takes a cycle, a write is there in
// the next.

#include <cstdint>
#include <vector>

#include "sw/spec/machine.hpp"

namespace napier::sim {

class Buffer {
public:
    Buffer(int words, int word_bytes)
        : words_(words), word_bytes_(word_bytes), bytes_(size_t(words) * size_t(word_bytes)) {}

    int words() const { return words_; }
    int word_bytes() const { return word_bytes_; }
    // What follows is contiguous: the next word's first byte comes after this word's last.
    uint8_t* word(int index) { return bytes_.data() + size_t(index) * size_t(word_bytes_); }
    const uint8_t* word(int index) const { return bytes_.data() + size_t(index) * size_t(word_bytes_); }

private:
    int words_, word_bytes_;
    std::vector<uint8_t> bytes_;
};

// The seven buffers of a machine.
struct Buffers {
    explicit Buffers(const spec::Machine& machine)
        : activation(make(machine, spec::load::Target::activation)), weight(make(machine, spec::load::Target::weight)),
          parameter(make(machine, spec::load::Target::parameter)),
          residual(make(machine, spec::load::Target::residual)),
          output(machine.output_words, spec::output_word_bytes(machine)),
          palette(make(machine, spec::load::Target::palette)), table(make(machine, spec::load::Target::table)) {}

    Buffer& of(spec::load::Target target) {
        switch (target) {
            case spec::load::Target::activation: return activation;
            case spec::load::Target::weight: return weight;
            case spec::load::Target::parameter: return parameter;
            case spec::load::Target::palette: return palette;
            case spec::load::Target::table: return table;
            default: return residual;
        }
    }

    Buffer activation, weight, parameter, residual, output, palette, table;

private:
    static Buffer make(const spec::Machine& machine, spec::load::Target target) {
        return {spec::target_words(machine, target), spec::target_word_bytes(machine, target)};
    }
};

}  // namespace napier::sim
