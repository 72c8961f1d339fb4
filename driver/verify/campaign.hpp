#pragma once
// Many random programs on the simulator and on the verilated RTL side by side, until something differs.

#include <functional>
#include <optional>
#include <string>

#include "driver/verify/lockstep.hpp"

namespace napier::driver {

struct CampaignOptions {
    std::string machine = "odd";
    uint64_t seed = 1;          // program i is random_program(machine, seed + i)
    uint64_t programs = 1000;   // most programs
    uint64_t cycles = 0;        // ends after this many cycles of the RTL; 0: no such end
    bool resets = true;         // a soft reset in the middle of some runs
    bool errors = true;         // one wrong bit in some programs, faults of the bus in others
    uint64_t power_up_seed = 0; // as in DeviceConfig
    std::string waves;          // as in DeviceConfig
    std::string device = "rtl"; // what the simulator is compared with; "sim": itself, to try the campaign without RTL
    // Changes what was observed of a program, to try whether the campaign notices. who: "rtl" for the device above,
    // "sim", or "times" for the simulator without values.
    std::function<void(uint64_t seed, const char* who, DeviceRecord&)> spoil;
};

struct CampaignResult {
    uint64_t programs = 0, commands = 0, cycles = 0, resets = 0, errors = 0, golden = 0;
    std::optional<std::string> difference;  // a sentence; empty is right
    std::string program;                    // the one that differs, how to run it again
};

// `log` takes lines: the first and the last say how to run it again.
CampaignResult run_campaign(const CampaignOptions& options, const std::function<void(const std::string&)>& log);

}  // namespace napier::driver
