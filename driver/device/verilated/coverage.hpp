#pragma once
// What a verilated machine ran through: counts of its lines, branches and toggled bits.

#include <verilated.h>

namespace napier::driver {

// Writes the counts of `context` into a new file of the folder that NAPIER_COVERAGE_FOLDER names, in the format of
// verilator_coverage. Nothing without that variable, and nothing in a build without NAPIER_COVERAGE.
void write_coverage(VerilatedContext& context);

}  // namespace napier::driver
