#pragma once
// Where two runs of a program differ first.

#include <optional>
#include <string>

#include "driver/session/session.hpp"

namespace napier::driver {

// What the golden model or a device says about a run.
struct RunRecord {
    std::string who;                             // "golden", "sim", "rtl"
    std::vector<std::vector<int8_t>> tensors;    // as in the model; empty: not known
    RunTimes times;                              // commands empty: not known
    std::vector<uint8_t> memory;                 // all that the program may touch; empty: not known
};

// Runs one input on a session and records all that is kept.
RunRecord record_run(Session& session, const Program& program, std::span<const int8_t> input);

// A sentence about the first tensor value, in the order of the layers, that both know and that differs.
std::optional<std::string> first_value_difference(const Program& program, const RunRecord& left,
                                                  const RunRecord& right);

// A sentence about the first command, in the order of the program, or counter that differs.
std::optional<std::string> first_time_difference(const Program& program, const RunRecord& left,
                                                 const RunRecord& right);

// A sentence about the first byte of memory that differs.
std::optional<std::string> first_memory_difference(const RunRecord& left, const RunRecord& right,
                                                   uint32_t memory_base);

// The first of these three.
std::optional<std::string> first_difference(const Program& program, const RunRecord& left, const RunRecord& right);

}  // namespace napier::driver
