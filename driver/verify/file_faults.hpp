#pragma once
// Files that end too early and disks that are full.

#include <cstdint>
#include <string>

#include "driver/compile/program.hpp"

namespace napier::driver {

// Reads the program from its file's first `bytes` bytes. Throws the reader's Error; std::logic_error: there was none.
void read_short_file(const Program& program, uint64_t bytes);

// Writes the program's file in the folder where `bytes` bytes and no more have room. Throws the writer's Error;
// std::logic_error: there was none, or the file that stood there before is not as it was.
void write_full_disk(const std::string& folder, const Program& program, uint64_t bytes);

}  // namespace napier::driver
