// Does a ring give back what it was given, in order, while it grows and wraps?

#include <catch2/catch.hpp>

#include <deque>
#include <memory>
#include <random>

#include "sim/base/ring.hpp"

using napier::sim::Ring;

TEST_CASE("a ring is a queue, whatever its length and place") {
    Ring<int> ring;
    std::deque<int> expected;
    std::mt19937_64 random(5);
    int next = 0;
    for (int step = 0; step < 20000; ++step) {
        const size_t most = size_t(1) << (step / 2000);
        if (expected.size() < most && random() % 2 == 0) {
            if (step % 3 == 0) {
                const auto make = [&] { return ring.size() == expected.size() ? next : -1; };
                REQUIRE(ring.emplace_back(make) == next);
            } else {
                ring.push_back(next);
            }
            expected.push_back(next++);
            REQUIRE(ring.back() == expected.back());
        } else if (!expected.empty()) {
            REQUIRE(ring.front() == expected.front());
            ring.pop_front();
            expected.pop_front();
        }
        REQUIRE(ring.size() == expected.size());
        REQUIRE(ring.empty() == expected.empty());
        const size_t i = expected.empty() ? 0 : random() % expected.size();
        if (!expected.empty()) REQUIRE(ring[i] == expected[i]);
    }
    REQUIRE(next > 1000);
    ring.clear();
    REQUIRE(ring.empty());
    ring.push_back(-1);
    REQUIRE(ring.front() == -1);
}

TEST_CASE("a ring moves what cannot be copied") {
    Ring<std::unique_ptr<int>> ring;
    for (int i = 0; i < 20; ++i) ring.push_back(std::make_unique<int>(i));
    for (int i = 0; i < 20; ++i, ring.pop_front()) REQUIRE(*ring.front() == i);
}
