#pragma once
// What the checksums of a machine must be, from the bytes in memory.

#include <cstdint>
#include <span>

#include "driver/compile/program.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {

// CRC-32 of the beats of the run of a part: see docs/architecture.md, Completion.
struct TrafficChecksums {
    uint32_t load = 0, store = 0;
};

uint32_t fetch_checksum(const Program& program, const ProgramPart& part, const spec::Machine& machine);

// True if no byte of memory is another when the program ends than when it was last read or written: every tensor is
// kept. Only then the memory after a run tells what its traffic must have been.
bool memory_tells_traffic(const Program& program);

// `memory`: the bytes from program.memory_base to memory_end after a run. A row that leaves them counts as no bytes.
TrafficChecksums traffic_checksums(const Program& program, const ProgramPart& part, const spec::Machine& machine,
                                   std::span<const uint8_t> memory);

}  // namespace napier::driver
