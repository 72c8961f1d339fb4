#pragma once
// Who holds the lock of a file.

#include <string>

namespace napier::driver {

// For sentences: "process 4711 ('napier')", of the process that has the file behind the descriptor locked with flock;
// "another process" if the system does not tell.
std::string holder_of(int descriptor);

}  // namespace napier::driver
