#include "sim/tlm/accelerator.hpp"

#include <algorithm>
#include <cstring>

namespace napier::sim {

using ::sc_core::sc_time;
using ::sc_core::sc_time_stamp;
using ::sc_core::SC_ZERO_TIME;

namespace {
constexpr size_t stack_bytes = 1 << 20;
constexpr size_t register_bytes = 4;

// From now to a time; none if it has passed.
sc_time until(const sc_time& time) { return time - std::min(time, sc_time_stamp()); }
}  // namespace

Accelerator::Accelerator(::sc_core::sc_module_name name, const spec::Machine& machine, const MemoryConfig& window,
                         Timing timing, sc_time period)
    : sc_module(name), period_(period) {
    SC_HAS_PROCESS(Accelerator);
    become(machine, window, timing);
    registers.register_b_transport(this, &Accelerator::transport);
    registers.register_transport_dbg(this, &Accelerator::debug);
    memory.register_nb_transport_bw(this, &Accelerator::backward);
    SC_THREAD(run_process);
    set_stack_size(stack_bytes);
    SC_METHOD(drive_interrupt);
    sensitive << changed_;
}

void Accelerator::become(const spec::Machine& machine, const MemoryConfig& window, Timing timing) {
    machine_ = &machine;
    timing_ = timing;
    MemoryConfig config = window;
    config.beat_bytes = uint32_t(machine.beat_bytes);
    napier_.reset();
    bus_memory_ = std::make_unique<BusMemory>(
        config, [this](::tlm::tlm_generic_payload& payload, const BeatTiming& beats) { return carry(payload, beats); });
    napier_ = std::make_unique<Napier>(machine, *bus_memory_, true);
    origin_ = cycle_of(sc_time_stamp());
    look_at_interrupt(sc_time_stamp());
}

void Accelerator::configure(const MemoryConfig& window) {
    MemoryConfig config = window;
    config.beat_bytes = uint32_t(machine_->beat_bytes);
    bus_memory_->configure(config);
}

void Accelerator::reset() {
    napier_->reset();
    origin_ = cycle_of(sc_time_stamp());
    look_at_interrupt(sc_time_stamp());
    kicked_.notify(SC_ZERO_TIME);
}

Cycle Accelerator::cycle() {
    return std::max(napier_->cycle(), cycle_of(sc_time_stamp()) - origin_);
}

// The first cycle that begins at that time or later.
Cycle Accelerator::cycle_of(const sc_time& time) const {
    return (time.value() + period_.value() - 1) / period_.value();
}

// All that happens before the cycle has happened, unless the machine is further already.
void Accelerator::catch_up(Cycle absolute) {
    if (now() >= absolute) return;
    inside_ = true;
    napier_->advance(absolute - now());
    inside_ = false;
    left_.notify(SC_ZERO_TIME);
}

void Accelerator::transport(::tlm::tlm_generic_payload& payload, sc_time& delay) {
    while (inside_) wait(left_);
    if (timing_ == Timing::exact) {
        wait(time_of(cycle_of(sc_time_stamp() + delay)) - sc_time_stamp());
        delay = SC_ZERO_TIME;
    }
    catch_up(cycle_of(sc_time_stamp() + delay));
    const Cycle before = now();
    access(payload);
    origin_ = before - napier_->cycle();  // which a start made 0
    const sc_time end = time_of(before + access_cycles);
    if (timing_ == Timing::loose) catch_up(before + access_cycles);
    kicked_.notify(SC_ZERO_TIME);
    look_at_interrupt(time_of(before + 1));
    delay = until(end);
    if (timing_ == Timing::exact) {
        wait(delay);
        delay = SC_ZERO_TIME;
    }
}

void Accelerator::access(::tlm::tlm_generic_payload& payload) {
    payload.set_dmi_allowed(false);
    if (payload.get_byte_enable_ptr() != nullptr) {
        return payload.set_response_status(::tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    }
    if (payload.get_data_length() != register_bytes || payload.get_streaming_width() < register_bytes) {
        return payload.set_response_status(::tlm::TLM_BURST_ERROR_RESPONSE);
    }
    if (payload.get_address() % register_bytes != 0) {
        return payload.set_response_status(::tlm::TLM_ADDRESS_ERROR_RESPONSE);
    }
    uint32_t value = 0;
    if (payload.is_read()) {
        value = napier_->read_now(uint32_t(payload.get_address()));
        std::memcpy(payload.get_data_ptr(), &value, register_bytes);
    } else if (payload.is_write()) {
        std::memcpy(&value, payload.get_data_ptr(), register_bytes);
        napier_->write_now(uint32_t(payload.get_address()), value);
    }
    payload.set_response_status(::tlm::TLM_OK_RESPONSE);
}

// A look at a register; nothing changes and no time passes.
unsigned Accelerator::debug(::tlm::tlm_generic_payload& payload) {
    if (!payload.is_read() || payload.get_data_length() != register_bytes) return 0;
    if (payload.get_address() % register_bytes != 0) return 0;
    const uint32_t value = napier_->read_now(uint32_t(payload.get_address()));
    std::memcpy(payload.get_data_ptr(), &value, register_bytes);
    return register_bytes;
}

void Accelerator::drive_interrupt() {
    const Cycle cycle = cycle_of(sc_time_stamp());
    const bool quiet = napier_->next_event() == never || origin_ + napier_->next_event() >= cycle;
    if (!inside_ && quiet) catch_up(cycle);
    interrupt.write(napier_->interrupt());
    changes_.erase(changes_.begin(), changes_.upper_bound(sc_time_stamp()));
    if (!changes_.empty()) changed_.notify(until(*changes_.begin()));
}

// An event keeps the earliest of its times alone, so that the later ones are kept here.
void Accelerator::look_at_interrupt(const sc_time& time) {
    changes_.insert(std::max(time, sc_time_stamp()));
    changed_.notify(until(*changes_.begin()));
}

void Accelerator::run_process() {
    while (true) {
        const bool loose = timing_ == Timing::loose;
        if (napier_->next_event() == never || (loose && !works())) {
            wait(kicked_);
        } else if (loose) {
            run_loosely();
        } else {
            run_exactly();
        }
    }
}

// A program runs or drains. What an idle machine's queue still holds, such as the watchdog's look, does not count.
bool Accelerator::works() {
    const uint32_t status = napier_->read_now(spec::reg_status);
    return (status >> spec::status_busy_bit & 1) != 0 || (status >> spec::status_draining_bit & 1) != 0;
}

// A quantum at most, ahead of the others; then they have their turn.
void Accelerator::run_loosely() {
    const sc_time quantum = ::tlm::tlm_global_quantum::instance().get();
    const Cycle most = std::max<Cycle>(1, quantum.value() / period_.value());
    const bool before = napier_->interrupt();
    inside_ = true;
    if (before) napier_->advance(most);
    else napier_->wait_interrupt(most);
    inside_ = false;
    left_.notify(SC_ZERO_TIME);
    const sc_time rest = until(time_of(now()));
    if (napier_->interrupt() != before) look_at_interrupt(sc_time_stamp() + rest);
    wait(rest);
}

// The next cycle in which something happens; it does in the middle, so that what others do where cycles meet comes
// before it or after it.
void Accelerator::run_exactly() {
    const Cycle next = origin_ + napier_->next_event();
    const sc_time when = time_of(next) + half();
    if (when > sc_time_stamp()) {
        wait(when - sc_time_stamp(), kicked_);
        return;
    }
    const bool before = napier_->interrupt();
    catch_up(next + 1);
    if (napier_->interrupt() != before) look_at_interrupt(time_of(next + 1));
}

uint64_t Accelerator::carry(::tlm::tlm_generic_payload& payload, const BeatTiming& timing) {
    const sc_time begin = time_of(origin_ + timing.cycle) + half();
    sc_time delay = until(begin);
    if (timing_ == Timing::loose) {
        memory->b_transport(payload, delay);
    } else {
        carry_exactly(payload, delay);
    }
    const Cycle end = cycle_of(std::max(begin, sc_time_stamp() + delay) - half());
    return end - std::min(end, origin_);
}

// BEGIN_REQ; then the answer at once, its time annotated, or BEGIN_RESP later.
void Accelerator::carry_exactly(::tlm::tlm_generic_payload& payload, sc_time& delay) {
    ::tlm::tlm_phase phase = ::tlm::BEGIN_REQ;
    answer_came_ = false;
    const ::tlm::tlm_sync_enum status = memory->nb_transport_fw(payload, phase, delay);
    if (status == ::tlm::TLM_COMPLETED) return;
    if (status == ::tlm::TLM_UPDATED && phase == ::tlm::BEGIN_RESP) {
        phase = ::tlm::END_RESP;
        sc_time none = delay;
        memory->nb_transport_fw(payload, phase, none);
        return;
    }
    while (!answer_came_) wait(answered_);
    delay = until(answer_time_);
}

::tlm::tlm_sync_enum Accelerator::backward(::tlm::tlm_generic_payload&, ::tlm::tlm_phase& phase, sc_time& delay) {
    if (phase != ::tlm::BEGIN_RESP) return ::tlm::TLM_ACCEPTED;
    answer_came_ = true;
    answer_time_ = sc_time_stamp() + delay;
    answered_.notify(SC_ZERO_TIME);
    phase = ::tlm::END_RESP;
    return ::tlm::TLM_COMPLETED;
}

}  // namespace napier::sim
