#pragma once
// A memory as a TLM-2.0 target. The accelerator's bursts are timed as sim/memory/memory_model.hpp says, to the cycle;
// any other initiator waits the latency alone.

#include "sim/memory/memory_model.hpp"
#include "sim/tlm/beat_timing.hpp"

namespace napier::sim {

class MemoryTarget : public ::sc_core::sc_module {
public:
    ::tlm_utils::simple_target_socket<MemoryTarget> socket{"socket"};

    // period: of the clock in whose cycles the configuration counts.
    MemoryTarget(::sc_core::sc_module_name name, const MemoryConfig& config,
                 ::sc_core::sc_time period = ::sc_core::sc_time(10, ::sc_core::SC_NS));

    // The bytes and the configuration; addresses are those on the socket.
    MemoryModel& model() { return model_; }

private:
    void transport(::tlm::tlm_generic_payload& payload, ::sc_core::sc_time& delay);
    ::tlm::tlm_sync_enum forward(::tlm::tlm_generic_payload& payload, ::tlm::tlm_phase& phase,
                                 ::sc_core::sc_time& delay);
    unsigned debug(::tlm::tlm_generic_payload& payload);
    bool answer_beats(const ::tlm::tlm_generic_payload& payload, BeatTiming& timing, ::sc_core::sc_time& delay);
    void move(::tlm::tlm_generic_payload& payload);

    const ::sc_core::sc_time period_;
    MemoryModel model_;
    uint64_t run_ = 0;  // of the accelerator's burst before
};

}  // namespace napier::sim
