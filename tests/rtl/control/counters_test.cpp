// Does every counter count its own event, only while counting is on, and wrap?

#include <catch2/catch.hpp>

#include <array>

#include "Vcounters.h"
#include "sw/spec/spec.hpp"
#include "tests/rtl/clocked.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

namespace {

constexpr int most_turns = 16;

class Bench {
public:
    Bench() {
        counters_->rst_ni = counters_->clear_i = counters_->count_i = counters_->commands_i = counters_->event_i = 0;
        counters_.tick();
        counters_->rst_ni = 1;
        check();
    }

    // One cycle with these inputs, and what the counters must hold after it.
    void cycle(bool count, bool clear, uint32_t events, uint32_t commands) {
        counters_->count_i = count;
        counters_->clear_i = clear;
        counters_->event_i = uint16_t(events);
        counters_->commands_i = uint8_t(commands);
        counters_.tick();
        for (int i = 0; i < spec::counter_count; ++i) {
            const uint32_t more = i == spec::counter_commands ? commands : events >> i & 1;
            expected_[size_t(i)] = clear ? 0 : expected_[size_t(i)] + (count ? more : 0);
        }
    }

    // Waits for each counter's turn.
    void check() {
        counters_->count_i = counters_->clear_i = 0;
        for (int i = 0; i < spec::counter_count; ++i) {
            counters_->index_i = uint8_t(i);
            counters_.settle();
            for (int cycle = 0; cycle < most_turns && !counters_->ready_o; ++cycle) counters_.tick();
            REQUIRE(counters_->ready_o);
            REQUIRE(counters_->value_o == expected_[size_t(i)]);
        }
    }
    // The counter whose turn it is, without waiting.
    void check_turn() {
        for (int i = 0; i < spec::counter_count; ++i) {
            counters_->index_i = uint8_t(i);
            counters_.settle();
            if (counters_->ready_o) REQUIRE(counters_->value_o == expected_[size_t(i)]);
        }
    }

private:
    Clocked<Vcounters> counters_;
    std::array<uint32_t, spec::counter_count> expected_{};
};

constexpr uint32_t all_events = (1u << spec::counter_count) - 1;

}  // namespace

TEST_CASE("each event counts on its own counter, and commands up to three a cycle") {
    Bench bench;
    for (int i = 0; i < spec::counter_count; ++i) {
        for (int times = 0; times <= i; ++times) bench.cycle(true, false, 1u << i, 0);
        bench.check();
    }
    for (uint32_t commands = 0; commands < 4; ++commands) {
        bench.cycle(true, false, 0, commands);
        bench.check();
    }
}

TEST_CASE("nothing counts while idle, and a clear goes before an event") {
    Bench bench;
    for (int i = 0; i < 5; ++i) bench.cycle(true, false, all_events, 3);
    for (int i = 0; i < 20; ++i) bench.cycle(false, false, all_events, 3);
    bench.check();
    bench.cycle(true, true, all_events, 3);
    bench.check();
    bench.cycle(false, true, all_events, 3);
    bench.check();
}

TEST_CASE("events of all kinds, with pauses and clears") {
    Random random(1);
    Bench bench;
    for (int i = 0; i < 20000; ++i) {
        bench.cycle(random.chance(70), random.chance(1), uint32_t(random.bits()) & all_events,
                    uint32_t(random.number(0, 3)));
        bench.check_turn();
        if (i % 16 == 0) bench.check();
    }
}

// Bits above the 16th, which random events never reach.
TEST_CASE("a counter carries into its high bits") {
    Bench bench;
    for (int i = 0; i < 70000; ++i) {
        bench.cycle(true, false, all_events, 3);
        bench.check_turn();
    }
    bench.check();
}

}  // namespace napier::test
