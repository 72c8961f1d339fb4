#include "sim/tlm/bus_memory.hpp"

#include <algorithm>

namespace napier::sim {

BusMemory::BusMemory(const MemoryConfig& config, Carry carry)
    : MemoryModel(config), carry_(std::move(carry)), payload_(this) {
    payload_.set_extension(&timing_);
    payload_.set_byte_enable_ptr(nullptr);
}

void BusMemory::restart() {
    MemoryModel::restart();
    static uint64_t runs = 0;  // of all accelerators: no memory takes the run of one for that of another
    run_ = ++runs;
    last_answer_ = 0;
}

void BusMemory::begin(uint64_t cycle, uint32_t beats) {
    timing_.run = run_;
    timing_.cycle = cycle;
    timing_.beats = beats;
    timing_.answered = false;
}

BusMemory::Answer BusMemory::carry(::tlm::tlm_command command, uint32_t address, uint32_t bytes) {
    payload_.set_command(command);
    payload_.set_address(address);
    payload_.set_data_ptr(at(address));
    payload_.set_data_length(bytes);
    payload_.set_streaming_width(bytes);
    payload_.set_dmi_allowed(false);
    payload_.set_response_status(::tlm::TLM_INCOMPLETE_RESPONSE);
    payload_.acquire();
    const uint64_t complete = carry_(payload_, timing_);
    payload_.release();
    return {complete, payload_.is_response_error()};
}

MemoryModel::ReadBurst BusMemory::join_read(uint64_t cycle, uint32_t address, uint32_t beats) {
    const uint32_t first = address - address % config().beat_bytes;
    begin(cycle, beats);
    ReadBurst burst;
    if (outside(address, beats)) {
        burst.error = true;
        burst.start = (cycle + config().read_latency) << 16;
        return burst;
    }
    const Answer answer = carry(::tlm::TLM_READ_COMMAND, first, beats * config().beat_bytes);
    if (timing_.answered) return timing_.read;
    burst.error = answer.error;
    // The last beat comes when the transaction is complete, no beat in the cycle of the handshake.
    burst.start = std::max(cycle + 1, answer.cycle >= beats ? answer.cycle + 1 - beats : 0) << 16;
    return burst;
}

// The bytes are not there yet; where they stand decides about an error of the address alone.
MemoryModel::WriteBurst BusMemory::join_write(uint64_t cycle, uint32_t address, uint32_t beats) {
    begin(cycle, beats);
    return {0, outside(address, beats)};
}

void BusMemory::wrote(WriteBurst& burst, uint32_t address, uint32_t bytes) {
    uint64_t complete = timing_.cycle + config().write_latency;
    if (!burst.error) {
        const Answer answer = carry(::tlm::TLM_WRITE_COMMAND, address, bytes);
        if (timing_.answered) {
            burst = timing_.write;
            return;
        }
        burst.error = answer.error;
        complete = answer.cycle;
    }
    burst.answer = std::max({complete, timing_.cycle + 2, last_answer_ + 1});
    last_answer_ = burst.answer;
}

}  // namespace napier::sim
