#pragma once
// The verilated compute side of one machine: buffers filled through its write ports, commands fed to it as by its
// queue, the cycles of its events, and the same work on the golden interpreter's state.

#include <vector>

#include "Vcompute.h"
#include "sw/golden/interpreter/execute.hpp"
#include "tests/rtl/ports.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

class ComputeBench {
public:
    // When the queue shows a command and when its tokens are there: percent of the cycles.
    struct Traffic {
        int valid_percent = 100;
        int tokens_percent = 100;
    };
    static constexpr uint64_t first_cycle = 10, never = ~uint64_t{0};
    struct Event {
        uint64_t start = never, end = never;
        int signal = 0;
    };
    struct Counts {
        uint64_t array_cycles = 0, passes = 0, post_cycles = 0, busy = 0;
    };
    struct Fault {
        bool seen = false;
        uint64_t cycle = 0;
        uint32_t code = 0, address = 0, command = 0;
    };

    explicit ComputeBench(const spec::Machine& machine, uint64_t seed)
        : machine(machine), state(machine, {}), random_(seed) {
        top_.rst_ni = 0;
        for (int i = 0; i < 3; ++i) tick();
        top_.rst_ni = 1;
        tick();
    }

    // Fills every buffer with random bytes (extremes often), on both sides.
    void fill_buffers() {
        for (const spec::load::Target target : {spec::load::Target::activation, spec::load::Target::weight,
                                                spec::load::Target::parameter, spec::load::Target::residual,
                                                spec::load::Target::palette, spec::load::Target::table}) {
            const int word_bytes = spec::target_word_bytes(machine, target);
            for (int word = 0; word < spec::target_words(machine, target); ++word) {
                for (int byte = 0; byte < word_bytes; byte += machine.beat_bytes) write_beat(target, word, byte);
            }
        }
    }

    // Runs the commands to their ends; then the cycles of their events, from first_cycle on; never: not seen.
    // Halts in the cycle after a fault.
    std::vector<Event> run(const std::vector<spec::CommandWords>& commands, const Traffic& traffic) {
        std::vector<Event> events(commands.size());
        size_t head = 0, started = 0, ended = 0;
        bool shown = false;
        counts = {};
        fault = {};
        cycle_ = first_cycle;
        for (int rest = 4; rest > 0; ++cycle_) {
            shown = shown || random_.chance(traffic.valid_percent);
            top_.command_valid_i = head < commands.size() && shown;
            if (head < commands.size()) {
                set_port(top_.command_i, reinterpret_cast<const uint8_t*>(commands[head].data()), spec::command_bytes);
            }
            top_.command_index_i = static_cast<uint32_t>(head);
            top_.tokens_ready_i = random_.chance(traffic.tokens_percent);
            top_.halt_i = fault.seen;
            top_.eval();
            if (top_.event_start_o) events.at(started++).start = cycle_;
            if (top_.event_end_o) {
                events.at(ended).signal = top_.end_signal_o;
                events.at(ended++).end = cycle_;
            }
            if (top_.fault_valid_o && !fault.seen) {
                fault = {true, cycle_, top_.fault_code_o, top_.fault_address_o, top_.fault_command_o};
            }
            if (!top_.halt_i) {
                counts.array_cycles += top_.count_array_cycle_o;
                counts.passes += top_.count_pass_o;
                counts.post_cycles += top_.count_post_cycle_o;
                counts.busy += top_.exec_busy_o;
            }
            if (top_.command_valid_i && top_.command_ready_o) {
                ++head;
                shown = random_.chance(traffic.valid_percent);
            }
            if (top_.idle_o && (fault.seen || ended == commands.size())) --rest;
            tick();
        }
        top_.command_valid_i = 0;
        top_.halt_i = 0;
        return events;
    }

    // The golden interpreter's execution of one command.
    void run_golden(const spec::CommandWords& words, uint32_t index) {
        golden::run_exec(golden::Execution{state, words, index});
    }

    uint8_t output(uint32_t word, uint32_t byte) {
        top_.store_read_enable_i = 1;
        top_.store_read_word_i = static_cast<uint16_t>(word);
        tick();
        top_.store_read_enable_i = 0;
        top_.eval();
        return port_byte(top_.store_read_data_o, byte);
    }

    const spec::Machine& machine;
    golden::State state;
    Counts counts;
    Fault fault;

private:
    void tick() {
        top_.clk_i = 0;
        top_.eval();
        top_.clk_i = 1;
        top_.eval();
        top_.clk_i = 0;
        top_.eval();
    }

    void write_beat(spec::load::Target target, int word, int byte) {
        std::vector<uint8_t> beat(static_cast<size_t>(machine.beat_bytes));
        const int kind = random_.number(0, 5);
        for (uint8_t& value : beat) {
            value = static_cast<uint8_t>(kind == 0 ? 0x80 : kind == 1 ? 0x7f : kind == 2 ? 0xff : random_.bits());
        }
        if (target == spec::load::Target::parameter && small_parameters_) make_small(beat, byte);
        for (int i = 0; i < machine.beat_bytes; ++i) {
            const golden::BufferPosition position{static_cast<uint32_t>(word), static_cast<uint32_t>(byte + i)};
            state.target(target).write(position, beat[static_cast<size_t>(i)]);
        }
        top_.load_write_target_i = static_cast<uint8_t>(target);
        top_.load_write_low_enable_i = 1;
        top_.load_write_low_word_i = static_cast<uint16_t>(word);
        top_.load_write_low_bank_i = static_cast<uint8_t>(byte / machine.beat_bytes);
        set_port_bits(top_.load_write_low_mask_i, 0, beat.size(), ones(beat.size()));
        set_port(top_.load_write_data_i, beat.data(), beat.size());
        tick();
        top_.load_write_low_enable_i = 0;
    }

    // Biases as small as sums, and shifts after which sums of that size are within the clamps.
    void make_small(std::vector<uint8_t>& beat, int byte) {
        constexpr int word_bytes = 4;
        for (int first = 0; first < machine.beat_bytes; first += word_bytes) {
            const bool is_bias = (byte + first) % spec::parameter_bytes == 0;
            const int scale = random_.number(0, 0xffffff) | random_.number(20, 36) << spec::parameter::shift.lsb;
            const int value = is_bias ? random_.number(-2000, 2000) : scale;
            std::memcpy(beat.data() + first, &value, word_bytes);
        }
    }

    Vcompute top_;
    Random random_;
    const bool small_parameters_ = random_.chance(50);
    uint64_t cycle_ = 0;
};

}  // namespace napier::test
