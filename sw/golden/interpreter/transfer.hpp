#pragma once
// LOAD and STORE: rows of bytes between memory and a buffer.

#include "sw/golden/interpreter/state.hpp"

namespace napier::golden {

// Runs a legal LOAD. Throws Stop.
void run_load(State& state, const spec::CommandWords& words, const PageWindow& readable);

// Runs a legal STORE. Throws Stop or ProgramError.
void run_store(State& state, const spec::CommandWords& words, const PageWindow& writable);

}  // namespace napier::golden
