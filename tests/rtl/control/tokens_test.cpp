// Do the six token counters give to the right queue, a cycle later, and notice when one is full?

#include <catch2/catch.hpp>

#include "Vtokens.h"
#include "sw/spec/spec.hpp"
#include "tests/rtl/clocked.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

namespace {

constexpr int queues = 3;  // load, exec, store
// The queues that bits 0 and 1 of each queue's masks name.
constexpr int peer[queues][2] = {{1, 2}, {0, 2}, {0, 1}};

class Bench {
public:
    Bench() {
        tokens_->rst_ni = 0;
        tokens_->clear_i = 0;
        drive();
        tokens_.tick();
        tokens_->rst_ni = 1;
    }

    // One cycle: the masks of the heads, who starts (if it may), who ends with which mask.
    void cycle(Random& random, int end_percent) {
        for (int queue = 0; queue < queues; ++queue) {
            wait_[queue] = int(random.number(0, 3));
            end_[queue] = random.number(0, 99) < end_percent;
            signal_[queue] = int(random.number(0, 3));
            start_[queue] = false;
        }
        drive();
        tokens_.settle();
        for (int queue = 0; queue < queues; ++queue) {
            REQUIRE(ready(queue) == expected_ready(queue));
            start_[queue] = ready(queue) && random.number(0, 1) != 0;
        }
        drive();
        tokens_.settle();
        for (int queue = 0; queue < queues; ++queue) REQUIRE(ready(queue) == expected_ready(queue));
        REQUIRE(tokens_->overflow_o == step());
        tokens_.tick();
    }

    void clear() {
        tokens_->clear_i = 1;
        tokens_.tick();
        tokens_->clear_i = 0;
        for (auto& from : count_) for (int& count : from) count = 0;
    }

private:
    bool ready(int queue) {
        return queue == 0 ? tokens_->load_ready_o : queue == 1 ? tokens_->exec_ready_o : tokens_->store_ready_o;
    }
    bool expected_ready(int queue) const {
        for (int bit = 0; bit < 2; ++bit)
            if ((wait_[queue] >> bit & 1) != 0 && count_[peer[queue][bit]][queue] == 0) return false;
        return true;
    }
    // Moves the tokens; true if a counter overflows. A counter wraps as the RTL's does.
    bool step() {
        bool overflow = false;
        for (int from = 0; from < queues; ++from) {
            for (int bit = 0; bit < 2; ++bit) {
                const int to = peer[from][bit];
                const int back = peer[to][0] == from ? 0 : 1;
                const bool give = end_[from] && (signal_[from] >> bit & 1) != 0;
                const bool take = start_[to] && (wait_[to] >> back & 1) != 0;
                int& count = count_[from][to];
                overflow = overflow || (give && !take && count == int(spec::token_max));
                count = (count + give - take) & int(spec::token_max);
            }
        }
        return overflow;
    }
    void drive() {
        tokens_->load_wait_i = uint8_t(wait_[0]), tokens_->exec_wait_i = uint8_t(wait_[1]);
        tokens_->store_wait_i = uint8_t(wait_[2]);
        tokens_->load_start_i = start_[0], tokens_->exec_start_i = start_[1], tokens_->store_start_i = start_[2];
        tokens_->load_end_i = end_[0], tokens_->exec_end_i = end_[1], tokens_->store_end_i = end_[2];
        tokens_->load_signal_i = uint8_t(signal_[0]), tokens_->exec_signal_i = uint8_t(signal_[1]);
        tokens_->store_signal_i = uint8_t(signal_[2]);
    }

    Clocked<Vtokens> tokens_;
    int count_[queues][queues] = {};
    int wait_[queues] = {}, signal_[queues] = {};
    bool start_[queues] = {}, end_[queues] = {};
};

}  // namespace

TEST_CASE("tokens are given, taken and counted for every pair of queues") {
    Random random(1);
    Bench bench;
    for (int round = 0; round < 20; ++round) {
        for (int i = 0; i < 500; ++i) bench.cycle(random, round % 2 == 0 ? 30 : 90);
        bench.clear();
    }
}

}  // namespace napier::test
