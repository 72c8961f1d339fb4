#pragma once
// A program on a device: load it once, then run it on one input after the other.

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "driver/compile/program.hpp"
#include "driver/device/device.hpp"
#include "driver/session/checksums.hpp"
#include "driver/session/controller.hpp"
#include "driver/session/lease.hpp"

namespace napier::driver {

// Values of the performance counters, in the order of sw/spec/spec.hpp.
using Counters = std::array<uint32_t, spec::counter_count>;

// Start and end cycle of a command; zero is the cycle of the start.
struct CommandTime {
    uint64_t start = 0, end = 0;
    bool operator==(const CommandTime&) const = default;
};

// A program of parts: the counters are the sums of the parts'; on the time line of the commands each part begins where
// the one before was done, so that no time stands for what the host does between them.
struct RunTimes {
    Counters counters{};
    std::vector<CommandTime> commands;  // in the order of the program; empty if the device cannot see them
    // Of this host, one for each step of Program::host, with its copies; empty if the device takes times alone.
    std::vector<double> host_milliseconds;
};

// What must hold before a run counts as done (docs/robustness.md).
enum class Check {
    completion,  // the machine's word: status, number of commands; with checksums the job and that of the commands
    traffic,     // and every byte that crossed the bus is the one that stands in memory
};

struct SessionOptions {
    uint64_t deadline_cycles = 4'000'000'000;  // of one run, of each of its parts; it then counts as hung
    uint32_t watchdog_cycles = 1'000'000;      // without progress; 0: off
    Check check = Check::completion;           // traffic: needs a machine with checksums, and every tensor kept
    const std::atomic<bool>* cancelled = nullptr;  // true: the run is given up
    std::string holder = "a session of this process";  // named to others who want the device
};

// Holds its device alone. All errors of the device are DeviceErrors; after one the next run, or the next session, gets
// a device that works if there is one.
class Session {
public:
    // Resets the device, checks that it is the machine the program was made for, and writes program and constants to
    // its memory. Error (usage): the check asked for is not possible. DeviceError: the device is in use, is another
    // machine, follows another version of the description, or lacks memory.
    Session(Device& device, const Program& program, const SessionOptions& options = {});

    // Runs the program on the values of its input tensors, one behind the other. Error (input): another number of
    // values. DeviceError: the machine stops with an error, does not finish before the deadline, breaks a rule of the
    // bus, or did not do what it was told.
    RunTimes run(std::span<const int8_t> input);

    // Gives up whatever runs; the device is idle then.
    void recover() { controller_.recover(); }

    // The values of a tensor of the model after a run. Error (usage): its memory was reused by another.
    std::vector<int8_t> tensor(int index) const;
    std::vector<int8_t> output() const { return tensor(program_.output.tensor); }

    // Every byte of memory that the program may touch.
    std::vector<uint8_t> memory() const;

    Device& device() { return device_; }

private:
    void check_identity();
    void check_possible() const;
    void load();
    void write(uint32_t address, std::span<const uint8_t> bytes, const char* what);
    void run_part(size_t number, RunTimes& times);
    RunSettings settings(const ProgramPart& part);
    [[noreturn]] void explain_error(const ProgramPart& part);
    void check_completion(size_t number);
    void check_traffic();
    void add_times(const ProgramPart& part, RunTimes& times);
    double run_host(const HostStep& step);
    std::vector<uint8_t> bytes_of(const TensorPlace& place) const;
    void put_inputs(std::span<const int8_t> values);
    void put(const TensorPlace& place, std::span<const int8_t> values, const char* what);

    Device& device_;
    const Program& program_;
    const SessionOptions options_;
    Lease lease_;
    Controller controller_;
    const std::vector<ProgramPart> parts_;
    std::vector<uint32_t> fetch_checksums_;  // of each part
    std::vector<TrafficChecksums> told_;     // by the machine, of each part of the run
    struct Written {
        uint32_t address;
        std::vector<uint8_t> bytes;
    };
    std::vector<Written> written_;  // by the host, of the run
    uint32_t job_ = 0;
    std::vector<uint8_t> memory_;  // of the last run, as its checksums say; empty: they were not asked
};

// The memory that a device needs for the program.
sim::MemoryConfig memory_for(const Program& program, sim::MemoryConfig config);

// For sentences: "command 17 (load: weights of layer 'conv2', tile 3)".
std::string describe_command(const Program& program, uint32_t index);

}  // namespace napier::driver
