#pragma once
// Small programs with an input and the golden model's output, for faults to strike.

#include <string>
#include <vector>

#include "driver/verify/fault_campaign.hpp"

namespace napier::test {

// The first is the smallest: one layer.
std::vector<driver::KnownJob> known_jobs(const std::string& machine);

}  // namespace napier::test
