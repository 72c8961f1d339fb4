// Are wake-ups handled in order of cycle, then order, then request, and never lost?

#include <catch2/catch.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <random>
#include <tuple>

#include "sim/base/event_queue.hpp"
#include "sw/base/error.hpp"

using namespace napier::sim;

namespace {

struct Recorder : Block {
    std::vector<std::pair<Cycle, int>> seen;
    void wake(Cycle cycle, int what) override { seen.emplace_back(cycle, what); }
};

}  // namespace

TEST_CASE("wake-ups come by cycle, order, request") {
    EventQueue queue;
    Recorder recorder;
    std::mt19937_64 random(7);
    std::vector<std::tuple<Cycle, Order, int>> expected;
    for (int i = 0; i < 2000; ++i) {
        const Cycle cycle = random() % 300;
        const auto order = Order(random() % 9);
        queue.schedule(cycle, order, recorder, i);
        expected.emplace_back(cycle, order, i);
    }
    std::stable_sort(expected.begin(), expected.end());
    REQUIRE_FALSE(queue.run_until(1000));
    REQUIRE(recorder.seen.size() == expected.size());
    for (size_t i = 0; i < expected.size(); ++i) {
        REQUIRE(recorder.seen[i].first == std::get<0>(expected[i]));
        REQUIRE(recorder.seen[i].second == std::get<2>(expected[i]));
    }
    REQUIRE(queue.now() == 1000);
    REQUIRE(queue.empty());
}

TEST_CASE("a block may ask for more in the cycle in which it is woken") {
    struct Chain : Block {
        EventQueue& queue;
        int left = 5;
        std::vector<Cycle> cycles;
        explicit Chain(EventQueue& the_queue) : queue(the_queue) {}
        void wake(Cycle cycle, int) override {
            cycles.push_back(cycle);
            if (left-- > 0) queue.schedule(cycle + (left % 2), Order::fetch, *this);
        }
    };
    EventQueue queue;
    Chain chain(queue);
    queue.schedule(3, Order::memory, chain);
    queue.run_until(100);
    REQUIRE(chain.cycles == std::vector<Cycle>{3, 3, 4, 4, 5, 5});
}

TEST_CASE("wake-ups near and far come in order while more are asked for") {
    // Asks for up to two more at every wake-up, and expects the earliest of all that were asked for.
    struct Sower : Block {
        EventQueue& queue;
        std::mt19937_64 random{11};
        std::map<std::tuple<Cycle, Order, int>, int> waiting;
        int sequence = 0, seen = 0;
        explicit Sower(EventQueue& the_queue) : queue(the_queue) {}
        void sow(Cycle cycle, Order order) {
            waiting[{cycle, order, sequence}] = sequence;
            queue.schedule(cycle, order, *this, sequence++);
        }
        void wake(Cycle cycle, int what) override {
            REQUIRE_FALSE(waiting.empty());
            REQUIRE(std::get<0>(waiting.begin()->first) == cycle);
            REQUIRE(waiting.begin()->second == what);
            waiting.erase(waiting.begin());
            ++seen;
            static constexpr Cycle reaches[] = {2, 10, 300, 255, 256, 257, 3000, 100000};
            for (int i = int(random() % 3); i > 0 && sequence < 20000; --i) {
                sow(cycle + 1 + random() % reaches[random() % std::size(reaches)], Order(random() % 10));
            }
        }
    };
    EventQueue queue;
    Sower sower(queue);
    for (int i = 0; i < 50; ++i) sower.sow(Cycle(i * 7), Order::end);
    for (Cycle until = 0; !queue.empty(); until += 1 + until / 3) {
        REQUIRE(queue.next() == std::get<0>(sower.waiting.begin()->first));
        queue.run_until(until);
        REQUIRE(queue.now() == until);
    }
    REQUIRE(sower.waiting.empty());
    REQUIRE(sower.seen == sower.sequence);
    REQUIRE(sower.seen > 100);
}

TEST_CASE("a cleared queue forgets everything and begins in cycle 0") {
    EventQueue queue;
    Recorder recorder;
    for (const Cycle cycle : {Cycle{3}, Cycle{200}, Cycle{70000}}) queue.schedule(cycle, Order::issue, recorder);
    queue.run_until(100);
    queue.clear();
    REQUIRE(queue.empty());
    REQUIRE(queue.next() == never);
    queue.schedule(0, Order::memory, recorder, 9);
    queue.run_until(100000);
    REQUIRE(recorder.seen == std::vector<std::pair<Cycle, int>>{{3, 0}, {0, 9}});
}

TEST_CASE("run_until stops after its last cycle and on request, and goes on from there") {
    EventQueue queue;
    Recorder recorder;
    queue.schedule(5, Order::end, recorder);
    queue.schedule(6, Order::end, recorder);
    queue.run_until(5);
    REQUIRE(recorder.seen.size() == 1);
    REQUIRE(queue.now() == 5);
    queue.run_until(6);
    REQUIRE(recorder.seen.size() == 2);
    REQUIRE_THROWS_AS(queue.schedule(5, Order::end, recorder), napier::Error);
}
