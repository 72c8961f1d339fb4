#pragma once
// Who wrote and who read each word of a place last, in the order of the program.

#include <array>
#include <cstdint>
#include <map>

#include "driver/check/token_order.hpp"

namespace napier::driver::check {

struct LastAccess {
    bool written = false;
    std::array<int, queue_count> writer{-1, -1, -1};  // last command of each queue
    std::array<int, queue_count> reader{-1, -1, -1};
};

// A space of 2^32 words, as segments of equal history.
class AccessHistory {
public:
    AccessHistory() { segments_[0] = {}; }

    // Calls visit(begin, end, LastAccess&) for the segments that make up [begin, end).
    template <typename Visit>
    void visit(int64_t begin, int64_t end, Visit visit) {
        const auto last = split(end);
        for (auto it = split(begin); it != last;) {
            const auto next = std::next(it);
            visit(it->first, next == segments_.end() ? end : next->first, it->second);
            it = next;
        }
    }

private:
    using Segments = std::map<int64_t, LastAccess>;  // by first word

    // Makes a segment begin at `word`.
    Segments::iterator split(int64_t word) {
        const auto after = segments_.upper_bound(word);
        const auto holder = std::prev(after);
        return holder->first == word ? holder : segments_.emplace_hint(after, word, holder->second);
    }

    Segments segments_;
};

}  // namespace napier::driver::check
