#pragma once
// What a burst on the accelerator's memory socket says beyond the generic payload: when it was accepted and, from a
// memory that knows, when each of its beats comes. Memories that do not look at it serve the accelerator as well; it
// then takes the delay they annotate for the time of the last beat, and beats that follow each other.

#include "sim/memory/memory_model.hpp"
#include "sim/tlm/systemc.hpp"

namespace napier::sim {

class BeatTiming : public ::tlm::tlm_extension<BeatTiming> {
public:
    // From the accelerator.
    uint64_t run = 0;    // another with every start and reset; cycles and bursts are numbered from there
    uint64_t cycle = 0;  // of the handshake that joins the burst to the memory, in this run
    uint32_t beats = 0;
    // From the memory, in cycles of this run.
    bool answered = false;
    MemoryModel::ReadBurst read;
    MemoryModel::WriteBurst write;

    ::tlm::tlm_extension_base* clone() const override { return new BeatTiming(*this); }
    void copy_from(const ::tlm::tlm_extension_base& other) override {
        *this = static_cast<const BeatTiming&>(other);
    }
};

}  // namespace napier::sim
