#pragma once
// "Did you mean": the known word nearest to one that is not known.

#include <string>
#include <vector>

namespace napier::driver {

// The candidate nearest to the word, or empty if none is near.
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace napier::driver
