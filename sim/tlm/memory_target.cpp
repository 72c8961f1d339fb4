#include "sim/tlm/memory_target.hpp"

#include <cstring>

namespace napier::sim {

using ::sc_core::sc_time;

MemoryTarget::MemoryTarget(::sc_core::sc_module_name name, const MemoryConfig& config, sc_time period)
    : sc_module(name), period_(period), model_(config) {
    socket.register_b_transport(this, &MemoryTarget::transport);
    socket.register_nb_transport_fw(this, &MemoryTarget::forward);
    socket.register_transport_dbg(this, &MemoryTarget::debug);
}

// When the beats come, and the delay to the last; false if the burst is answered with an error.
bool MemoryTarget::answer_beats(const ::tlm::tlm_generic_payload& payload, BeatTiming& timing, sc_time& delay) {
    if (timing.run != run_) model_.restart();
    run_ = timing.run;
    timing.answered = true;
    const auto address = uint32_t(payload.get_address());
    uint64_t end = 0;
    if (payload.is_write()) {
        timing.write = model_.join_write(timing.cycle, address, timing.beats);
        end = timing.write.answer;
    } else {
        timing.read = model_.join_read(timing.cycle, address, timing.beats);
        end = model_.beat_cycle(timing.read, timing.beats - 1);
    }
    const bool answered = end != ~uint64_t{0};  // else it never is, though its bytes move
    if (answered) delay += sc_time::from_value((end - timing.cycle) * period_.value());
    return !(payload.is_write() ? timing.write.error : timing.read.error);
}

void MemoryTarget::transport(::tlm::tlm_generic_payload& payload, sc_time& delay) {
    payload.set_dmi_allowed(false);
    if (payload.get_byte_enable_ptr() != nullptr) {
        return payload.set_response_status(::tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    }
    if (BeatTiming* timing = payload.get_extension<BeatTiming>()) {
        if (!answer_beats(payload, *timing, delay)) {
            return payload.set_response_status(::tlm::TLM_GENERIC_ERROR_RESPONSE);
        }
    } else {
        const MemoryConfig& config = model_.config();
        delay += period_ * double(payload.is_write() ? config.write_latency : config.read_latency);
    }
    move(payload);
}

// Everything about a burst is known as it comes: its answer is, too.
::tlm::tlm_sync_enum MemoryTarget::forward(::tlm::tlm_generic_payload& payload, ::tlm::tlm_phase& phase,
                                           sc_time& delay) {
    if (phase == ::tlm::BEGIN_REQ) transport(payload, delay);
    return ::tlm::TLM_COMPLETED;
}

unsigned MemoryTarget::debug(::tlm::tlm_generic_payload& payload) {
    move(payload);
    return payload.is_response_ok() ? payload.get_data_length() : 0;
}

void MemoryTarget::move(::tlm::tlm_generic_payload& payload) {
    const unsigned bytes = payload.get_data_length();
    if (payload.get_address() > ~uint32_t{0} || !model_.holds(payload.get_address(), bytes)) {
        return payload.set_response_status(::tlm::TLM_ADDRESS_ERROR_RESPONSE);
    }
    uint8_t* const place = model_.at(uint32_t(payload.get_address()));
    if (payload.is_read()) std::memcpy(payload.get_data_ptr(), place, bytes);
    if (payload.is_write()) std::memcpy(place, payload.get_data_ptr(), bytes);
    payload.set_response_status(::tlm::TLM_OK_RESPONSE);
}

}  // namespace napier::sim
