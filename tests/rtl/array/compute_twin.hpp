#pragma once
// The simulator's compute twin alone: commands started in given cycles, and what it says of them.

#include <vector>

#include "sim/array/compute.hpp"

namespace napier::test {

class ComputeTwin : sim::EngineListener {
public:
    struct Fault {
        bool seen = false;
        uint64_t cycle = 0;
        uint32_t code = 0, address = 0, command = 0;
    };

    explicit ComputeTwin(const spec::Machine& machine)
        : buffers(machine),
          memory_(sim::MemoryConfig{}),
          context_{machine, events_, memory_, counters, trace_, checksums_, true, {}, {}},
          compute_(context_, buffers, *this) {}

    // Runs up to the cycle before `cycle`, then starts the command in it; false if a fault stopped the machine.
    bool start(uint64_t cycle, uint32_t index, const spec::CommandWords& words) {
        advance(cycle - 1);
        if (failure.seen) return false;
        compute_.start(cycle, index, words);
        return true;
    }
    // Lets everything come to its end.
    void finish() {
        while (!events_.empty()) advance(events_.next());
    }
    sim::Buffers buffers;
    sim::Counters counters{};
    Fault failure;
    std::vector<uint64_t> accepts_at, pops, passes, ends;  // as told, in order

private:
    void advance(uint64_t cycle) { events_.run_until(cycle); }

    void accepts(sim::Engine, sim::Cycle cycle) override { accepts_at.push_back(cycle); }
    void popped(sim::Engine, sim::Cycle cycle) override { pops.push_back(cycle); }
    void passed(sim::Cycle cycle) override { passes.push_back(cycle); }
    void ended(sim::Engine, sim::Cycle cycle) override { ends.push_back(cycle); }
    void fault(sim::Cycle cycle, int code, uint32_t address, uint32_t index) override {
        failure = {true, cycle, static_cast<uint32_t>(code), address, index};
        compute_.stop(cycle + 1);
    }

    sim::EventQueue events_;
    sim::MemoryModel memory_;
    sim::CommandTrace trace_;
    sim::Checksums checksums_;
    sim::Context context_;
    sim::Compute compute_;
};

}  // namespace napier::test
