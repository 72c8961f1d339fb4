#pragma once
// From steps to one program: the order of commands, and the tokens that make it safe.

#include <vector>

#include "driver/compile/draft.hpp"
#include "sw/spec/spec.hpp"

namespace napier::driver {

// Puts the commands of all steps in one order. The loads of a step come before the computation of the step before it is
// over, as far as they touch nothing that it uses; executed one by one, the order is correct.
std::vector<Draft> order_commands(const std::vector<Step>& steps, const spec::Machine& machine);

// Sets wait and signal of every command so that the queues, running side by side, give what the order gives one by one.
// Every token that is given is taken; a command waits only for earlier ones.
void add_tokens(std::vector<Draft>& drafts, const spec::Machine& machine, int64_t memory_base, int64_t memory_end);

}  // namespace napier::driver
