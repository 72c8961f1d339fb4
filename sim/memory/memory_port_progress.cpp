// Of the memory port: the handshakes seen up to a cycle, for the watchdog and for a machine that was stopped.

#include <algorithm>

#include "sim/memory/memory_port.hpp"

namespace napier::sim {

uint32_t WriteData::until(Cycle cycle) const {
    const auto past = std::upper_bound(accepted.begin(), accepted.end(), cycle);
    if (!accepted.empty()) return uint32_t(past - accepted.begin());
    return cycle < first ? 0 : uint32_t(std::min(cycle, last) - first + 1);
}

void MemoryPort::progress(Cycle cycle) {
    if (cycle > progress_) {
        progress_before_ = progress_;
        progress_ = cycle;
    } else if (cycle < progress_) {
        progress_before_ = std::max(progress_before_, cycle);
    }
}

Cycle MemoryPort::last_progress(const Write& write, Cycle cycle) {
    Cycle last = write.address_accepted <= cycle ? write.address_accepted : 0;
    const uint32_t beats = write.data.until(cycle);
    if (beats == 0) return last;
    return std::max(last, write.data.accepted.empty() ? write.data.first + beats - 1 : write.data.accepted[beats - 1]);
}

Cycle MemoryPort::last_progress(Cycle cycle) {
    settle();
    Cycle last = progress_ <= cycle ? progress_ : progress_before_;
    for (size_t i = 0; i < writing_.size(); ++i) last = std::max(last, last_progress(writing_[i], cycle));
    for (size_t i = 0; i < reading_.size(); ++i) {
        const Read& read = reading_[i];
        if (read.joined <= cycle) last = std::max(last, read.joined);
        for (uint32_t beat = 0; beat < read.bus.beats; ++beat) {
            const Cycle when = context_.memory.beat_cycle(read.burst, beat);
            if (when > cycle) break;
            last = std::max(last, when);
        }
    }
    return last;
}

void MemoryPort::count_unfinished(Cycle cycle) {
    for (size_t i = 0; i < reading_.size(); ++i) {
        const Read& read = reading_[i];
        if (read.joined > cycle) --context_.counters[spec::counter_read_bursts];
        uint32_t beats = 0;
        while (beats < read.bus.beats && context_.memory.beat_cycle(read.burst, beats) <= cycle) ++beats;
        context_.counters[spec::counter_read_beats] += beats;
    }
    for (size_t i = 0; i < writing_.size(); ++i) {
        const Write& write = writing_[i];
        if (write.address_accepted <= cycle) ++context_.counters[spec::counter_write_bursts];
        context_.counters[spec::counter_write_beats] += write.data.until(cycle);
    }
}

}  // namespace napier::sim
