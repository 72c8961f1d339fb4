#pragma once
// The faults that a campaign injects, and what a session may make of each: docs/robustness.md.

#include <cstdint>
#include <initializer_list>

#include "driver/session/device_error.hpp"
#include "driver/verify/random.hpp"

namespace napier::driver {

enum class FaultKind : uint8_t {
    // The bus between accelerator and memory.
    read_error, read_error_beat, write_error, read_never, write_never, read_late, write_late, last_early, last_missing,
    write_dropped, write_doubled, read_corrupted, write_corrupted,
    // The interrupt.
    interrupt_lost, interrupt_spurious, interrupt_early, interrupt_stuck,
    // The registers.
    registers_gone, read_all_ones, read_stale, write_lost,
    // The device.
    reset,
    // The host.
    allocation, short_file, full_disk,
};
inline constexpr int fault_kind_count = int(FaultKind::full_disk) + 1;

struct FaultRow {
    FaultKind kind;
    const char* name;
    bool needs_rtl;        // the simulator has no such wire
    bool needs_checksums;  // without them a session cannot see it
    bool may_be_right;
    bool host_error;       // an Error of another kind, or no memory
    uint32_t causes;       // bits: the allowed Causes of a DeviceError
};
const FaultRow& fault_row(FaultKind kind);

struct Fault {
    FaultKind kind = FaultKind::read_error;
    uint64_t place = 0;   // the number of the burst, register access or allocation, the cycle, or the byte of a file
    uint64_t amount = 0;  // cycles late, accesses stale, or which beat and bit
};

// What a run without faults does: where a fault can strike.
struct RunShape {
    uint64_t cycles = 0, read_bursts = 0, write_bursts = 0, register_reads = 0, register_writes = 0, allocations = 0;
    uint64_t file_bytes = 0;
};

// A fault of that kind anywhere in the run.
Fault random_fault(FaultKind kind, const RunShape& shape, Random& random);

}  // namespace napier::driver
