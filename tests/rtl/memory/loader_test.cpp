// Does a LOAD put every byte, and no other, where it belongs, for each alignment, length and pace of the memory?

#include <catch2/catch.hpp>

#include <algorithm>
#include <deque>
#include <vector>

#include "Vloader.h"
#include "sw/formats/trits.hpp"
#include "tests/rtl/memory/engine_head.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

namespace {

// As tests/rtl/CMakeLists.txt builds it.
constexpr uint32_t beat = 4, burst = 16, word_bytes = 12, words = 20, outstanding = 3;  // activation buffer
constexpr uint32_t weight_word_bytes = 8;

uint8_t memory_byte(uint32_t address) { return static_cast<uint8_t>(address * 37 + address / 256 + 1); }

struct Pace {
    int issue_percent, beat_percent;  // chances that a burst is issued, that a beat comes, in a cycle
};

class Bench {
public:
    explicit Bench(uint64_t seed) : random_(seed), written_(words * word_bytes, -1) {
        loader_->rst_ni = 0;
        loader_->halt_i = loader_->head_valid_i = loader_->head_beat_valid_i = 0;
        loader_->issued_i = loader_->outside_i = loader_->beat_i = loader_->beat_error_i = 0;
        loader_->tokens_ready_i = 1;
        loader_.tick();
        loader_->rst_ni = 1;
    }

    // Runs the command to its end; the bytes written, -1 where none.
    std::vector<int> run(const spec::CommandWords& command, Pace pace) {
        std::fill(written_.begin(), written_.end(), -1);
        const auto target = spec::load::Target(spec::get(command, spec::load::target));
        word_bytes_ = target == spec::load::Target::weight ? weight_word_bytes : word_bytes;
        load_head(loader_, command, 5);
        for (int cycle = 0; cycle < 5000; ++cycle) {
            respond(pace);
            loader_.settle();
            REQUIRE_FALSE(loader_->fault_valid_o);
            take_writes();
            take_burst();
            const bool ended = loader_->end_o, released = loader_->head_release_o;
            loader_.tick();
            if (released) loader_->head_valid_i = 0;
            if (!ended) continue;
            loader_->issued_i = loader_->beat_i = 0;
            loader_.settle();
            REQUIRE(loader_->idle_o);
            return written_;
        }
        FAIL("The command does not end.");
        return {};
    }

    // A LOAD and, as soon as its head is released, a fill behind it, which may not start with a burst in flight.
    std::vector<int> run_with_fill(const spec::CommandWords& command, const spec::CommandWords& fill, Pace pace) {
        std::fill(written_.begin(), written_.end(), -1);
        load_head(loader_, command, 5);
        bool filling = false;
        for (int cycle = 0, ends = 0; cycle < 5000; ++cycle) {
            respond(pace);
            loader_.settle();
            if (filling && loader_->start_o) REQUIRE((beats_.empty() && !loader_->beat_i));
            take_writes();
            take_burst();
            const bool ended = loader_->end_o, released = loader_->head_release_o;
            loader_.tick();
            loader_->issued_i = loader_->beat_i = 0;
            if (released) loader_->head_valid_i = 0;
            if (released && !filling) load_head(loader_, fill, 6), filling = true;
            ends += ended;
            if (ends == 2) return written_;
        }
        FAIL("The commands do not end.");
        return {};
    }

    // The code, the address and the command of the first fault.
    std::vector<uint32_t> fault(const spec::CommandWords& command, bool error) {
        load_head(loader_, command, 5);
        for (int cycle = 0; cycle < 5000; ++cycle) {
            respond({100, 100});
            loader_->beat_error_i = error && loader_->beat_i;
            loader_.settle();
            REQUIRE_FALSE(loader_->end_o);
            if (loader_->fault_valid_o) {
                return {loader_->fault_code_o, loader_->fault_address_o, loader_->fault_command_o};
            }
            take_burst();
            loader_.tick();
        }
        FAIL("There is no fault.");
        return {};
    }

private:
    void respond(Pace pace) {
        loader_->issued_i = loader_->beat_i = 0;
        loader_.settle();
        loader_->issued_i = loader_->request_o && random_.chance(pace.issue_percent);
        loader_->beat_i = !beats_.empty() && age_ > 1 && random_.chance(pace.beat_percent);
        age_ += !beats_.empty();
        if (!loader_->beat_i) return;
        const auto [address, last] = beats_.front();
        beats_.pop_front();
        if (beats_.empty()) age_ = 0;
        flights_ -= last;
        loader_->beat_last_i = last;
        loader_->beat_data_i = 0;
        for (uint32_t i = 0; i < beat; ++i) loader_->beat_data_i |= uint32_t{memory_byte(address + i)} << (8 * i);
    }

    void take_burst() {
        if (!loader_->issued_i) return;
        REQUIRE(++flights_ <= outstanding);
        const uint32_t first = loader_->address_o / beat * beat, count = loader_->length_o + 1u;
        REQUIRE(first / burst == (first + count * beat - 1) / burst);
        for (uint32_t i = 0; i < count; ++i) beats_.push_back({first + i * beat, i + 1 == count});
    }

    void take_writes() {
        const auto chunk = [&](bool enable, uint32_t word, uint32_t bank, uint32_t mask, uint32_t data) {
            if (!enable) return;
            REQUIRE(word < words);
            for (uint32_t lane = 0; lane < beat; ++lane) {
                if ((mask >> lane & 1) == 0) continue;
                int& byte = written_.at(word * word_bytes_ + bank * beat + lane);
                REQUIRE(byte == -1);
                byte = data >> (8 * lane) & 0xff;
            }
        };
        chunk(loader_->write_low_enable_o, loader_->write_low_word_o, loader_->write_low_bank_o,
              loader_->write_low_mask_o, loader_->write_data_o);
        chunk(loader_->write_high_enable_o, loader_->write_high_word_o, loader_->write_high_bank_o,
              loader_->write_high_mask_o, loader_->write_high_data_o);
        if (loader_->write_low_enable_o && loader_->write_high_enable_o) {
            REQUIRE(loader_->write_low_bank_o != loader_->write_high_bank_o);
        }
    }

    struct Beat {
        uint32_t address;
        bool last;
    };
    Random random_;
    Clocked<Vloader> loader_;
    std::vector<int> written_;
    std::deque<Beat> beats_;
    uint32_t word_bytes_ = word_bytes;
    int age_ = 0;
    uint32_t flights_ = 0;
};

void every_alignment(Pace pace) {
    Bench bench(3);
    for (uint32_t source = 0; source < burst; ++source) {
        for (uint32_t place = 0; place < word_bytes; ++place) {
            for (uint32_t length = 1; length <= 40; ++length) {
                const uint32_t address = 0x1230 + source;
                const auto written = bench.run(one_row(spec::Opcode::load, address, length, 3, place), pace);
                const uint32_t first = 3 * word_bytes + place;
                for (uint32_t byte = 0; byte < written.size(); ++byte) {
                    const bool inside = byte >= first && byte < first + length;
                    if (written[byte] != (inside ? int(memory_byte(address + byte - first)) : -1)) {
                        FAIL("Byte " << byte << " of a row of " << length << " from " << source << " to " << place);
                    }
                }
            }
        }
    }
}

}  // namespace

TEST_CASE("every alignment and length, the memory without idle and stall") { every_alignment({100, 100}); }
TEST_CASE("every alignment and length, bursts issued late") { every_alignment({30, 100}); }
TEST_CASE("every alignment and length, beats with gaps") { every_alignment({100, 30}); }
TEST_CASE("every alignment and length, both") { every_alignment({40, 40}); }

TEST_CASE("fills") {
    Bench bench(4);
    for (uint32_t place = 0; place < word_bytes; ++place) {
        for (uint32_t length = 1; length <= 60; ++length) {
            auto command = one_row(spec::Opcode::load, 0x123, length, 2, place);
            spec::set(command, spec::load::fill, 1);
            spec::set(command, spec::load::fill_byte, 0x5a);
            const auto written = bench.run(command, {100, 100});
            const uint32_t first = 2 * word_bytes + place;
            for (uint32_t byte = 0; byte < written.size(); ++byte) {
                REQUIRE(written[byte] == (byte >= first && byte < first + length ? 0x5a : -1));
            }
        }
    }
}

TEST_CASE("a fill waits for the bursts of the LOAD before it") {
    Bench bench(6);
    constexpr uint32_t length = 40, load_word = 3, fill_word = 12;
    auto fill = one_row(spec::Opcode::load, 0, length, fill_word, 0);
    spec::set(fill, spec::load::fill, 1);
    spec::set(fill, spec::load::fill_byte, 0x5a);
    for (const Pace pace : {Pace{100, 100}, Pace{100, 10}, Pace{30, 30}}) {
        const auto written = bench.run_with_fill(one_row(spec::Opcode::load, 0x1230, length, load_word, 0), fill, pace);
        for (uint32_t byte = 0; byte < written.size(); ++byte) {
            const bool loaded = byte >= load_word * word_bytes && byte < load_word * word_bytes + length;
            const bool filled = byte >= fill_word * word_bytes && byte < fill_word * word_bytes + length;
            const int expected = loaded ? int(memory_byte(0x1230 + byte - load_word * word_bytes)) : filled ? 0x5a : -1;
            REQUIRE(written[byte] == expected);
        }
    }
}

TEST_CASE("packed trits, rows of any length, place and pace; what fills no beat is dropped") {
    Bench bench(7);
    for (const Pace pace : {Pace{100, 100}, Pace{30, 60}}) {
        for (uint32_t beats = 1; beats <= 14; ++beats) {
            for (uint32_t place = 0; place < 8; ++place) {
                const uint32_t address = 0x1230 + beat * (place % 5), word = 2 + place / 2, byte = place % 2 * beat;
                auto command = one_row(spec::Opcode::load, address, beats * beat, word, byte);
                spec::set(command, spec::load::target, int64_t(spec::load::Target::weight));
                spec::set(command, spec::load::packed, 1);
                std::vector<uint32_t> codes;
                for (uint32_t i = 0; i < beats * beat; ++i) {
                    for (const uint32_t code : formats::unpack_trits(memory_byte(address + i))) codes.push_back(code);
                }
                const uint32_t first = word * weight_word_bytes + byte, count = beats * 5 / 4 * beat;
                const auto written = bench.run(command, pace);
                for (uint32_t i = 0; i < written.size(); ++i) {
                    const bool inside = i >= first && i < first + count;
                    const uint32_t* four = inside ? &codes[4 * (i - first)] : nullptr;
                    const int expected =
                        inside ? int(four[0] | four[1] << 2 | four[2] << 4 | four[3] << 6) : -1;
                    if (written[i] != expected) FAIL("Byte " << i << " of " << beats << " beats to place " << place);
                }
            }
        }
    }
}

TEST_CASE("of another target trits are not unpacked") {
    Bench bench(8);
    auto command = one_row(spec::Opcode::load, 0x1230, 40, 2, 3);
    spec::set(command, spec::load::packed, 1);
    const auto written = bench.run(command, {100, 100});
    for (uint32_t i = 0; i < 40; ++i) REQUIRE(written[2 * word_bytes + 3 + i] == int(memory_byte(0x1230 + i)));
}

TEST_CASE("faults tell what, where and whose") {
    using spec::ErrorCode;
    const auto result = [](ErrorCode code, uint32_t address) {
        return std::vector<uint32_t>{uint32_t(code), address, 5};
    };
    const auto row = [](uint32_t address, uint32_t length, uint32_t word, uint32_t byte) {
        return one_row(spec::Opcode::load, address, length, word, byte);
    };
    const auto range = ErrorCode::buffer_range;
    CHECK(Bench(5).fault(row(0x126, 3, 1, 0), true) == result(ErrorCode::read_response, 0x126));
    CHECK(Bench(5).fault(row(0x120, 13, words - 1, 0), false) == result(range, words));
    CHECK(Bench(5).fault(row(0x120, 1, words + 7, 0), false) == result(range, words + 7));
    CHECK(Bench(5).fault(row(0x120, 1, 4, word_bytes), false) == result(range, 4));
    for (const auto& [length, word] : {std::pair{12u, words - 1}, std::pair{16u, words - 2}, std::pair{8u, words}}) {
        auto command = row(0x120, length, word, word == words - 1 ? 4 : 0);  // two, four, no beats fit
        spec::set(command, spec::load::target, int64_t(spec::load::Target::weight));
        spec::set(command, spec::load::packed, 1);
        CHECK(Bench(5).fault(command, false) == result(range, words));
    }
    for (uint32_t wrong = 0; wrong < 3; ++wrong) {
        auto command = row(0x120 + (wrong == 0), 4 + (wrong == 1), 1, wrong == 2);
        spec::set(command, spec::load::target, int64_t(spec::load::Target::weight));
        CHECK(Bench(5).fault(command, false) == result(ErrorCode::alignment, 0x120 + (wrong == 0)));
    }
}

}  // namespace napier::test
