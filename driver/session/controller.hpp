#pragma once
// The registers of a device: each write is read back, each answer must make sense, nothing waits for ever.

#include <atomic>
#include <cstdint>

#include "driver/device/device.hpp"
#include "driver/session/device_error.hpp"

namespace napier::driver {

struct RunSettings {
    uint32_t program_address = 0, program_length = 0;
    uint32_t read_base = 0, read_limit = 0, write_base = 0, write_limit = 0;  // pages
    uint32_t watchdog = 0;
    uint32_t job = 0;
};

class Controller {
public:
    explicit Controller(Device& device) : device_(device) {}

    // Idle, without error, nothing outstanding on the bus, no interrupt: by a soft reset, and if that does not do it by
    // a hard one. Whatever ran is lost. DeviceError (unreachable): it does not come back.
    void recover();

    // Starts a program on a recovered device. DeviceError (setting): a register does not keep what it is told.
    void start(const RunSettings& settings);

    enum class End { done, error };
    // Waits at most `deadline` cycles, asking for the status at times, whatever the interrupt says. DeviceError
    // (deadline, stopped, unreachable, cancelled).
    End wait(uint64_t deadline, const std::atomic<bool>* cancelled);

    // The status; DeviceError (unreachable) if bits are set that it does not have.
    uint32_t status();

private:
    void set(uint32_t offset, uint32_t value);
    bool come_back();
    [[noreturn]] void fail(Cause cause, const std::string& what) const;

    Device& device_;
};

}  // namespace napier::driver
