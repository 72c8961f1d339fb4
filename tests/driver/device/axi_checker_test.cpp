// Does the bus checker see each rule broken, and nothing in traffic that keeps them?

#include <catch2/catch.hpp>

#include "driver/device/verilated/axi_checker.hpp"

using namespace napier;
using namespace napier::driver;

namespace {

struct Bench {
    AxiChecker checker{spec::find_machine("odd")};  // beats of 4 bytes, bursts of 8, 3 + 1 reads, 3 writes
    Inputs in;
    Outputs out;
    uint64_t cycle = 0;

    Bench() {
        in.rst_ni = in.memory_arready = in.memory_awready = in.memory_wready = true;
        out.memory_rready = out.memory_bready = true;
        checker.start({0, 16}, {8, 16});
    }
    Bench& tick() {
        checker.take(cycle++, in, out);
        return *this;
    }
    AddressChannel burst(uint32_t address, uint32_t beats) { return {address, 0, uint8_t(beats - 1), 2, 1, true}; }
    // One write of `beats` beats, address with the first of them; the last beat has wlast in beat `last`.
    void write(uint32_t address, uint32_t beats, uint32_t last) {
        for (uint32_t beat = 1; beat <= last; ++beat) {
            out.write = beat == 1 ? burst(address, beats) : AddressChannel{};
            out.write_data = {{}, 0xf, beat == last, true};
            tick();
        }
        out.write = {}, out.write_data = {};
    }
    void says(const std::string& word) {
        REQUIRE_FALSE(checker.violations().empty());
        REQUIRE_THAT(checker.violations().front(), Catch::Contains(word));
    }
};

}  // namespace

TEST_CASE("traffic that keeps the rules") {
    Bench bench;
    bench.in.memory_arready = false;
    bench.out.read = bench.burst(0x0fe1, 8);
    bench.tick().tick();
    bench.in.memory_arready = true;
    bench.tick();
    bench.out.read = bench.burst(0xffff, 1);
    bench.tick();
    bench.out.read = {};
    bench.write(0x8000, 3, 3);
    bench.write(0xf000, 1, 1);
    REQUIRE(bench.checker.violations().empty());
}

TEST_CASE("addresses") {
    const auto reads = [](auto change, const char* word) {
        Bench bench;
        bench.out.read = bench.burst(0x1000, 4);
        change(bench);
        bench.tick();
        bench.says(word);
    };
    reads([](Bench& b) { b.out.read.size = 1; }, "size");
    reads([](Bench& b) { b.out.read.burst = 0; }, "burst type");
    reads([](Bench& b) { b.out.read = b.burst(0x1000, 9); }, "too long");
    reads([](Bench& b) { b.out.read = b.burst(0x0ff0, 8); }, "crosses 4 KiB");
    reads([](Bench& b) { b.out.read = b.burst(0x10000, 1); }, "outside its window");
    reads([](Bench& b) { b.out.write = b.burst(0x7fff, 1); }, "outside its window");
    reads([](Bench& b) { b.in.memory_arready = false, b.tick(), b.out.read.address += 4; }, "changed");
    reads([](Bench& b) { b.in.memory_arready = false, b.tick(), b.out.read.valid = false; }, "changed or fell");
}

TEST_CASE("write data") {
    Bench early;
    early.write(0x8000, 3, 2);
    early.says("ended after 2");
    Bench late;
    late.write(0x8000, 2, 3);
    late.says("wlast is missing");
    Bench strobe;
    strobe.out.write_data = {{}, 0x5, true, true};
    strobe.tick().says("strobe");
    Bench foreign;
    foreign.out.write_data = {{}, 0x1f, true, true};
    foreign.tick().says("strobe");
    Bench held;
    held.in.memory_wready = false;
    held.out.write_data = {{1}, 0xf, true, true};
    held.tick();
    held.out.write_data.data[0] = 2;
    held.tick().says("changed");
}

TEST_CASE("readies, outstanding bursts, pulses, a bus in use after the end") {
    Bench ready;
    ready.in.memory_rvalid = true;
    ready.out.memory_rready = false;
    ready.tick().says("rready");
    Bench answer;
    answer.in.memory_bvalid = true;
    answer.out.memory_bready = false;
    answer.tick().says("bready");
    Bench reads;
    reads.out.read = reads.burst(0x1000, 1);
    reads.tick().tick().tick().tick();
    REQUIRE(reads.checker.violations().empty());
    reads.tick().says("5 reads are outstanding");
    Bench writes;
    for (int i = 0; i < 3; ++i) writes.write(0x8000, 1, 1);
    REQUIRE(writes.checker.violations().empty());
    writes.write(0x8000, 1, 1);
    writes.says("4 writes are outstanding");
    Bench pulse;
    pulse.out.start[1] = true;
    pulse.tick();
    pulse.out.start[1] = false;
    pulse.out.end[1] = true;
    pulse.tick();
    REQUIRE(pulse.checker.violations().empty());
    pulse.tick().says("had not started");
    Bench done;
    done.out.interrupt = true;
    done.out.read = done.burst(0x1000, 1);
    done.tick().says("interrupt high");
}
