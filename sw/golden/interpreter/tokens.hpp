#pragma once
// The six token counters between the queues, in program order.

#include <array>
#include <cstdint>

#include "sw/spec/command.hpp"

namespace napier::golden {

class Tokens {
public:
    // Takes what the command waits for. Throws ProgramError if an earlier command did not give it.
    void take(const spec::CommandWords& words);

    // Gives what the command signals. Throws Stop{token_overflow} past a counter's maximum.
    void give(const spec::CommandWords& words);

private:
    static constexpr size_t queues = 3;
    std::array<std::array<uint32_t, queues>, queues> count_{};  // [from][to]
};

}  // namespace napier::golden
