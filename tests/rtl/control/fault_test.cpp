// Does the first error stay, the first source of a cycle go before the others, and the watchdog bark in its cycle?

#include <catch2/catch.hpp>

#include "Vfault.h"
#include "sw/spec/spec.hpp"
#include "tests/rtl/clocked.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

namespace {

constexpr int sources = 4;  // fetch, load, exec, store, in the order of their priority

struct Error {
    uint32_t code = 0, address = 0, command = 0;
    bool operator==(const Error&) const = default;
};

struct Inputs {
    bool clear = false, busy = true, progress = false, overflow = false;
    bool valid[sources] = {};
    Error error[sources];
};

// The module beside its definition, told by the cycle.
class Bench {
public:
    explicit Bench(uint32_t watchdog) : watchdog_(watchdog) {
        fault_->rst_ni = 0;
        drive({});
        fault_.tick();
        fault_->rst_ni = 1;
    }

    void cycle(const Inputs& in) {
        drive(in);
        fault_.settle();
        const bool expired = watchdog_ != 0 && quiet_ == watchdog_;
        const bool any = in.valid[0] || in.valid[1] || in.valid[2] || in.valid[3] || in.overflow || expired;
        REQUIRE(fault_->expired_o == (in.busy && expired));
        check();
        fault_.tick();
        advance(in, in.busy && any, in.busy && expired);
        check();
    }

    bool halted() const { return halted_; }
    bool abandoned() const { return abandoned_; }
    const Error& error() const { return error_; }

private:
    void advance(const Inputs& in, bool raised, bool expired) {
        if (in.clear) {
            halted_ = abandoned_ = false;
            error_ = {};
        } else if (raised) {
            if (!halted_) error_ = first(in);
            halted_ = true;
            abandoned_ = abandoned_ || expired;
        }
        quiet_ = in.progress || !in.busy ? 0 : quiet_ + 1;
    }
    static Error first(const Inputs& in) {
        for (int i = 0; i < sources; ++i)
            if (in.valid[i]) return in.error[i];
        return {uint32_t(in.overflow ? spec::ErrorCode::token_overflow : spec::ErrorCode::watchdog), 0, 0};
    }
    void check() {
        REQUIRE(fault_->halted_o == halted_);
        REQUIRE(fault_->abandoned_o == abandoned_);
        REQUIRE(Error{fault_->code_o, fault_->address_o, fault_->command_o} == error_);
    }
    void drive(const Inputs& in) {
        fault_->clear_i = in.clear, fault_->busy_i = in.busy, fault_->progress_i = in.progress;
        fault_->watchdog_i = watchdog_, fault_->overflow_i = in.overflow;
        fault_->fetch_valid_i = in.valid[0], fault_->load_valid_i = in.valid[1];
        fault_->exec_valid_i = in.valid[2], fault_->store_valid_i = in.valid[3];
        fault_->fetch_code_i = uint8_t(in.error[0].code), fault_->load_code_i = uint8_t(in.error[1].code);
        fault_->exec_code_i = uint8_t(in.error[2].code), fault_->store_code_i = uint8_t(in.error[3].code);
        fault_->fetch_address_i = in.error[0].address, fault_->load_address_i = in.error[1].address;
        fault_->exec_address_i = in.error[2].address, fault_->store_address_i = in.error[3].address;
        fault_->fetch_command_i = in.error[0].command, fault_->load_command_i = in.error[1].command;
        fault_->exec_command_i = in.error[2].command, fault_->store_command_i = in.error[3].command;
    }

    const uint32_t watchdog_;
    Clocked<Vfault> fault_;
    uint64_t quiet_ = 0;  // cycles since the last with progress, or without a program
    bool halted_ = false, abandoned_ = false;
    Error error_;
};

Inputs random_inputs(Random& random) {
    Inputs in;
    for (Error& error : in.error) {
        error = {uint32_t(random.number(1, 9)), uint32_t(random.bits()), uint32_t(random.bits()) & 0xffffff};
    }
    return in;
}

}  // namespace

TEST_CASE("every set of sources in one cycle") {
    Random random(1);
    for (uint32_t set = 0; set < 32; ++set) {
        for (const bool busy : {true, false}) {
            Bench bench(0);
            Inputs in = random_inputs(random);
            in.busy = busy;
            for (int i = 0; i < sources; ++i) in.valid[i] = (set >> i & 1) != 0;
            in.overflow = (set >> sources & 1) != 0;
            bench.cycle(in);
            REQUIRE(bench.halted() == (busy && set != 0));
            bench.cycle(random_inputs(random));
            Inputs later = random_inputs(random);
            later.valid[0] = true;
            bench.cycle(later);
            Inputs clear = later;
            clear.clear = true;
            bench.cycle(clear);
            REQUIRE_FALSE(bench.halted());
        }
    }
}

TEST_CASE("the watchdog barks its number of cycles after the last progress") {
    for (const uint32_t watchdog : {1u, 2u, 7u, 100u, 65536u + 3u}) {
        Bench bench(watchdog);
        Inputs idle;
        idle.busy = false;
        for (int i = 0; i < 300; ++i) bench.cycle(idle);
        Inputs progress;
        progress.progress = true;
        bench.cycle(progress);
        for (uint32_t i = 0; i < watchdog; ++i) {
            REQUIRE_FALSE(bench.halted());
            bench.cycle({});
        }
        REQUIRE_FALSE(bench.halted());
        bench.cycle({});
        REQUIRE(bench.halted());
        REQUIRE(bench.abandoned());
        REQUIRE(bench.error() == Error{uint32_t(spec::ErrorCode::watchdog), 0, 0});
    }
}

TEST_CASE("a halted machine that does not drain is abandoned, and keeps its error") {
    Random random(2);
    Bench bench(20);
    Inputs in = random_inputs(random);
    in.valid[2] = true;
    bench.cycle(in);
    for (int i = 0; i < 10; ++i) {
        Inputs progress;
        progress.progress = true;
        bench.cycle(progress);
    }
    for (int i = 0; i < 25; ++i) bench.cycle({});
    REQUIRE(bench.abandoned());
    REQUIRE(bench.error() == in.error[2]);
}

TEST_CASE("random faults, progress, ends and clears") {
    Random random(3);
    for (const uint32_t watchdog : {0u, 1u, 5u, 40u}) {
        Bench bench(watchdog);
        int halts = 0;
        for (int i = 0; i < 20000; ++i) {
            Inputs in = random_inputs(random);
            in.clear = random.chance(2);
            in.busy = random.chance(90);
            in.progress = random.chance(i / 1000 % 2 == 0 ? 50 : 5);
            in.overflow = random.chance(1);
            for (bool& valid : in.valid) valid = random.chance(1);
            const bool before = bench.halted();
            bench.cycle(in);
            halts += bench.halted() && !before;
        }
        REQUIRE(halts > 100);
    }
}

}  // namespace napier::test
