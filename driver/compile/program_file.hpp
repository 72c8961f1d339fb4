#pragma once
// A program as a file:
//   bytes 0..7    "NAPIER4\n"
//   bytes 8..15   length of the header in bytes, little endian
//   then          the header, JSON: memory map, tensors, layers, what each command is for; filled up with blanks so
//                 that it ends at a multiple of 64
//   then          the commands, 64 bytes each, as in memory
//   then          the constants, as in memory
//   then          the tables of the host's steps, as its header counts them: float32, and behind a step's its rows

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "driver/compile/program.hpp"

namespace napier::driver {

std::vector<uint8_t> to_bytes(const Program& program);

// True if the file begins as one; false also if it cannot be read.
bool is_program_file(const std::string& path);

// Error (input): not such a file, or one that is damaged; name stands in the sentence.
Program program_from_bytes(std::span<const uint8_t> bytes, const std::string& name);

}  // namespace napier::driver
