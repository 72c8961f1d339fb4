#include "driver/check/token_order.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace napier::driver::check {
namespace {

constexpr const char* queue_names[queue_count] = {"load", "exec", "store"};

// The queue that a bit of a command's masks names.
int peer_of(int queue, uint32_t bit) {
    if (queue == 0) return bit == spec::load_peer_exec_bit ? 1 : 2;
    if (queue == 1) return bit == spec::exec_peer_load_bit ? 0 : 2;
    return bit == spec::store_peer_load_bit ? 0 : 1;
}

}  // namespace

int queue_of(const spec::CommandWords& words) {
    return static_cast<int>(spec::get(words, spec::common::opcode)) - static_cast<int>(spec::Opcode::load);
}

std::vector<std::string> TokenOrder::enter(const spec::CommandWords& words) {
    std::vector<std::string> problems;
    const int queue = queue_of(words);
    const int number = entered_[queue]++;
    place_.push_back({queue, number});
    Clock& clock = started_[queue];
    for (uint32_t bit = 0; bit < 2; ++bit) {
        if ((spec::get(words, spec::common::wait) >> bit & 1) == 0) continue;
        const int peer = peer_of(queue, bit);
        Counter& counter = counters_[peer][queue];
        const size_t token = counter.taken_by.size();
        counter.taken_by.push_back(number);
        if (token >= counter.given.size()) {
            problems.push_back(fmt::format("waits for a token of the {} queue that no earlier command gives, and would "
                                           "wait for ever", queue_names[peer]));
            continue;
        }
        for (int i = 0; i < queue_count; ++i) clock[i] = std::max(clock[i], counter.given[token][i]);
    }
    Clock ended = clock;
    ended[queue] = number + 1;
    for (uint32_t bit = 0; bit < 2; ++bit) {
        if ((spec::get(words, spec::common::signal) >> bit & 1) != 0) {
            give(queue, peer_of(queue, bit), ended, problems);
        }
    }
    return problems;
}

void TokenOrder::give(int from, int to, const Clock& ended, std::vector<std::string>& problems) {
    Counter& counter = counters_[from][to];
    counter.given.push_back(ended);
    const int started = std::max(ended[to], entered_[to] - waiting_);  // at least so many of the queue's commands
    const auto taken = std::lower_bound(counter.taken_by.begin(), counter.taken_by.end(), started);
    const auto left = counter.given.size() - size_t(taken - counter.taken_by.begin());
    if (left <= spec::token_max) return;
    problems.push_back(fmt::format("may be the one that gives the {} queue more than {} tokens before they are taken",
                                   queue_names[to], spec::token_max));
}

bool TokenOrder::ended_before(int earlier) const {
    const int queue = place_.back()[0];
    return place_[earlier][1] < started_[queue][place_[earlier][0]];
}

std::vector<std::string> TokenOrder::left_over() const {
    std::vector<std::string> problems;
    for (int from = 0; from < queue_count; ++from) {
        for (int to = 0; to < queue_count; ++to) {
            const Counter& counter = counters_[from][to];
            if (counter.given.size() <= counter.taken_by.size()) continue;
            problems.push_back(fmt::format("The {} queue is left with {} tokens of the {} queue at the end; every "
                                           "token must be taken.", queue_names[to],
                                           counter.given.size() - counter.taken_by.size(), queue_names[from]));
        }
    }
    return problems;
}

}  // namespace napier::driver::check
