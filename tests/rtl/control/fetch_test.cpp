// Does fetch ask for every command once, in order, with room for it, and send it to its queue or say what is wrong?

#include <catch2/catch.hpp>

#include <algorithm>
#include <deque>
#include <optional>

#include "Vfetch.h"
#include "sw/spec/command.hpp"
#include "sw/spec/machine.hpp"
#include "tests/rtl/clocked.hpp"
#include "tests/rtl/ports.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

namespace {

// As tests/rtl/CMakeLists.txt builds it.
constexpr int beat_bytes = NAPIER_BEAT_BYTES, burst_beats = NAPIER_BURST_BEATS, ahead = NAPIER_FETCH_AHEAD;
constexpr int beats = spec::command_bytes / beat_bytes;                 // of a command
constexpr int burst_length = std::min(beats, burst_beats);              // beats
constexpr int parts = beats / burst_length;                             // bursts of a command
constexpr uint32_t burst_bytes = uint32_t(burst_length * beat_bytes);

struct Fault {
    uint32_t code, address, command;
    bool operator==(const Fault&) const = default;
};

enum class Trouble { none, opcode, reserved, count, response, window, address, length };

// A program, and what is wrong with one of its commands.
struct Program {
    std::vector<spec::CommandWords> commands;
    Trouble trouble = Trouble::none;
    int place = 0;  // the command
    int beat = 0;   // of that command (response), or its burst (window)
    uint32_t address = 0x1000;

    std::optional<Fault> fault() const {
        const auto of = [](spec::ErrorCode code, uint32_t where, int command) {
            return Fault{uint32_t(code), where, uint32_t(command)};
        };
        const uint32_t at = address + uint32_t(place * spec::command_bytes);
        switch (trouble) {
            case Trouble::none: return std::nullopt;
            case Trouble::opcode:
            case Trouble::reserved: return of(spec::ErrorCode::bad_opcode, 0, place);
            case Trouble::count: return of(spec::ErrorCode::zero_count, 0, place);
            case Trouble::response:
                return of(spec::ErrorCode::read_response, at + uint32_t(beat / burst_length) * burst_bytes, place);
            case Trouble::window: return of(spec::ErrorCode::read_window, at + uint32_t(beat) * burst_bytes, place);
            case Trouble::address: return of(spec::ErrorCode::alignment, address, 0);
            case Trouble::length: return of(spec::ErrorCode::zero_count, 0, 0);
        }
        return std::nullopt;
    }
};

spec::CommandWords random_command(Random& random) {
    const spec::Command& command = spec::commands[random.number(0, int(std::size(spec::commands)) - 1)];
    spec::CommandWords words{};
    const auto fill = [&](const spec::Field& field) {
        uint32_t bits = uint32_t(random.bits()) & spec::field_mask(field);
        if (bits == 0) bits = 1;  // counts
        words[size_t(field.word)] |= bits << field.lsb;
    };
    for (const spec::Field& field : command.fields) fill(field);
    for (const spec::Field& field : {spec::common::wait, spec::common::signal}) fill(field);
    spec::set(words, spec::common::opcode, command.opcode);
    return words;
}

bool copies(const spec::CommandWords& words) {
    return spec::Opcode(spec::get(words, spec::common::opcode)) != spec::Opcode::exec;
}

void spoil(Program& program, Random& random) {
    spec::CommandWords& words = program.commands[size_t(program.place)];
    if (program.trouble == Trouble::opcode) {
        static const std::vector<int> wrong{0, 4, 5, 7, 9, 13, 15};
        spec::set(words, spec::common::opcode, random.pick(wrong));
    } else if (program.trouble == Trouble::reserved) {
        const spec::Command& command = *spec::find_command(uint32_t(spec::get(words, spec::common::opcode)));
        const spec::Machine& machine = spec::find_machine("odd");  // keeps every bit, as the module does
        while (spec::reserved_bits_are_zero(words, command, machine))
            words[size_t(random.number(1, spec::command_words - 1))] |= 1u << random.number(0, 31);
    } else if (program.trouble == Trouble::count) {
        while (!copies(words)) words = random_command(random);
        static const std::vector<spec::Field> counts{spec::load::length, spec::load::count_x, spec::load::count_y};
        spec::set(words, random.pick(counts), 0);
    } else if (program.trouble == Trouble::address) {
        program.address += uint32_t(random.number(1, 63));
    } else if (program.trouble == Trouble::length) {
        program.commands.clear();
    }
}

Program random_program(Random& random, Trouble trouble) {
    Program program;
    program.trouble = trouble;
    program.address = uint32_t(random.number(0, 1 << 20)) * uint32_t(spec::command_bytes);
    for (int i = random.number(1, 12); i > 0; --i) program.commands.push_back(random_command(random));
    program.place = random.number(0, int(program.commands.size()) - 1);
    program.beat = random.number(0, trouble == Trouble::window ? parts - 1 : beats - 1);
    spoil(program, random);
    return program;
}

// Percent of cycles in which the bus takes a request, a beat comes, the queues have room.
struct Pace {
    int issue, beat, room;
};

class Bench {
public:
    Bench(const Program& program, const Pace& pace, Random& random) : program_(program), pace_(pace), random_(random) {
        fetch_->rst_ni = fetch_->start_i = fetch_->halt_i = fetch_->issued_i = fetch_->outside_i = fetch_->beat_i = 0;
        fetch_->beat_last_i = fetch_->beat_error_i = fetch_->room_i = 0;
        fetch_->program_address_i = program.address;
        fetch_->program_length_i = uint32_t(program.commands.size());
        fetch_.tick();
        fetch_->rst_ni = 1;
    }

    // From the start to the end or the fault, and some cycles more in which nothing may happen.
    void run() {
        for (int i = 0; i < 5; ++i) rest();
        start();
        for (int i = 0; i < 100000 && !fault_ && !fetch_->idle_o; ++i) cycle();
        REQUIRE(fault_ == program_.fault());
        if (fault_) {
            fetch_->halt_i = 1;
        } else {
            REQUIRE(received_ == int(program_.commands.size()) * beats);
        }
        for (int i = 0; i < 20; ++i) rest();
    }

private:
    struct Burst {
        int first_beat;  // of the program
        int done = 0;
    };

    // Nothing is asked for and nothing is sent.
    void rest() {
        fetch_->issued_i = fetch_->beat_i = fetch_->outside_i = fetch_->start_i = 0;
        fetch_->room_i = random_.chance(50);
        fetch_.settle();
        REQUIRE_FALSE(fetch_->request_o);
        REQUIRE_FALSE(fetch_->write_o);
        REQUIRE_FALSE(fetch_->commit_o);
        REQUIRE_FALSE(fetch_->fault_valid_o);
        fetch_.tick();
    }

    void start() {
        REQUIRE(fetch_->idle_o);
        fetch_->start_i = 1;
        fetch_.settle();
        REQUIRE_FALSE(fetch_->request_o);
        note_fault();
        fetch_.tick();
        fetch_->start_i = 0;
        fetch_.settle();
    }

    void cycle() {
        bus();
        beat();
        // Room may only go while nothing stands, as room for what stands was promised.
        fetch_->room_i = standing_ || random_.chance(pace_.room);
        fetch_.settle();
        check_request();
        check_write();
        note_fault();
        after_edge();
        fetch_.tick();
        fetch_.settle();
        REQUIRE(fetch_->idle_o == (issued_ == total() && flights_.empty()));
        REQUIRE(fetch_->flight_o == flights_.size());
    }

    int total() const { return int(program_.commands.size()) * parts; }

    // A request that stood a cycle is issued or refused.
    void bus() {
        const bool answers = taken_;
        taken_ = false;
        const bool refused = program_.trouble == Trouble::window && issued_ == program_.place * parts + program_.beat;
        fetch_->issued_i = answers && !refused;
        fetch_->outside_i = answers && refused;
    }

    void beat() {
        fetch_->beat_i = !flights_.empty() && random_.chance(pace_.beat);
        fetch_->beat_last_i = fetch_->beat_error_i = uint8_t(random_.chance(50));  // of no meaning without a beat
        if (!fetch_->beat_i) return;
        const Burst& burst = flights_.front();
        const int place = burst.first_beat + burst.done;
        const int command = place / beats, index = place % beats;
        fetch_->beat_last_i = burst.done == burst_length - 1;
        fetch_->beat_error_i = program_.trouble == Trouble::response && command == program_.place &&
                               index == program_.beat;
        set_port(fetch_->beat_data_i, bytes(command) + index * beat_bytes, beat_bytes);
    }

    const uint8_t* bytes(int command) const {
        return reinterpret_cast<const uint8_t*>(program_.commands[size_t(command)].data());
    }

    void check_request() {
        const bool inside = issued_ % parts != 0;  // a command is begun
        const bool expected = issued_ < total() && int(flights_.size()) < ahead && (fetch_->room_i || inside);
        REQUIRE(fetch_->request_o == expected);
        standing_ = expected && !fetch_->issued_i;
        const bool bad_beat = fetch_->beat_i && fetch_->beat_error_i;
        if (!expected || bad_beat) return;
        REQUIRE(fetch_->address_o == program_.address + uint32_t(issued_) * burst_bytes);
        REQUIRE(fetch_->length_o == burst_length - 1);
    }

    void check_write() {
        REQUIRE(fetch_->write_o == fetch_->beat_i);
        if (!fetch_->beat_i) {
            REQUIRE_FALSE(fetch_->commit_o);
            return;
        }
        const int command = received_ / beats, index = received_ % beats;
        const bool last = index == beats - 1;
        const bool fails = program_.trouble != Trouble::window && program_.fault() && command == program_.place;
        REQUIRE(fetch_->write_beat_o == index);
        const auto opcode = uint32_t(spec::get(program_.commands[size_t(command)], spec::common::opcode));
        if (spec::find_command(opcode) != nullptr) REQUIRE(fetch_->write_queue_o == opcode - 1);
        for (int i = 0; i < beat_bytes; ++i) {
            const bool in_index = last && i >= beat_bytes - 4;
            const uint8_t expected = in_index ? uint8_t(uint32_t(command) >> 8 * (i - (beat_bytes - 4)))
                                              : bytes(command)[index * beat_bytes + i];
            REQUIRE(port_byte(fetch_->write_data_o, size_t(i)) == expected);
        }
        REQUIRE(fetch_->commit_o == (last && !(fails)));
    }

    void note_fault() {
        if (fetch_->fault_valid_o)
            fault_ = Fault{fetch_->fault_code_o, fetch_->fault_address_o, fetch_->fault_command_o};
    }

    void after_edge() {
        if (fetch_->beat_i) {
            ++received_;
            if (++flights_.front().done == burst_length) flights_.pop_front();
        }
        if (fetch_->issued_i) flights_.push_back({issued_++ * burst_length});
        taken_ = standing_ && random_.chance(pace_.issue);
    }

    const Program& program_;
    const Pace pace_;
    Random& random_;
    Clocked<Vfetch> fetch_;
    std::deque<Burst> flights_;
    int issued_ = 0, received_ = 0;            // bursts, beats
    bool standing_ = false, taken_ = false;    // a request; the bus will answer it in the next cycle
    std::optional<Fault> fault_;
};

constexpr Pace paces[] = {{100, 100, 100}, {30, 100, 100}, {100, 30, 80}, {60, 60, 10}, {5, 90, 90}};

void runs(Trouble trouble, int programs) {
    Random random(uint64_t(trouble) + 1);
    for (int i = 0; i < programs; ++i) {
        const Program program = random_program(random, trouble);
        CAPTURE(i, program.commands.size(), program.place, program.beat);
        Bench(program, paces[size_t(i) % std::size(paces)], random).run();
    }
}

}  // namespace

TEST_CASE("programs at every pace") { runs(Trouble::none, 200); }
TEST_CASE("commands that are not one") {
    runs(Trouble::opcode, 50);
    runs(Trouble::reserved, 200);
}
TEST_CASE("counts of zero") { runs(Trouble::count, 100); }
TEST_CASE("errors of the bus") { runs(Trouble::response, 150); }
TEST_CASE("windows") { runs(Trouble::window, 100); }
TEST_CASE("programs that cannot start") {
    runs(Trouble::address, 50);
    runs(Trouble::length, 10);
}

}  // namespace napier::test
