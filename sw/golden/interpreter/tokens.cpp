#include "sw/golden/interpreter/tokens.hpp"

#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include "sw/golden/interpreter/state.hpp"

namespace napier::golden {

namespace {

// The queues are numbered as their commands in the description.
size_t queue_named(std::string_view name) {
    size_t index = 0;
    while (name != spec::commands[index].name) {
        ++index;
    }
    return index;
}

const spec::Command& command_of(const spec::CommandWords& words) {
    return *spec::find_command(static_cast<uint32_t>(spec::get(words, spec::common::opcode)));
}

// Calls use(own queue, peer queue) for each bit set in the field wait or signal.
template <typename Use>
void for_each_peer(const spec::CommandWords& words, const spec::Field& field, Use use) {
    const spec::Command& command = command_of(words);
    for (size_t bit = 0; bit < command.peers.size(); ++bit) {
        if ((spec::get(words, field) >> bit & 1) != 0) {
            use(queue_named(command.name), queue_named(command.peers[bit]));
        }
    }
}

}  // namespace

void Tokens::take(const spec::CommandWords& words) {
    static_assert(std::size(spec::commands) == queues);
    for_each_peer(words, spec::common::wait, [&](size_t own, size_t peer) {
        if (count_[peer][own] == 0) {
            throw ProgramError{fmt::format("waits for a token of the {} queue that no earlier command gave",
                                           spec::commands[peer].name)};
        }
        --count_[peer][own];
    });
}

void Tokens::give(const spec::CommandWords& words) {
    for_each_peer(words, spec::common::signal, [&](size_t own, size_t peer) {
        if (count_[own][peer] == spec::token_max) {
            throw Stop{spec::ErrorCode::token_overflow, 0};
        }
        ++count_[own][peer];
    });
}

}  // namespace napier::golden
