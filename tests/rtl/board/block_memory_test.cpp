// Does the board's memory serve bursts and words as a memory should, whoever waits for whom?

#include <catch2/catch.hpp>

#include <deque>
#include <vector>

#include "Vblock_memory.h"
#include "tests/rtl/clocked.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

namespace {

constexpr uint32_t words = 100;  // as tests/rtl/CMakeLists.txt builds it
constexpr uint32_t okay = 0, slave_error = 2;

class Bench {
public:
    // Percent of the cycles in which a valid comes late, and in which a ready is low.
    Bench(int idle, int stall) : idle_(idle), stall_(stall), model_(words) {
        memory_->rst_ni = 0;
        memory_->host_valid_i = memory_->arvalid_i = memory_->awvalid_i = memory_->wvalid_i = 0;
        memory_->rready_i = memory_->bready_i = 0;
        memory_.tick();
        memory_->rst_ni = 1;
        for (uint32_t word = 0; word < words; ++word) host(true, word, uint32_t(random_.bits()));
    }

    void host(bool write, uint32_t word, uint32_t data = 0) {
        memory_->host_write_i = write, memory_->host_word_i = word, memory_->host_data_i = data;
        bool taken = false;
        while (!taken) {
            memory_->host_valid_i = memory_->host_valid_i || comes();
            memory_.settle();
            taken = memory_->host_valid_i && memory_->host_ready_o;
            memory_.tick();
        }
        memory_->host_valid_i = 0;
        memory_.settle();
        if (write) model_[word] = data;
        else REQUIRE(memory_->host_data_o == model_[word]);
    }

    void read(uint32_t address, uint32_t beats) {
        memory_->araddr_i = address, memory_->arlen_i = uint8_t(beats - 1), memory_->arid_i = beats & 1;
        bool taken = false;
        while (!taken) {
            memory_->arvalid_i = memory_->arvalid_i || comes();
            memory_.settle();
            taken = memory_->arvalid_i && memory_->arready_o;
            memory_.tick();
        }
        memory_->arvalid_i = 0;
        const bool bad = address / 4 + beats > words;
        for (uint32_t beat = 0; beat < beats;) {
            memory_->rready_i = goes();
            memory_.settle();
            if (memory_->rvalid_o) {
                INFO("address " << address << " beat " << beat << " of " << beats);
                REQUIRE(memory_->rdata_o == (bad ? 0 : model_[address / 4 + beat]));
                REQUIRE(memory_->rresp_o == (bad ? slave_error : okay));
                REQUIRE(bool(memory_->rlast_o) == (beat + 1 == beats));
                REQUIRE(memory_->rid_o == (beats & 1));
                beat += memory_->rready_i;
            }
            memory_.tick();
        }
        memory_->rready_i = 0;
        memory_.settle();
        REQUIRE_FALSE(memory_->rvalid_o);
    }

    void write(uint32_t address, uint32_t beats) {
        const bool bad = address / 4 + beats > words;
        memory_->awaddr_i = address, memory_->awlen_i = uint8_t(beats - 1), memory_->awid_i = beats & 1;
        bool sent = false;
        uint32_t beat = 0;
        while (!sent || beat < beats) {
            memory_->awvalid_i = !sent && (memory_->awvalid_i || comes());
            if (!memory_->wvalid_i && beat < beats && comes()) {
                memory_->wvalid_i = 1;
                memory_->wdata_i = uint32_t(random_.bits());
                memory_->wstrb_i = uint8_t(random_.number(0, 15));
            }
            memory_.settle();
            REQUIRE_FALSE(memory_->bvalid_o);
            const bool taken = memory_->wvalid_i && memory_->wready_o;
            sent = sent || (memory_->awvalid_i && memory_->awready_o);
            if (taken && !bad) {
                for (int i = 0; i < 4; ++i) {
                    const uint32_t mask = (memory_->wstrb_i >> i & 1) != 0 ? 0xffu << (8 * i) : 0;
                    uint32_t& word = model_[address / 4 + beat];
                    word = (word & ~mask) | (memory_->wdata_i & mask);
                }
            }
            memory_.tick();
            if (taken) ++beat, memory_->wvalid_i = 0;
        }
        memory_->awvalid_i = 0;
        for (bool answered = false; !answered;) {
            memory_->bready_i = goes();
            memory_.settle();
            REQUIRE(memory_->bvalid_o);
            REQUIRE(memory_->bresp_o == (bad ? slave_error : okay));
            REQUIRE(memory_->bid_o == (beats & 1));
            answered = memory_->bready_i;
            memory_.tick();
        }
        memory_->bready_i = 0;
    }

    void some(int count) {
        for (int i = 0; i < count; ++i) {
            const uint32_t beats = uint32_t(random_.number(1, 16)), word = uint32_t(random_.number(0, int(words) - 1));
            switch (random_.number(0, 3)) {
                case 0: host(true, word, uint32_t(random_.bits())); break;
                case 1: host(false, word); break;
                case 2: read(4 * word + uint32_t(random_.number(0, 3)), beats); break;
                default: write(4 * word + uint32_t(random_.number(0, 3)), beats);
            }
        }
        for (uint32_t word = 0; word < words; ++word) host(false, word);
    }

private:
    bool comes() { return !random_.chance(idle_); }
    bool goes() { return !random_.chance(stall_); }

    Clocked<Vblock_memory> memory_;
    Random random_{1};
    int idle_, stall_;
    std::vector<uint32_t> model_;
};

}  // namespace

TEST_CASE("bursts and words, with idle masters and stalled answers") {
    for (int idle : {0, 60}) {
        for (int stall : {0, 60}) Bench(idle, stall).some(400);
    }
}

TEST_CASE("a burst past the end, and one past all addresses") {
    Bench bench(0, 0);
    bench.write(4 * words - 8, 3);
    bench.read(4 * words - 8, 3);
    bench.read(0xfffffff0, 8);
    bench.read(4 * words - 12, 3);
    bench.some(1);
}

}  // namespace napier::test
