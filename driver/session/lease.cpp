#include "driver/session/lease.hpp"

#include <fmt/format.h>

#include <map>
#include <mutex>

#include "driver/device/device.hpp"
#include "driver/session/device_error.hpp"

namespace napier::driver {
namespace {

struct Holders {
    std::mutex mutex;
    std::map<const Device*, std::string> names;
};

Holders& holders() {
    static Holders all;
    return all;
}

}  // namespace

Lease::Lease(const Device& device, const std::string& holder) : device_(&device) {
    Holders& all = holders();
    const std::lock_guard lock(all.mutex);
    const auto [place, free] = all.names.try_emplace(device_, holder);
    if (!free) {
        throw DeviceError(Cause::occupied, fmt::format("Device '{}' is in use by {}; end that session first.",
                                                       device.name(), place->second));
    }
}

Lease::~Lease() {
    Holders& all = holders();
    const std::lock_guard lock(all.mutex);
    all.names.erase(device_);
}

}  // namespace napier::driver
