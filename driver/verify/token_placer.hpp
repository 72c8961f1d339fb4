#pragma once
// Places the tokens of a program whose commands were chosen without them, so that it is free of hazards: every access
// to a word comes after the accesses, earlier in the program, of other queues that it must not overtake. Each place is
// read by one queue and written by one other, so any access by another queue counts.
//
// Each ordered pair of queues A -> B gets pairs (signal on a command of A, wait on a later command of B) that grow in
// both, so the k-th token taken is the k-th given, and every token is taken.

#include <vector>

#include "driver/verify/footprint.hpp"
#include "driver/verify/random.hpp"

namespace napier::driver {

class TokenPlacer {
public:
    // `base`: address of the memory's first byte; `size` its bytes. `extra_percent`: chance of a wait that is not
    // needed.
    TokenPlacer(const spec::Machine& machine, uint32_t base, uint32_t size, int extra_percent, Random random);

    // Appends a command with its waits set; sets the signals of earlier commands.
    void append(const spec::CommandWords& command, const Footprint& touched);
    const std::vector<spec::CommandWords>& commands() const { return commands_; }
    // Most tokens of one pair of queues that are given before some place of the program and taken after it.
    int most_pending() const { return most_pending_; }

private:
    static constexpr int queues = 3;  // load, exec, store
    int word(int place, uint32_t index) const {
        return int(place == int(Place::memory) ? index - first_granule_ : index);
    }
    int needed(int from, const Footprint& touched) const;
    void wait(int from, int to, int signaller);

    uint32_t first_granule_;
    int extra_percent_;
    int most_pending_ = 0;
    Random random_;
    std::vector<spec::CommandWords> commands_;
    std::vector<int> of_queue_[queues];            // indices of its commands
    std::vector<int> last_[queues][place_count];   // by word: last command of the queue that touched it; -1: none
    std::vector<std::pair<int, int>> tokens_[queues][queues];  // [from][to]: command that gives, command that takes
};

}  // namespace napier::driver
