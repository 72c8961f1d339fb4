#include "driver/device/device.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "driver/device/rtl_device.hpp"
#include "driver/device/serial_device.hpp"
#include "driver/device/sim_device.hpp"
#include "driver/device/tlm_device.hpp"
#include "driver/device/uio_device.hpp"
#include "sw/base/error.hpp"

namespace napier::driver {

namespace {

// place: what stands behind the colon of the device's name; for one that takes any.
using Make = std::unique_ptr<Device> (*)(const spec::Machine&, const DeviceConfig&, std::string_view place);

template <typename Kind>
std::unique_ptr<Device> make(const spec::Machine& machine, const DeviceConfig& config, std::string_view) {
    return std::make_unique<Kind>(machine, config);
}

template <bool loose>
std::unique_ptr<Device> make_tlm(const spec::Machine& machine, const DeviceConfig& config, std::string_view) {
    return std::make_unique<TlmDevice>(machine, config, loose);
}

std::unique_ptr<Device> make_uio(const spec::Machine& machine, const DeviceConfig& config, std::string_view place) {
    return std::make_unique<UioDevice>(machine, config.uio ? *config.uio : find_uio_files(place));
}

std::unique_ptr<Device> make_serial(const spec::Machine& machine, const DeviceConfig&, std::string_view place) {
    return std::make_unique<SerialDevice>(machine, std::string(place));
}

struct BackEnd {
    std::string_view name;
    Make make;
    bool has_place = false;
};
constexpr BackEnd back_ends[] = {
    {"sim", make<SimDevice>},
    {"rtl", make<RtlDevice>},
    {"tlm", make_tlm<false>},
    {"tlm-loose", make_tlm<true>},
    {"uio", make_uio, true},
    {"serial", make_serial, true},
};

}  // namespace

std::unique_ptr<Device> make_device(std::string_view device, const spec::Machine& machine, const DeviceConfig& config) {
    std::string known;
    const std::string_view name = device.substr(0, device.find(':'));
    const std::string_view place = device.substr(std::min(name.size() + 1, device.size()));
    for (const BackEnd& back_end : back_ends) {
        if (back_end.name == (back_end.has_place ? name : device)) return back_end.make(machine, config, place);
        known += fmt::format("{}'{}'", known.empty() ? "" : ", ", back_end.name);
    }
    throw Error(ErrorKind::usage, fmt::format("There is no device '{}'; give one of {}.", device, known));
}

}  // namespace napier::driver
