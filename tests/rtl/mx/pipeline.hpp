#pragma once
// A pipelined unit with valid_i and valid_o: what goes in comes out `latency` cycles later, in every cycle or not.

#include <catch2/catch.hpp>

#include <cstdint>
#include <deque>
#include <optional>

#include "tests/rtl/clocked.hpp"

namespace napier::test {

template <typename Module, typename Expected>
class Pipeline {
public:
    explicit Pipeline(uint64_t latency) : latency_(latency) {
        module_->rst_ni = 0;
        module_->valid_i = 1;
        for (uint64_t i = 0; i <= latency; ++i) module_.tick();
        module_->valid_i = 0;
        module_->rst_ni = 1;
    }

    Module* operator->() { return &*module_.operator->(); }

    // The operands on the ports are valid; `expected` goes with them.
    void put(const Expected& expected) {
        module_->valid_i = 1;
        due_.push_back({cycle_ + latency_, expected});
    }

    // The expectation of the result that stands on the outputs, if there is one, whatever the inputs now are.
    // valid_o is as it must be, or finish() fails. Not settled: the inputs did not reach the outputs yet.
    std::optional<Expected> output(bool settled = true) {
        if (settled) module_.settle();
        const bool expected = !due_.empty() && due_.front().cycle == cycle_;
        right_ = right_ && (module_->valid_o != 0) == expected;
        if (!expected) return std::nullopt;
        const Expected value = due_.front().expected;
        due_.pop_front();
        return value;
    }
    // One cycle.
    void tick() {
        module_.tick();
        module_->valid_i = 0;
        ++cycle_;
    }

    // Counts a wrong result; true for the first one, which is worth a description.
    bool count_wrong() { return wrong_++ == 0; }

    // Steps until all that went in has come out; nothing was wrong, too much, or late.
    template <typename Step>
    void finish(const Step& step) {
        for (uint64_t i = 0; i <= latency_; ++i) step();
        REQUIRE(wrong_ == 0);
        REQUIRE(due_.empty());
        REQUIRE(right_);
    }

private:
    struct Due {
        uint64_t cycle;
        Expected expected;
    };
    Clocked<Module> module_;
    std::deque<Due> due_;
    uint64_t latency_, cycle_ = 0;
    int wrong_ = 0;
    bool right_ = true;  // valid_o so far
};

}  // namespace napier::test
