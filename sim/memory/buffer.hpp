#pragma once
// Twin of rtl/memory/buffer.sv: the bytes of a buffer. Time needs no state: a read takes a cycle, a write is there in the next.

#include <cstdint>
#include <vector>

namespace napier::sim {

class Buffer {
public:
    Buffer(int words, int word_bytes) : words_(words), word_bytes_(word_bytes), bytes_(size_t(words) * size_t(word_bytes)) {}

    int words() const { return words_; }
    int word_bytes() const { return word_bytes_; }
    // What follows is contiguous: the next word's first byte comes after this word's last.
    uint8_t* word(int index) { return bytes_.data() + size_t(index) * size_t(word_bytes_); }
    const uint8_t* word(int index) const { return bytes_.data() + size_t(index) * size_t(word_bytes_); }

private:
    int words_, word_bytes_;
    std::vector<uint8_t> bytes_;
};

}  // namespace napier::sim
