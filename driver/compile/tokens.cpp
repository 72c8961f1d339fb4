// Tokens from accesses: every command must wait for the commands of other queues that touched what it touches.

#include <algorithm>
#include <array>

#include "driver/compile/schedule.hpp"
#include "sw/spec/command.hpp"

namespace napier::driver {
namespace {

constexpr int none = -1;
constexpr int64_t granule_bytes = 64;               // of memory, in which accesses are remembered
constexpr size_t most_tokens = spec::token_max / 2;  // of one counter that may wait to be taken

// Last command that wrote and read each word of a space.
struct History {
    std::vector<int> writer, reader;
};

// A command of queue `to` that waits for one of queue `from`, by index in the program.
struct Edge {
    int from, to;
};

using Clock = std::array<int, queue_count>;  // last command of each queue known to have ended

// Words of a buffer; granules of memory.
int64_t words_of(Space space, const spec::Machine& machine, int64_t memory_bytes) {
    if (space == Space::memory) return memory_bytes / granule_bytes + 1;
    if (space == Space::output) return machine.output_words;
    return spec::target_words(machine, static_cast<spec::load::Target>(space));
}

class Synchronizer {
public:
    Synchronizer(std::vector<Draft>& drafts, const spec::Machine& machine, int64_t memory_base, int64_t memory_end)
        : drafts_(drafts), memory_base_(memory_base), ended_(drafts.size()) {
        for (int i = 0; i < space_count; ++i) {
            const int64_t words = words_of(static_cast<Space>(i), machine, memory_end - memory_base);
            history_[i].writer.assign(size_t(words), none);
            history_[i].reader.assign(size_t(words), none);
        }
        for (Clock& clock : known_) clock.fill(none);
    }

    void run() {
        for (int i = 0; i < static_cast<int>(drafts_.size()); ++i) visit(i);
        for (int from = 0; from < queue_count; ++from) {
            for (int to = 0; to < queue_count; ++to) {
                if (from != to) place(thin(edges_[from][to]), from, to);
            }
        }
    }

private:
    void visit(int index) {
        const int queue = static_cast<int>(drafts_[index].queue);
        const Clock need = needs(index, queue);
        Clock& known = known_[queue];
        for (int from = 0; from < queue_count; ++from) {
            if (from == queue || need[from] <= known[from]) continue;
            edges_[from][queue].push_back({need[from], index});
            const Clock& ended = ended_[need[from]];
            for (int i = 0; i < queue_count; ++i) known[i] = std::max(known[i], ended[i]);
        }
        ended_[index] = known;
        ended_[index][queue] = index;
        remember(index);
    }

    template <typename Visit>
    void each_word(const Access& access, Visit visit) {
        const bool memory = access.space == Space::memory;
        const int64_t base = memory ? memory_base_ : 0, unit = memory ? granule_bytes : 1;
        History& history = history_[static_cast<int>(access.space)];
        const int64_t end = (access.end - base + unit - 1) / unit;
        for (int64_t word = (access.begin - base) / unit; word < end; ++word) {
            visit(history.writer[size_t(word)], history.reader[size_t(word)]);
        }
    }

    // The last command of each other queue that must have ended before this one starts.
    Clock needs(int index, int queue) {
        Clock need;
        need.fill(none);
        const auto require = [&](int other) {
            if (other == none) return;
            const int from = static_cast<int>(drafts_[other].queue);
            if (from != queue) need[from] = std::max(need[from], other);
        };
        for (const Access& access : drafts_[index].accesses) {
            each_word(access, [&](int writer, int reader) {
                require(writer);
                if (access.write) require(reader);
            });
        }
        return need;
    }

    void remember(int index) {
        for (const Access& access : drafts_[index].accesses) {
            each_word(access, [&](int& writer, int& reader) { (access.write ? writer : reader) = index; });
        }
    }

    // Joins waits where too many tokens could pile up: a wait for a later command stands for those before it.
    std::vector<Edge> thin(const std::vector<Edge>& edges) const {
        std::vector<Edge> result;
        for (size_t i = 0; i < edges.size();) {
            size_t piled = i;  // edges whose token may be there when edge i takes its own
            while (piled < edges.size() && edges[piled].from < edges[i].to) ++piled;
            if (piled - i > most_tokens) {
                result.push_back({edges[piled - 1].from, edges[i].to});
                i = piled;
            } else {
                result.push_back(edges[i++]);
            }
        }
        return result;
    }

    void place(const std::vector<Edge>& edges, int from, int to) {
        for (const Edge& edge : edges) {
            add(edge.from, spec::common::signal, peer_bit(from, to));
            add(edge.to, spec::common::wait, peer_bit(to, from));
        }
    }

    // Bit of `peer` in the masks of a command of queue `queue`.
    static uint32_t peer_bit(int queue, int peer) {
        static constexpr uint32_t bits[queue_count][queue_count] = {
            {0, spec::load_peer_exec_bit, spec::load_peer_store_bit},
            {spec::exec_peer_load_bit, 0, spec::exec_peer_store_bit},
            {spec::store_peer_load_bit, spec::store_peer_exec_bit, 0}};
        return bits[queue][peer];
    }

    void add(int index, const spec::Field& mask, uint32_t bit) {
        spec::CommandWords& words = drafts_[index].words;
        spec::set(words, mask, spec::get(words, mask) | int64_t{1} << bit);
    }

    std::vector<Draft>& drafts_;
    const int64_t memory_base_;
    std::array<History, space_count> history_;
    std::vector<Clock> ended_;                 // by command: what has ended when it ends
    std::array<Clock, queue_count> known_{};   // by queue: what has ended when its next command starts
    std::vector<Edge> edges_[queue_count][queue_count];  // [from][to], both ends rising
};

}  // namespace

void add_tokens(std::vector<Draft>& drafts, const spec::Machine& machine, int64_t memory_base, int64_t memory_end) {
    Synchronizer(drafts, machine, memory_base, memory_end).run();
}

}  // namespace napier::driver
