#pragma once
// The simulator's memory where the bytes are behind a TLM socket: each burst becomes a transaction as it joins, and
// the simulator works on a copy of the bytes it moves.

#include <functional>

#include "sim/memory/memory_model.hpp"
#include "sim/tlm/beat_timing.hpp"

namespace napier::sim {

class BusMemory : public MemoryModel, private ::tlm::tlm_mm_interface {
public:
    // Carries a transaction out, in the cycle of the run that its BeatTiming says; returns the cycle of the run in
    // which it is complete.
    using Carry = std::function<uint64_t(::tlm::tlm_generic_payload&, const BeatTiming&)>;

    // Of the configuration the place of the memory counts, beat_bytes, and when the bus is not ready.
    BusMemory(const MemoryConfig& config, Carry carry);
    ~BusMemory() override { payload_.clear_extension(&timing_); }

    void restart() override;
    ReadBurst join_read(uint64_t cycle, uint32_t address, uint32_t beats) override;
    WriteBurst join_write(uint64_t cycle, uint32_t address, uint32_t beats) override;
    void wrote(WriteBurst& burst, uint32_t address, uint32_t bytes) override;

private:
    struct Answer {
        uint64_t cycle;
        bool error;
    };
    void begin(uint64_t cycle, uint32_t beats);
    Answer carry(::tlm::tlm_command command, uint32_t address, uint32_t bytes);
    void free(::tlm::tlm_generic_payload*) override {}  // the one payload serves again

    const Carry carry_;
    ::tlm::tlm_generic_payload payload_;
    BeatTiming timing_;  // of the burst under way
    uint64_t run_ = 0;
    uint64_t last_answer_ = 0;  // to a write; answers come one after the other
};

}  // namespace napier::sim
