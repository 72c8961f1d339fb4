#pragma once
// What went wrong with a device, for programs; the sentence is for people.

#include "sw/base/error.hpp"

namespace napier::driver {

enum class Cause {
    identity,     // another machine or another version of the description
    occupied,     // somebody else uses the device
    memory,       // too little of it, or it does not hold what was written
    setting,      // a register does not hold what was written
    machine,      // the machine stopped with an error of its own
    deadline,     // not finished in time
    stopped,      // idle without done or error: never started, or reset by somebody
    completion,   // says done of another job, or of not as many commands
    checksum,     // what crossed the bus is not what stands in memory
    protocol,     // a rule of the bus is broken
    unreachable,  // no sensible answer
    cancelled,    // by the caller
};
inline constexpr int cause_count = int(Cause::cancelled) + 1;
inline constexpr const char* cause_names[cause_count] = {
    "identity", "occupied",   "memory",   "setting",  "machine",     "deadline",
    "stopped",  "completion", "checksum", "protocol", "unreachable", "cancelled"};

class DeviceError : public Error {
public:
    DeviceError(Cause cause, const std::string& sentence) : Error(ErrorKind::device, sentence), cause_(cause) {}
    Cause cause() const { return cause_; }

private:
    Cause cause_;
};

}  // namespace napier::driver
