#pragma once
// What a command touches, from its bytes alone.

#include <cstdint>
#include <string>
#include <vector>

#include "sw/spec/command.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver::check {

// What commands share. Buffers count in words, memory in bytes.
// The first ones are the targets of a LOAD.
enum class Place : uint8_t { activation, weight, parameter, residual, palette, table, output, memory };
inline constexpr int place_count = 8;
const char* place_name(Place place);
// Words of a buffer; 2^32 for memory.
int64_t place_size(const spec::Machine& machine, Place place);

struct Reach {
    Place place;
    bool write;
    int64_t begin, end;  // [begin, end)
};

// The words and bytes that a command with legal fields touches, neighbours joined; reads before writes. Padding reads
// nothing. Words may lie past the end of a buffer: the caller compares with place_size.
std::vector<Reach> reach_of(const spec::CommandWords& words, const spec::Machine& machine);

// A sentence without a subject if a field is illegal, such as "has a length of zero"; else empty.
std::string illegal_field(const spec::CommandWords& words, const spec::Machine& machine);

}  // namespace napier::driver::check
