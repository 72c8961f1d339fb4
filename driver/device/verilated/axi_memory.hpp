#pragma once
// The AXI4 memory behind a verilated machine: the shared MemoryModel, asked cycle by cycle.

#include <deque>

#include "driver/device/verilated/pins.hpp"
#include "sim/memory/memory_model.hpp"

namespace napier::driver {

class AxiMemory {
public:
    explicit AxiMemory(sim::MemoryModel& model) : model_(model) {}

    // Drives the memory's inputs of the machine in this cycle.
    void drive(uint64_t cycle, Inputs& in);
    // Takes the handshakes of this cycle; `in` as driven.
    void take(uint64_t cycle, const Inputs& in, const Outputs& out);
    // Forgets every transaction (hard reset).
    void clear();
    // True when nothing is outstanding.
    bool idle() const { return reads_.empty() && addresses_.empty() && beats_.empty() && answers_.empty(); }

private:
    struct Read {
        sim::MemoryModel::ReadBurst burst;
        uint32_t place;    // of the first byte
        uint32_t address;  // of the first beat
        uint32_t beats, sent;
        uint8_t id;
    };
    struct Answer {
        uint64_t cycle;
        bool error;
        uint8_t id;
    };
    void join_writes(uint64_t cycle);
    bool last(const Read& read) const;  // rlast of the beat to be sent

    sim::MemoryModel& model_;
    std::deque<Read> reads_;
    std::deque<AddressChannel> addresses_;  // accepted write addresses whose data is not complete
    std::deque<DataChannel> beats_;         // accepted write data that has not joined
    std::deque<Answer> answers_;
};

}  // namespace napier::driver
