// Does the bridge do what right requests ask, once, and nothing else, whatever comes over the line?

#include <catch2/catch.hpp>

#include <map>
#include <vector>

#include "Vserial_bridge.h"
#include "sw/spec/serial.hpp"
#include "tests/rtl/board/frames.hpp"
#include "tests/rtl/board/uart.hpp"
#include "tests/rtl/clocked.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

namespace {

namespace serial = spec::serial;
constexpr int divisor = 4;           // as tests/rtl/CMakeLists.txt builds it
constexpr uint32_t memory_words = 100;
constexpr int silence = 40 * 10 * divisor;  // cycles, more than the bridge waits for

// Registers and memory around the bridge, each slow when it likes.
class Bench {
public:
    explicit Bench(uint64_t seed, int stall_percent = 0) : random_(seed), stall_(stall_percent) {
        bridge_->rst_ni = 0;
        bridge_->rx_i = 1;
        bridge_->interrupt_i = 0;
        for (int i = 0; i < 3; ++i) tick();
        bridge_->rst_ni = 1;
        tick();
        sink = UartSink(divisor);  // what was on the line before the reset does not count
        resets = 0;
    }
    Vserial_bridge* operator->() { return bridge_.operator->(); }

    void tick() {
        bridge_->rx_i = source.next();
        const bool both = bridge_->awvalid_o && bridge_->wvalid_o;
        bridge_->awready_i = bridge_->wready_i = both && go();
        bridge_->arready_i = go();
        bridge_->memory_ready_i = go();
        bridge_->bvalid_i = writes_waiting_ > 0 && go();
        bridge_->rvalid_i = reads_waiting_ > 0 && go();
        bridge_->bresp_i = bridge_->rresp_i = fails ? 2 : 0;
        bridge_->rdata_i = read_value_;
        bridge_->memory_data_i = read_word_;
        bridge_.settle();
        serve();
        sink.take(bridge_->tx_o);
        resets += !bridge_->device_rst_no;
        bridge_.tick();
    }

    // Sends bytes with pauses and gives what is answered until the line is silent.
    Bytes exchange(const Bytes& bytes, int gap = 0) {
        sink.bytes.clear();
        for (uint8_t byte : bytes) source.send(byte, gap == 0 ? 0 : random_.number(0, gap));
        while (!source.idle()) tick();
        for (int quiet = 0; quiet < silence; ++quiet) {
            const size_t before = sink.bytes.size();
            tick();
            if (sink.bytes.size() != before) quiet = 0;
        }
        REQUIRE(sink.right());
        return sink.bytes;
    }

    UartSource source{divisor};
    UartSink sink{divisor};
    std::map<uint32_t, uint32_t> registers, memory;
    int register_writes = 0, memory_writes = 0, resets = 0;
    bool fails = false;  // registers answer with errors

private:
    bool go() { return stall_ == 0 || !random_.chance(stall_); }
    void serve() {
        if (bridge_->bvalid_i && bridge_->bready_o) --writes_waiting_;
        if (bridge_->rvalid_i && bridge_->rready_o) --reads_waiting_;
        if (bridge_->awvalid_o && bridge_->awready_i) {
            registers[bridge_->awaddr_o] = bridge_->wdata_o;
            ++register_writes, ++writes_waiting_;
        }
        if (bridge_->arvalid_o && bridge_->arready_i) read_value_ = registers[bridge_->araddr_o], ++reads_waiting_;
        read_word_ = 0xdeadbeef;
        if (!bridge_->memory_valid_o || !bridge_->memory_ready_i) return;
        const uint32_t word = bridge_->memory_word_o;
        REQUIRE(word < memory_words);
        if (bridge_->memory_write_o) memory[word] = bridge_->memory_data_o, ++memory_writes;
        else read_word_ = memory[word];
    }

    Clocked<Vserial_bridge> bridge_;
    Random random_;
    int stall_;
    int writes_waiting_ = 0, reads_waiting_ = 0;
    uint32_t read_value_ = 0, read_word_ = 0;
};

}  // namespace

TEST_CASE("hello tells version and memory; the interrupt is in every answer") {
    Bench bench(1);
    CHECK(bench.exchange(request(9, serial::hello, 0, 0)) ==
          answer(9, serial::okay, {serial::version, 4 * memory_words}));
    bench->interrupt_i = 1;
    CHECK(bench.exchange(request(10, serial::hello, 0, 0)) ==
          answer(10, serial::okay, {serial::version, 4 * memory_words}, true));
}

TEST_CASE("registers and memory, words of any count, with idle lines and slow buses") {
    for (int stall : {0, 70}) {
        for (int gap : {0, 60}) {
            Bench bench(2, stall);
            Random random(3);
            std::map<uint32_t, uint32_t> registers, memory;
            for (uint8_t sequence = 0; sequence < 40; ++sequence) {
                const bool wide = random.chance(50);
                const uint32_t count = uint32_t(random.number(1, serial::most_words));
                const uint32_t place = uint32_t(random.number(0, int(memory_words - count)));
                auto& model = wide ? memory : registers;
                Words words;
                for (uint32_t i = 0; i < count; ++i) words.push_back(uint32_t(random.bits()));
                INFO("sequence " << int(sequence) << " wide " << wide << " count " << count << " place " << place);
                if (random.chance(50)) {
                    for (uint32_t i = 0; i < count; ++i) model[place + i] = words[i];
                    const uint8_t operation = wide ? serial::write_memory : serial::write_registers;
                    REQUIRE(bench.exchange(request(sequence, operation, uint8_t(count), 4 * place, words), gap) ==
                            answer(sequence, serial::okay));
                } else {
                    for (uint32_t i = 0; i < count; ++i) words[i] = model[place + i];
                    const uint8_t operation = wide ? serial::read_memory : serial::read_registers;
                    REQUIRE(bench.exchange(request(sequence, operation, uint8_t(count), 4 * place), gap) ==
                            answer(sequence, serial::okay, words));
                }
            }
            for (const auto& [place, value] : memory) CHECK(bench.memory[place] == value);
            for (const auto& [place, value] : registers) CHECK(bench.registers[4 * place] == value);
        }
    }
}

TEST_CASE("a write that comes twice is done once, and its answer is the same") {
    Bench bench(4);
    const Bytes write = request(7, serial::write_registers, 1, 0, {5});
    CHECK(bench.exchange(write) == answer(7, serial::okay));
    CHECK(bench.exchange(write) == answer(7, serial::okay));
    CHECK(bench.register_writes == 1);
    CHECK(bench.exchange(request(8, serial::read_registers, 1, 0)) == answer(8, serial::okay, {5}));
    CHECK(bench.exchange(request(7, serial::write_registers, 1, 4, {6})) == answer(7, serial::okay));
    CHECK(bench.register_writes == 1);
    bench.fails = true;
    CHECK(bench.exchange(request(9, serial::write_registers, 1, 4, {6})) == answer(9, serial::failed));
    CHECK(bench.exchange(request(9, serial::write_registers, 1, 4, {6})) == answer(9, serial::failed));
    CHECK(bench.register_writes == 2);
    CHECK(bench.exchange(request(10, serial::read_registers, 1, 0)) == answer(10, serial::failed, {5}));
    bench.fails = false;
    // A new host says hello: then no number is an old one.
    bench.exchange(request(9, serial::hello, 0, 0));
    CHECK(bench.exchange(request(9, serial::write_registers, 1, 4, {6})) == answer(9, serial::okay));
    CHECK(bench.register_writes == 3);
}

TEST_CASE("what is out of reach is refused and not done") {
    Bench bench(5);
    CHECK(bench.exchange(request(1, serial::read_memory, 2, 4 * memory_words - 4)) == answer(1, serial::refused));
    CHECK(bench.exchange(request(2, serial::write_memory, 1, 4 * memory_words, {1})) == answer(2, serial::refused));
    CHECK(bench.exchange(request(3, serial::read_memory, 1, 0xfffffffc)) == answer(3, serial::refused));
    CHECK(bench.exchange(request(4, serial::read_memory, 1, 2)) == answer(4, serial::refused));
    CHECK(bench.exchange(request(5, serial::read_memory, 0, 0)) == answer(5, serial::refused));
    CHECK(bench.exchange(request(6, 6, 1, 0)) == answer(6, serial::refused));
    CHECK(bench.memory_writes == 0);
    CHECK(bench.exchange(request(7, serial::read_memory, 1, 4 * memory_words - 4)) == answer(7, serial::okay, {0}));
}

TEST_CASE("a reset lasts sixteen cycles") {
    Bench bench(6);
    bench.resets = 0;
    CHECK(bench.exchange(request(1, serial::reset, 0, 0)) == answer(1, serial::okay));
    CHECK(bench.resets == 16);
    CHECK(bench.exchange(request(1, serial::reset, 0, 0)) == answer(1, serial::okay));
    CHECK(bench.resets == 16);
}

TEST_CASE("a request with any byte changed, missing or broken is not done, and the next one is") {
    Bench bench(7);
    Random random(8);
    uint8_t sequence = 0;
    for (int round = 0; round < 60; ++round) {
        const Bytes write = request(++sequence, serial::write_memory, 3, 40, {1, 2, uint32_t(round)});
        Bytes bad = write;
        const size_t place = size_t(random.number(0, int(bad.size()) - 1));
        const int how = random.number(0, 2);
        if (how == 0) bad[place] ^= uint8_t(1 << random.number(0, 7));
        if (how == 1) bad.erase(bad.begin() + long(place));
        bench.memory_writes = 0;
        Bytes answered;
        if (how == 2) {
            bench.sink.bytes.clear();
            for (size_t i = 0; i < bad.size(); ++i) bench.source.send(bad[i], 0, i == place);
            answered = bench.exchange({});
        } else {
            answered = bench.exchange(bad);
        }
        INFO("how " << how << " place " << place);
        REQUIRE(bench.memory_writes == 0);
        if (!answered.empty()) REQUIRE(answered[2] == serial::garbled);
        REQUIRE(bench.exchange(write) == answer(sequence, serial::okay));
        REQUIRE(bench.memory_writes == 3);
    }
}

}  // namespace napier::test
