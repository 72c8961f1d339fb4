#include "driver/verify/token_placer.hpp"

#include <algorithm>

namespace napier::driver {

using spec::CommandWords;

namespace {

// Bit of wait and signal in a command of queue `queue` that names `peer`.
uint32_t peer_bit(int queue, int peer) {
    static constexpr uint32_t bits[3][3] = {{0, spec::load_peer_exec_bit, spec::load_peer_store_bit},
                                            {spec::exec_peer_load_bit, 0, spec::exec_peer_store_bit},
                                            {spec::store_peer_load_bit, spec::store_peer_exec_bit, 0}};
    return 1u << bits[queue][peer];
}

void add(CommandWords& command, const spec::Field& field, uint32_t bit) {
    spec::set(command, field, spec::get(command, field) | bit);
}

int queue_of(const CommandWords& command) {
    switch (spec::Opcode(spec::get(command, spec::common::opcode))) {
        case spec::Opcode::load: return 0;
        case spec::Opcode::exec: return 1;
        default: return 2;
    }
}

}  // namespace

TokenPlacer::TokenPlacer(const spec::Machine& machine, uint32_t base, uint32_t size, int extra_percent, Random random)
    : first_granule_(base / granule_bytes), extra_percent_(extra_percent), random_(random) {
    const uint32_t words[place_count] = {uint32_t(machine.activation_words), uint32_t(machine.weight_words),
                                         uint32_t(machine.parameter_words), uint32_t(machine.residual_words),
                                         uint32_t(machine.palette_words),
                                         uint32_t(spec::target_words(machine, spec::load::Target::table)),
                                         uint32_t(machine.output_words),
                                         size / granule_bytes + 1};
    for (auto& queue : last_)
        for (int place = 0; place < place_count; ++place) queue[place].assign(words[place], -1);
}

int TokenPlacer::needed(int from, const Footprint& touched) const {
    int latest = -1;
    for (int place = 0; place < place_count; ++place)
        for (const auto* list : {&touched.read[place], &touched.written[place]})
            for (uint32_t index : *list) latest = std::max(latest, last_[from][place][word(place, index)]);
    return latest;
}

void TokenPlacer::wait(int from, int to, int signaller) {
    const int waiter = int(commands_.size()) - 1;
    add(commands_[signaller], spec::common::signal, peer_bit(from, to));
    add(commands_[waiter], spec::common::wait, peer_bit(to, from));
    auto& tokens = tokens_[from][to];
    tokens.emplace_back(signaller, waiter);
    int pending = 0;  // given before the signaller's end and taken later: the run of pairs that are open there
    for (auto pair = tokens.rbegin(); pair != tokens.rend() && pair->second > signaller; ++pair) ++pending;
    most_pending_ = std::max(most_pending_, pending);
}

void TokenPlacer::append(const CommandWords& command, const Footprint& touched) {
    const int index = int(commands_.size()), to = queue_of(command);
    commands_.push_back(command);
    for (int from = 0; from < queues; ++from) {
        if (from == to) continue;
        const auto& tokens = tokens_[from][to];
        const int covered = tokens.empty() ? -1 : tokens.back().first;
        const int latest = needed(from, touched);
        if (latest > covered) {
            wait(from, to, latest);
        } else if (random_.chance(extra_percent_)) {
            const auto& list = of_queue_[from];
            const auto first = std::upper_bound(list.begin(), list.end(), covered);
            if (first != list.end()) wait(from, to, first[random_.below(list.end() - first)]);
        }
    }
    of_queue_[to].push_back(index);
    for (int place = 0; place < place_count; ++place)
        for (const auto* list : {&touched.read[place], &touched.written[place]})
            for (uint32_t i : *list) last_[to][place][word(place, i)] = index;
}

}  // namespace napier::driver
