#pragma once
// The accelerator as a SystemC module: registers behind a target socket, its memory behind an initiator socket, and the
// interrupt line. docs/tlm.md says how to put it into a platform.

#include <memory>
#include <set>

#include "sim/napier.hpp"
#include "sim/tlm/bus_memory.hpp"
#include "sim/tlm/systemc.hpp"

namespace napier::sim {

// loose: loosely timed, ahead of the rest of the platform by at most the global quantum; register accesses and bursts
// are blocking transports. exact: approximately timed, every burst and the interrupt in its cycle; bursts are
// non-blocking transports.
enum class Timing : uint8_t { loose, exact };

class Accelerator : public ::sc_core::sc_module {
public:
    ::tlm_utils::simple_target_socket<Accelerator> registers{"registers"};
    ::tlm_utils::simple_initiator_socket<Accelerator> memory{"memory"};
    ::sc_core::sc_out<bool> interrupt{"interrupt"};

    // period: of the machine's clock. window: the memory that the machine may reach, base and size in bytes of the
    // addresses on its socket; the module keeps a copy of as many bytes.
    Accelerator(::sc_core::sc_module_name name, const spec::Machine& machine, const MemoryConfig& window,
                Timing timing, ::sc_core::sc_time period = ::sc_core::sc_time(10, ::sc_core::SC_NS));

    // Another machine, memory and timing in the place of the first, as after power-up; not while a program runs.
    void become(const spec::Machine& machine, const MemoryConfig& window, Timing timing);
    // Hard reset: as the pin.
    void reset();
    // Another window from the next start on.
    void configure(const MemoryConfig& window);

    const spec::Machine& machine() const { return *machine_; }
    const ::sc_core::sc_time& period() const { return period_; }
    // Cycles since the machine was started or reset, at the present time of the calling process.
    Cycle cycle();
    const CommandTrace& trace() const { return napier_->trace(); }

private:
    static constexpr Cycle access_cycles = 2;  // of a register access on AXI4-Lite

    void transport(::tlm::tlm_generic_payload& payload, ::sc_core::sc_time& delay);
    unsigned debug(::tlm::tlm_generic_payload& payload);
    ::tlm::tlm_sync_enum backward(::tlm::tlm_generic_payload& payload, ::tlm::tlm_phase& phase,
                                  ::sc_core::sc_time& delay);
    uint64_t carry(::tlm::tlm_generic_payload& payload, const BeatTiming& timing);
    void carry_exactly(::tlm::tlm_generic_payload& payload, ::sc_core::sc_time& delay);

    void run_process();
    bool works();
    void run_loosely();
    void run_exactly();
    void drive_interrupt();
    void look_at_interrupt(const ::sc_core::sc_time& time);
    void access(::tlm::tlm_generic_payload& payload);
    void catch_up(Cycle absolute);
    Cycle now() const { return origin_ + napier_->cycle(); }
    ::sc_core::sc_time time_of(Cycle absolute) const {
        return ::sc_core::sc_time::from_value(absolute * period_.value());
    }
    ::sc_core::sc_time half() const { return ::sc_core::sc_time::from_value(period_.value() / 2); }
    Cycle cycle_of(const ::sc_core::sc_time& time) const;

    const ::sc_core::sc_time period_;
    const spec::Machine* machine_ = nullptr;
    Timing timing_;
    std::unique_ptr<BusMemory> bus_memory_;
    std::unique_ptr<Napier> napier_;
    Cycle origin_ = 0;  // cycles since the simulation began, of the machine's cycle 0
    bool inside_ = false;  // the simulator is at work; a burst of it may be waiting for its memory
    bool answer_came_ = false;
    ::sc_core::sc_time answer_time_;
    ::sc_core::sc_event left_, kicked_, answered_, changed_;
    std::set<::sc_core::sc_time> changes_;  // when the interrupt line may change
};

}  // namespace napier::sim
