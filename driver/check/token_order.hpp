#pragma once
// Which command has surely ended when another starts: queue order and tokens, as vector clocks.
// Queues start and end their commands in order, but a command may start before the one before it in its queue ends.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sw/spec/command.hpp"

namespace napier::driver::check {

inline constexpr int queue_count = 3;  // load, exec, store: in the order of their opcodes
int queue_of(const spec::CommandWords& words);

// Feed the commands in the order of the program. The k-th wait of a pair of queues takes its k-th signal.
class TokenOrder {
public:
    // queue_commands: of the machine. Commands are fetched in order, so all but the last few commands of a queue have
    // started when a later command of another queue runs; that bounds the tokens on their way.
    explicit TokenOrder(int queue_commands) : waiting_(queue_commands + queue_margin) {}

    // Enters the next command. Sentences without a subject about its tokens; none if all is well.
    std::vector<std::string> enter(const spec::CommandWords& words);

    // True if command `earlier` has ended in every run before the one entered last starts.
    bool ended_before(int earlier) const;

    // A sentence for each pair of queues whose tokens are not all taken at the end.
    std::vector<std::string> left_over() const;

private:
    static constexpr int queue_margin = 2;        // commands a queue may hold beside its ring
    using Clock = std::array<int, queue_count>;  // commands of each queue that have ended

    struct Counter {
        std::vector<Clock> given;   // by signal: what has ended when it is given
        std::vector<int> taken_by;  // by wait: number of the command in its queue
    };

    void give(int from, int to, const Clock& ended, std::vector<std::string>& problems);

    const int waiting_;                              // most commands of a queue that have been fetched and not started
    std::vector<std::array<int, 2>> place_;          // by command: queue and number in it
    std::array<Clock, queue_count> started_{};       // by queue: what has ended when its last command started
    std::array<int, queue_count> entered_{};         // commands of each queue
    Counter counters_[queue_count][queue_count];     // [from][to]
};

}  // namespace napier::driver::check
