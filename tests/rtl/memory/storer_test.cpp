// Does a STORE write every byte, and no other, for each alignment, length and pace of the bus, without gaps of its own?

#include <catch2/catch.hpp>

#include <algorithm>
#include <deque>
#include <map>
#include <vector>

#include "Vstorer.h"
#include "tests/rtl/memory/engine_head.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

namespace {

// As tests/rtl/CMakeLists.txt builds it.
constexpr uint32_t beat = 4, burst = 16, word_bytes = 8, words = 20, outstanding = 2;

uint8_t buffer_byte(uint32_t place) { return static_cast<uint8_t>(place * 29 + 7); }

struct Pace {
    int issue_percent, ready_percent, answer_percent;
};

class Bench {
public:
    explicit Bench(uint64_t seed) : random_(seed) {
        storer_->power_rst_ni = storer_->rst_ni = 0;
        storer_->halt_i = storer_->head_valid_i = storer_->head_beat_valid_i = 0;
        storer_->issued_i = storer_->outside_i = storer_->answer_i = storer_->answer_error_i = storer_->wready_i = 0;
        storer_->tokens_ready_i = 1;
        storer_.tick();
        storer_->power_rst_ni = storer_->rst_ni = 1;
    }

    // Runs the command to its end; the bytes written.
    std::map<uint32_t, uint8_t> run(const spec::CommandWords& command, Pace pace) {
        written_.clear();
        load_head(storer_, command, 9);
        for (int cycle = 0; cycle < 5000; ++cycle) {
            respond(pace);
            REQUIRE_FALSE(storer_->fault_valid_o);
            const bool ended = storer_->end_o;
            step();
            if (!ended) continue;
            storer_->head_valid_i = storer_->answer_i = 0;
            storer_.settle();
            REQUIRE(storer_->idle_o);
            REQUIRE_FALSE(storer_->writing_o);
            REQUIRE(addresses_.empty());
            return written_;
        }
        FAIL("The command does not end.");
        return {};
    }

    std::vector<uint32_t> fault(const spec::CommandWords& command, bool error) {
        load_head(storer_, command, 9);
        for (int cycle = 0; cycle < 5000; ++cycle) {
            respond({100, 100, 100});
            storer_->answer_error_i = error && storer_->answer_i;
            storer_.settle();
            REQUIRE_FALSE(storer_->end_o);
            if (storer_->fault_valid_o) {
                return {storer_->fault_code_o, storer_->fault_address_o, storer_->fault_command_o};
            }
            step();
        }
        FAIL("There is no fault.");
        return {};
    }

private:
    struct Burst {
        uint32_t address, beats;
    };

    void respond(Pace pace) {
        storer_->issued_i = storer_->answer_i = 0;
        storer_->wready_i = random_.chance(pace.ready_percent);
        storer_.settle();
        if (storer_->request_o) storer_->offered_i = storer_->address_o;
        storer_->issued_i = storer_->request_o && storer_->ready_o && random_.chance(pace.issue_percent);
        storer_->answer_i = finished_ > 0 && random_.chance(pace.answer_percent);
        storer_.settle();
    }

    void step() {
        if (storer_->issued_i) {
            REQUIRE(++unanswered_ <= outstanding);
            addresses_.push_back({storer_->address_o, storer_->length_o + 1u});
        }
        if (storer_->answer_i) --unanswered_, --finished_;
        // Inside a burst nothing but the bus makes a pause.
        if (sent_ > 0) REQUIRE(storer_->wvalid_o);
        if (held_) {
            REQUIRE(storer_->wvalid_o);
            REQUIRE(storer_->wdata_o == data_);
            REQUIRE(storer_->wstrb_o == strobe_);
            REQUIRE(storer_->wlast_o == last_);
        }
        held_ = storer_->wvalid_o && !storer_->wready_i;
        data_ = storer_->wdata_o, strobe_ = storer_->wstrb_o, last_ = storer_->wlast_o;
        if (storer_->wvalid_o && storer_->wready_i) take_beat();
        const bool read = storer_->read_enable_o;
        const uint32_t word = storer_->read_word_o;
        storer_.tick();
        if (!read) return;
        uint8_t bytes[word_bytes];
        for (uint32_t i = 0; i < word_bytes; ++i) bytes[i] = buffer_byte(word * word_bytes + i);
        set_port(storer_->read_data_i, bytes, word_bytes);
    }

    void take_beat() {
        REQUIRE_FALSE(addresses_.empty());
        const Burst& now = addresses_.front();
        for (uint32_t lane = 0; lane < beat; ++lane) {
            if ((storer_->wstrb_o >> lane & 1) == 0) continue;
            const uint32_t address = now.address / beat * beat + sent_ * beat + lane;
            REQUIRE(written_.emplace(address, uint8_t(storer_->wdata_o >> (8 * lane))).second);
        }
        REQUIRE(storer_->wlast_o == (++sent_ == now.beats));
        if (!storer_->wlast_o) return;
        sent_ = 0;
        ++finished_;
        addresses_.pop_front();
    }

    Random random_;
    Clocked<Vstorer> storer_;
    std::map<uint32_t, uint8_t> written_;
    std::deque<Burst> addresses_;   // issued, whose data is not complete
    uint32_t sent_ = 0, finished_ = 0, unanswered_ = 0;
    bool held_ = false, last_ = false;
    uint32_t data_ = 0, strobe_ = 0;
};

void every_alignment(Pace pace) {
    Bench bench(6);
    for (uint32_t target = 0; target < burst; ++target) {
        for (uint32_t length = 1; length <= 50; ++length) {
            const uint32_t address = 0x4560 + target;
            const auto written = bench.run(one_row(spec::Opcode::store, address, length, 2, 0), pace);
            REQUIRE(written.size() == length);
            for (const auto& [at, byte] : written) {
                REQUIRE((at >= address && at < address + length));
                REQUIRE(byte == buffer_byte(2 * word_bytes + at - address));
            }
        }
    }
}

}  // namespace

TEST_CASE("every alignment and length, the bus without stall") { every_alignment({100, 100, 100}); }
TEST_CASE("every alignment and length, bursts issued late") { every_alignment({30, 100, 100}); }
TEST_CASE("every alignment and length, data held up") { every_alignment({100, 35, 60}); }
TEST_CASE("every alignment and length, all of it") { every_alignment({40, 40, 30}); }

TEST_CASE("rows of two loops") {
    Bench bench(7);
    auto command = one_row(spec::Opcode::store, 0x1003, 11, 1, 0);
    spec::set(command, spec::store::count_x, 3);
    spec::set(command, spec::store::count_y, 2);
    spec::set(command, spec::store::memory_stride_x, 37);
    spec::set(command, spec::store::memory_stride_y, 200);
    spec::set(command, spec::store::buffer_stride_x_word, 2);
    spec::set(command, spec::store::buffer_stride_y_word, 7);
    const auto written = bench.run(command, {60, 60, 60});
    REQUIRE(written.size() == 3 * 2 * 11);
    for (uint32_t y = 0; y < 2; ++y)
        for (uint32_t x = 0; x < 3; ++x)
            for (uint32_t i = 0; i < 11; ++i)
                REQUIRE(written.at(0x1003 + y * 200 + x * 37 + i) == buffer_byte((1 + y * 7 + x * 2) * word_bytes + i));
}

TEST_CASE("faults tell what, where and whose") {
    using spec::ErrorCode;
    const auto result = [](ErrorCode code, uint32_t address) {
        return std::vector<uint32_t>{uint32_t(code), address, 9};
    };
    const auto row = [](uint32_t address, uint32_t length, uint32_t word) {
        return one_row(spec::Opcode::store, address, length, word, 0);
    };
    CHECK(Bench(8).fault(row(0x126, 3, 1), true) == result(ErrorCode::write_response, 0x126));
    CHECK(Bench(8).fault(row(0x123, 9, words - 1), false) == result(ErrorCode::buffer_range, words));
    CHECK(Bench(8).fault(row(0x120, 1, words + 3), false) == result(ErrorCode::buffer_range, words + 3));
    // A last beat that needs no chunk of its own reads nothing outside.
    CHECK(Bench(8).run(row(0x123, 8, words - 1), {100, 100, 100}).size() == 8);
}

}  // namespace napier::test
