#pragma once
// Fault after fault on one device, each in a run of its own, and what came of them.

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "driver/compile/program.hpp"
#include "driver/verify/faulty_device.hpp"

namespace napier::driver {

// A run whose answer is known.
struct KnownJob {
    Program program;  // keeps every tensor
    std::vector<int8_t> input, output;
};

// Lets the n-th allocation of the host from now on fail, until disarmed with -1; returns how many there were since the
// last call.
using AllocationHook = std::function<int64_t(int64_t n)>;

struct FaultOptions {
    std::string device = "sim";
    std::string machine = "odd";
    uint64_t seed = 1;                   // fault i is drawn with seed + i
    uint64_t faults = 1000;
    std::vector<FaultKind> kinds;        // to choose from; empty: all that device and machine have
    std::vector<KnownJob> jobs;          // struck by faults; the first also shows that the device has recovered
    AllocationHook allocations;          // none: no such faults
    bool trusting = false;               // sessions do not check traffic: to try whether the campaign notices
    std::string folder;                  // for the files of full disks; none: no such faults
};

enum class FaultOutcome : uint8_t { right, host_error, first_cause };
inline constexpr int fault_outcome_count = int(FaultOutcome::first_cause) + cause_count;

struct FaultTable {
    // [kind][outcome]; outcome first_cause + c: a DeviceError of cause c.
    std::array<std::array<uint64_t, fault_outcome_count>, fault_kind_count> counts{};
    uint64_t faults = 0, wrong = 0, hung = 0, outside = 0, not_allowed = 0, not_recovered = 0;
    std::vector<std::string> failures;  // sentences; the first ones
    bool good() const { return wrong + hung + outside + not_allowed + not_recovered == 0; }
};

FaultTable run_faults(const FaultOptions& options, const std::function<void(const std::string&)>& log);

// Lines for people: kinds by outcomes, those that came.
std::string to_text(const FaultTable& table);

// A reset in every cycle of the first job: each must end in an error or right, and leave a device that works.
FaultTable reset_in_every_cycle(const FaultOptions& options);

}  // namespace napier::driver
