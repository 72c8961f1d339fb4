#include "driver/device/device.hpp"

#include <fmt/format.h>

#include "driver/device/rtl_device.hpp"
#include "driver/device/sim_device.hpp"
#include "driver/device/tlm_device.hpp"
#include "sw/base/error.hpp"

namespace napier::driver {

namespace {

using Make = std::unique_ptr<Device> (*)(const spec::Machine&, const DeviceConfig&);

template <typename Kind>
std::unique_ptr<Device> make(const spec::Machine& machine, const DeviceConfig& config) {
    return std::make_unique<Kind>(machine, config);
}

template <bool loose>
std::unique_ptr<Device> make_tlm(const spec::Machine& machine, const DeviceConfig& config) {
    return std::make_unique<TlmDevice>(machine, config, loose);
}

struct BackEnd {
    std::string_view name;
    Make make;
};
constexpr BackEnd back_ends[] = {
    {"sim", make<SimDevice>},
    {"rtl", make<RtlDevice>},
    {"tlm", make_tlm<false>},
    {"tlm-loose", make_tlm<true>},
};

}  // namespace

std::unique_ptr<Device> make_device(std::string_view device, const spec::Machine& machine, const DeviceConfig& config) {
    std::string known;
    for (const BackEnd& back_end : back_ends) {
        if (back_end.name == device) return back_end.make(machine, config);
        known += fmt::format("{}'{}'", known.empty() ? "" : ", ", back_end.name);
    }
    throw Error(ErrorKind::usage, fmt::format("There is no device '{}'; give one of {}.", device, known));
}

}  // namespace napier::driver
