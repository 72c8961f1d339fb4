#pragma once
// Twin of rtl/array/command_check.sv: what can be wrong with an EXEC before it runs.

#include <optional>

#include "sim/base/exec_command.hpp"
#include "sw/spec/machine.hpp"

namespace napier::sim {

// An error found by an engine, without its cycle.
struct FaultReport {
    spec::ErrorCode code;
    uint32_t address;
};

std::optional<FaultReport> check_fields(const spec::Machine& machine, const ExecCommand& command);

}  // namespace napier::sim
