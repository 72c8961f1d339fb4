#pragma once
// A value behind a register: what is written in cycle t is seen from t + 1 on.

#include "sim/base/event_queue.hpp"

namespace napier::sim {

// Writes come in order of time; reads are not for cycles before the last write.
template <typename T>
class Registered {
public:
    Registered() = default;
    explicit Registered(T value) : before_(value), now_(value) {}

    const T& at(Cycle cycle) const { return changed_ == never || cycle > changed_ ? now_ : before_; }
    // What is seen once everything written has come through.
    const T& next() const { return now_; }
    void set(Cycle cycle, T value) {
        if (cycle != changed_) before_ = now_;
        changed_ = cycle;
        now_ = value;
    }
    void add(Cycle cycle, T difference) { set(cycle, now_ + difference); }

private:
    T before_{}, now_{};
    Cycle changed_ = never;
};

}  // namespace napier::sim
