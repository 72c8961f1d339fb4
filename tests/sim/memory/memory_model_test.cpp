// Does the memory answer in the cycles that its contract names, however it is asked?

#include <catch2/catch.hpp>

#include "sim/memory/memory_model.hpp"
#include "sw/base/error.hpp"

using napier::sim::MemoryConfig;
using napier::sim::MemoryModel;

namespace {

MemoryConfig plain() {
    MemoryConfig config;
    config.base = 0x1000;
    config.size = 0x1000;
    config.beat_bytes = 4;
    config.bytes_per_cycle = 4;
    config.read_latency = 10;
    config.write_latency = 5;
    return config;
}

}  // namespace

TEST_CASE("reads are served first come first served, a beat a cycle") {
    MemoryModel memory(plain());
    const auto first = memory.join_read(100, 0x1000, 4), second = memory.join_read(101, 0x1000, 2);
    REQUIRE(memory.beat_cycle(first, 0) == 110);
    REQUIRE(memory.beat_cycle(first, 3) == 113);
    REQUIRE(memory.beat_cycle(second, 0) == 114);
    const auto late = memory.join_read(200, 0x1000, 1);
    REQUIRE(memory.beat_cycle(late, 0) == 210);
}

TEST_CASE("a bandwidth below a beat a cycle spaces the beats, with fractions kept from burst to burst") {
    auto config = plain();
    config.bytes_per_cycle = 1.6;  // 2.5 cycles a beat
    MemoryModel memory(config);
    const auto first = memory.join_read(0, 0x1000, 3), second = memory.join_read(1, 0x1000, 2);
    REQUIRE(memory.beat_cycle(first, 0) == 10);
    REQUIRE(memory.beat_cycle(first, 1) == 12);
    REQUIRE(memory.beat_cycle(first, 2) == 15);
    REQUIRE(memory.beat_cycle(second, 0) == 17);
    REQUIRE(memory.beat_cycle(second, 1) == 20);
}

TEST_CASE("a bandwidth above a beat a cycle is a beat a cycle") {
    auto config = plain();
    config.bytes_per_cycle = 100;
    MemoryModel memory(config);
    REQUIRE(memory.beat_cycle(memory.join_read(0, 0x1000, 8), 7) == 17);
}

TEST_CASE("writes share the channel and are answered after their service") {
    MemoryModel memory(plain());
    REQUIRE(memory.join_write(7, 0x1000, 4).answer == 8 + 4 + 5);
    const auto read = memory.join_read(8, 0x1000, 2);
    REQUIRE(memory.beat_cycle(read, 0) == 18);
    REQUIRE(memory.join_write(9, 0x1000, 1).answer == 20 + 1 + 5);
}

TEST_CASE("answers to writes keep their order and never share a cycle") {
    auto config = plain();
    config.extra_latency = 40;
    config.seed = 3;
    MemoryModel memory(config);
    uint64_t last = 0;
    for (uint64_t i = 0; i < 200; ++i) {
        const uint64_t answer = memory.join_write(i * 2, 0x1000, 1).answer;
        REQUIRE(answer > last);
        last = answer;
    }
}

TEST_CASE("disturbances are functions of the seed alone and stay within their limits") {
    auto config = plain();
    config.extra_latency = 7;
    config.gap_percent = 50;
    config.gap_cycles = 9;
    config.stall_percent = 30;
    config.seed = 11;
    MemoryModel one(config), two(config);
    int gaps = 0, low = 0;
    for (uint64_t i = 0; i < 500; ++i) {
        const auto a = one.join_read(i * 100, 0x1000, 8), b = two.join_read(i * 100, 0x1000, 8);
        uint64_t last = 0;
        for (uint32_t beat = 0; beat < 8; ++beat) {
            REQUIRE(one.beat_cycle(a, beat) == two.beat_cycle(b, beat));
            REQUIRE(one.beat_cycle(a, beat) > last);
            last = one.beat_cycle(a, beat);
        }
        REQUIRE(last >= i * 100 + 10 + 7);
        REQUIRE(last <= i * 100 + 10 + 7 + 7 + 9);
        gaps += a.gap != 0;
        low += !one.ready(MemoryModel::Channel::read_address, i);
        REQUIRE(one.ready(MemoryModel::Channel::write_data, i) == two.ready(MemoryModel::Channel::write_data, i));
    }
    REQUIRE(gaps > 200);
    REQUIRE(gaps < 300);
    REQUIRE(low > 100);
    REQUIRE(low < 200);
    REQUIRE(one.next_ready(MemoryModel::Channel::read_address, 0) < 50);
}

TEST_CASE("faults: a burst answered with an error, bursts never answered, addresses outside") {
    auto config = plain();
    config.read_error = 1;
    config.write_dead = 1;
    MemoryModel memory(config);
    REQUIRE_FALSE(memory.join_read(0, 0x1ffc, 1).error);
    REQUIRE(memory.join_read(1, 0x1000, 1).error);
    REQUIRE_FALSE(memory.join_read(2, 0x1000, 1).error);
    REQUIRE(memory.join_read(3, 0x1ffc, 2).error);
    REQUIRE(memory.join_read(4, 0x0ffc, 1).error);
    REQUIRE(memory.join_write(5, 0x1000, 1).answer != ~uint64_t{0});
    REQUIRE(memory.join_write(6, 0x1000, 1).answer == ~uint64_t{0});
    memory.restart();
    REQUIRE_FALSE(memory.join_read(0, 0x1000, 1).error);
    config.read_dead = 0;
    memory.configure(config);
    REQUIRE(memory.beat_cycle(memory.join_read(0, 0x1000, 4), 3) == ~uint64_t{0});
}

TEST_CASE("a configuration that breaks a limit is refused") {
    for (auto spoil :
         {+[](MemoryConfig& c) { c.size = 0; }, +[](MemoryConfig& c) { c.read_latency = 0; },
          +[](MemoryConfig& c) { c.write_latency = 0; }, +[](MemoryConfig& c) { c.bytes_per_cycle = 0; },
          +[](MemoryConfig& c) { c.stall_percent = 100; }, +[](MemoryConfig& c) { c.base = 0xfffff800; }}) {
        auto config = plain();
        spoil(config);
        REQUIRE_THROWS_AS(MemoryModel(config), napier::Error);
    }
}
