#pragma once
// What a program works on: memory, buffers, accumulators.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sw/spec/command.hpp"
#include "sw/spec/machine.hpp"

namespace napier::golden {

// The bus: bytes from address `base` on. Any other address is answered with an error.
struct MemoryImage {
    uint32_t base = 0;
    std::vector<uint8_t> bytes;

    // Null outside.
    uint8_t* find(uint32_t address);
};

// Where a byte stands in a buffer. Words count modulo 2^word_bits.
struct BufferPosition {
    uint32_t word = 0, byte = 0;
};

// A buffer of words. Bytes never written hold a pattern and know it.
class Buffer {
public:
    Buffer(const spec::Machine& machine, const char* name, int words, int word_bytes);

    const char* name() const { return name_; }
    uint32_t word_bytes() const { return word_bytes_; }

    // Throws Stop{buffer_range, word} if the buffer has no such word.
    void require_word(uint32_t word) const;

    uint8_t read(BufferPosition position) const { return bytes_[index(position)]; }
    bool written(BufferPosition position) const { return written_[index(position)]; }
    // known: false if the value depends on something never written; the byte then counts as never written.
    void write(BufferPosition position, uint8_t value, bool known = true);

    // The position `bytes` further on, carried into the words.
    BufferPosition advance(BufferPosition position, uint64_t words, uint64_t bytes) const;

private:
    size_t index(BufferPosition position) const;

    const char* name_;
    uint32_t word_mask_, words_, word_bytes_;
    std::vector<uint8_t> bytes_;
    std::vector<bool> written_;
};

// One accumulator; known: it depends on written bytes alone.
struct Accumulator {
    int64_t value = 0;
    bool known = false;
};

struct State {
    State(const spec::Machine& the_machine, MemoryImage the_memory);

    Buffer& target(spec::load::Target target);

    const spec::Machine& machine;
    MemoryImage memory;
    Buffer activation, weight, parameter, residual, output, palette, table;
    std::vector<Accumulator> accumulators;  // [pixel][column]
    bool tile_open = false;
    std::string first_unknown;              // the first read of a byte never written, for the sentence if it matters
};

// Window of pages that may be read or written.
struct PageWindow {
    uint32_t base = 0, limit = 0;
    bool contains(uint32_t address) const;
};

// Ends a program with an error of the machine.
struct Stop {
    spec::ErrorCode code;
    uint32_t address;
};

// Ends a program with what the machine cannot see.
struct ProgramError {
    std::string sentence;
};

}  // namespace napier::golden
