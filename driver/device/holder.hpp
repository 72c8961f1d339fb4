#pragma once
// One user at a time for a file of the system.

#include <string>

namespace napier::driver {

// For sentences: "process 4711 ('napier')", of the process that has the file behind the descriptor locked with flock;
// "another process" if the system does not tell.
std::string holder_of(int descriptor);

// Locks the file behind the descriptor until that is closed, also by the end of the process. DeviceError (occupied):
// somebody else has it; the sentence begins with `what` ("Serial line '/dev/ttyUSB0'") and names who.
void hold(int descriptor, const std::string& what);

}  // namespace napier::driver
