#pragma once
// Twin of rtl/array/palette.sv: indices to the entries of a table. Time needs no state: the table is read with the
// first weights of a pass.

#include <cstdint>
#include <vector>

#include "sim/memory/buffer.hpp"
#include "sw/spec/machine.hpp"

namespace napier::sim {

using Table = std::vector<uint8_t>;  // entries; empty: codes are no indices

inline Table table_of(const spec::Format& format, const Buffer& palettes, int64_t word) {
    if (!spec::is_indexed(format)) return {};
    const uint8_t* first = palettes.word(static_cast<int>(word));
    return {first, first + spec::table_bytes(format)};
}

// What a PE holds of a weight whose code this is.
inline uint32_t held_code(const Table& table, uint32_t code) { return table.empty() ? code : table[code]; }

}  // namespace napier::sim
