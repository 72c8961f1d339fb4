#pragma once
// One program on one device, and what can be compared of it with another device's run: everything.

#include <optional>

#include "driver/verify/test_program.hpp"

namespace napier::driver {

struct DeviceRecord {
    const char* device = "";
    bool interrupted = false;       // the interrupt came before the limit
    uint64_t interrupt_cycle = 0;   // of the interrupt line's rise
    uint32_t status = 0, error_code = 0, error_address = 0, error_command = 0;
    std::array<uint32_t, spec::counter_count> counters{};
    std::array<uint32_t, 4> job{};  // completed job; checksums of fetch, load and store
    sim::CommandTrace trace;
    std::vector<uint8_t> memory;
    std::vector<std::string> violations;  // of the bus's rules
};

// Loads the program's memory and registers, starts it and waits for its interrupt, at most `limit` cycles.
DeviceRecord run(Device& device, const TestProgram& program, uint64_t limit);
// The two halves of run(): up to and with the start write, and from the interrupt or the limit on.
void start(Device& device, const TestProgram& program);
DeviceRecord observe(Device& device, const TestProgram& program, bool interrupted);

// A sentence about the first difference, or nothing. Order: interrupt, status, error, commands by their time, counters,
// memory.
std::optional<std::string> first_difference(const DeviceRecord& left, const DeviceRecord& right,
                                            const TestProgram& program);
// The same for the memory alone.
std::optional<std::string> first_difference(const char* left, const std::vector<uint8_t>& left_bytes, const char* right,
                                            const std::vector<uint8_t>& right_bytes, uint32_t base);
// What the golden interpreter says of a run that ended with done: nothing, or a sentence about the first difference.
std::optional<std::string> difference_from_golden(const DeviceRecord& record, const TestProgram& program);

}  // namespace napier::driver
