#pragma once
// Where two runs of a program differ first.

#include <optional>
#include <string>

#include "driver/session/session.hpp"

namespace napier::driver {

// What the golden model or a device says about a run.
struct RunRecord {
    std::string who;                             // "golden", "sim", "rtl"
    std::vector<std::vector<int8_t>> tensors;    // as in the program; empty: not known
    RunTimes times;                              // commands empty: not known
    std::vector<uint8_t> memory;                 // all that the program may touch; empty: not known
};

// What the golden model says of every tensor of a valid model's program: of the model's own by their definition, of
// those that the compiler puts between them by theirs.
RunRecord record_golden(const Model& model, const Program& program, std::span<const int8_t> input);

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
