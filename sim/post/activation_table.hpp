#pragma once
// Twin of rtl/post/activation_table.sv: the entry of a byte. Time needs no state: it is read between two stages.

#include <cstdint>

#include "sim/memory/buffer.hpp"

namespace napier::sim {

// A table's entries, those of a word of the buffer together.
class ActivationTable {
public:
    ActivationTable(const Buffer& tables, int64_t number) : tables_(tables), first_(static_cast<int>(number) * words) {}

    uint8_t entry(uint8_t byte) const {
        return tables_.word(first_ + byte / in_word)[byte % in_word];
    }

private:
    static constexpr int words = spec::activation_table_words, in_word = spec::activation_table_word_entries;
    const Buffer& tables_;
    int first_;
};

}  // namespace napier::sim
