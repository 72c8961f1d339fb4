#pragma once
// A program on a device: load it once, then run it on one input after the other.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "driver/compile/program.hpp"
#include "driver/device/device.hpp"

namespace napier::driver {

// Values of the performance counters, in the order of sw/spec/spec.hpp.
using Counters = std::array<uint32_t, spec::counter_count>;

// Start and end cycle of a command; zero is the cycle of the start.
struct CommandTime {
    uint64_t start = 0, end = 0;
    bool operator==(const CommandTime&) const = default;
};

struct RunTimes {
    Counters counters{};
    std::vector<CommandTime> commands;  // in the order of the program; empty if the device cannot see them
};

struct SessionOptions {
    uint64_t deadline_cycles = 4'000'000'000;  // of one run; it then counts as hung
    uint32_t watchdog_cycles = 1'000'000;      // without progress; 0: off
};

class Session {
public:
    // Checks that the device is the machine the program was made for, and writes program and constants to its memory.
    // Error (device): another machine, another version of the description, or not enough memory.
    Session(Device& device, const Program& program, const SessionOptions& options = {});

    // Runs the program on the input tensor's values. Error (input): another number of values. Error (device): the
    // machine stops with an error, does not finish before the deadline, or breaks a rule of the bus.
    RunTimes run(std::span<const int8_t> input);

    // The values of a tensor of the model after a run. Error (usage): its memory was reused by another.
    std::vector<int8_t> tensor(int index) const;
    std::vector<int8_t> output() const { return tensor(program_.output.tensor); }

    // Every byte of memory that the program may touch.
    std::vector<uint8_t> memory() const;

    Device& device() { return device_; }

private:
    void check_identity();
    void start();
    void wait();
    [[noreturn]] void explain_error();
    RunTimes read_times();

    Device& device_;
    const Program& program_;
    const SessionOptions options_;
};

// The memory that a device needs for the program.
sim::MemoryConfig memory_for(const Program& program, sim::MemoryConfig config);

// For sentences: "command 17 (load: weights of layer 'conv2', tile 3)".
std::string describe_command(const Program& program, uint32_t index);

}  // namespace napier::driver
