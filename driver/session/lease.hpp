#pragma once
// One user at a time for a device of this process.

#include <string>

namespace napier::driver {

class Device;

// Held from construction to destruction. DeviceError (occupied): another lease of the same device is held; the sentence
// names its holder. Leases of all threads are known to each other.
class Lease {
public:
    Lease(const Device& device, const std::string& holder);
    ~Lease();
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

private:
    const Device* device_;
};

}  // namespace napier::driver
