#include "driver/device/verilated/axi_memory.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

namespace napier::driver {

namespace {
constexpr uint8_t okay = 0, slave_error = 2;
using Channel = sim::MemoryModel::Channel;
}  // namespace

void AxiMemory::drive(uint64_t cycle, Inputs& in) {
    in.memory_arready = model_.ready(Channel::read_address, cycle);
    in.memory_awready = model_.ready(Channel::write_address, cycle);
    in.memory_wready = model_.ready(Channel::write_data, cycle);
    in.memory_rvalid = !reads_.empty() && model_.beat_cycle(reads_.front().burst, reads_.front().sent) <= cycle;
    if (in.memory_rvalid) {
        const Read& read = reads_.front();
        const uint32_t bytes = model_.config().beat_bytes;
        in.memory_rid = read.id;
        in.memory_rlast = last(read);
        const bool error = read.burst.error && (read.burst.error_beat < 0 || read.burst.error_beat == read.sent);
        in.memory_rresp = error ? slave_error : okay;
        const uint32_t address = read.address + read.sent * bytes;
        if (error) in.memory_rdata.fill(0);
        else std::memcpy(in.memory_rdata.data(), model_.at(address), bytes);
        const auto flip = model_.flip(read.burst, read.place);
        if (flip && flip->address - address < bytes) in.memory_rdata[flip->address - address] ^= flip->bits;
    }
    in.memory_bvalid = !answers_.empty() && answers_.front().cycle <= cycle;
    if (in.memory_bvalid) {
        in.memory_bid = answers_.front().id;
        in.memory_bresp = answers_.front().error ? slave_error : okay;
    }
}

bool AxiMemory::last(const Read& read) const {
    const sim::MemoryConfig& config = model_.config();
    if (read.burst.number == config.last_missing) return false;
    if (read.burst.number == config.last_early && read.beats > 1) return read.sent + 2 == read.beats;
    return read.sent + 1 == read.beats;
}

void AxiMemory::take(uint64_t cycle, const Inputs& in, const Outputs& out) {
    if (in.memory_rvalid && out.memory_rready && ++reads_.front().sent == reads_.front().beats) reads_.pop_front();
    if (in.memory_bvalid && out.memory_bready) answers_.pop_front();
    if (out.read.valid && in.memory_arready) {
        const uint32_t beats = out.read.length + 1u;
        const uint32_t first = out.read.address - out.read.address % model_.config().beat_bytes;
        const auto burst = model_.join_read(cycle, out.read.address, beats);
        reads_.push_back({burst, out.read.address, first, beats, 0, out.read.id});
    }
    if (out.write.valid && in.memory_awready) addresses_.push_back(out.write);
    if (out.write_data.valid && in.memory_wready) beats_.push_back(out.write_data);
    join_writes(cycle);
}

// At most one write can join in a cycle: one address or one last beat was accepted.
void AxiMemory::join_writes(uint64_t cycle) {
    if (addresses_.empty()) return;
    const AddressChannel address = addresses_.front();
    const size_t beats = address.length + 1u;
    if (beats_.size() < beats) return;
    const auto burst = model_.join_write(cycle, address.address, uint32_t(beats));
    const uint32_t bytes = model_.config().beat_bytes;
    const uint32_t first = address.address - address.address % bytes;
    // The strobes are one run of bytes.
    std::vector<uint8_t> written;
    uint32_t start = 0;
    for (uint32_t beat = 0; beat < beats; ++beat) {
        const DataChannel data = beats_.front();
        beats_.pop_front();
        for (uint32_t i = 0; i < bytes; ++i) {
            if ((data.strobe >> i & 1) == 0) continue;
            if (written.empty()) start = first + beat * bytes + i;
            written.push_back(data.data[i]);
        }
    }
    if (!burst.error && !written.empty()) model_.store(burst, start, written.data(), uint32_t(written.size()));
    addresses_.pop_front();
    answers_.push_back({burst.answer, burst.error, address.id});
}

void AxiMemory::clear() {
    reads_.clear();
    addresses_.clear();
    beats_.clear();
    answers_.clear();
}

}  // namespace napier::driver
