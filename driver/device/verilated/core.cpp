#include "driver/device/verilated/pins.hpp"

#include <verilated_machines.hpp>
#if __has_include(<verilated.h>)  // absent when no machine is built in
#include "driver/device/verilated/core.hpp"
#endif

#include <cstring>

namespace napier::driver {

#define NAPIER_MAKE_CORE(label, verilated) \
    if (std::strcmp(machine, label) == 0) return std::make_unique<VerilatedCore<verilated>>(power_up_seed, waves);
#define NAPIER_CORE_NAME(label, verilated) " " label

std::unique_ptr<Core> make_core([[maybe_unused]] const char* machine, [[maybe_unused]] uint64_t power_up_seed,
                                [[maybe_unused]] const std::string& waves) {
    NAPIER_VERILATED_MACHINES(NAPIER_MAKE_CORE)
    return nullptr;
}

const char* built_in_cores() {
    const char* names = "" NAPIER_VERILATED_MACHINES(NAPIER_CORE_NAME);
    return *names == ' ' ? names + 1 : names;
}

}  // namespace napier::driver
