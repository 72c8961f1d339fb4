#pragma once
// The host's work in reports: never a cycle, always told.

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "driver/compile/program.hpp"

namespace napier::driver {

// One line: how many steps, elements and bytes, and what does not count them. milliseconds: RunTimes's.
std::string host_line(const Program& program, const std::vector<double>& milliseconds);

// A table of the steps, then the line; the line alone without steps.
std::string host_text(const Program& program, const std::vector<double>& milliseconds);

// One object a step.
nlohmann::ordered_json host_steps_json(const Program& program, const std::vector<double>& milliseconds);

}  // namespace napier::driver
