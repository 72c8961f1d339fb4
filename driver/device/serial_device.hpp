#pragma once
// Device "serial": a board behind a UART, by the protocol of docs/serial.md.

#include "driver/device/device.hpp"
#include "driver/device/serial/frames.hpp"
#include "driver/device/serial/line.hpp"

namespace napier::driver {

// Every request is answered with the right checksum, or sent again; what changes something is done once, however often
// it was sent. DeviceError (unreachable): no right answer after most_tries; the sentence says what came instead.
class SerialDevice : public Device {
public:
    static constexpr int most_tries = 8;

    // where: "<terminal>", or "<terminal>@<baud>". Errors as those of Line, and DeviceError (identity): the
    // board speaks another version of the protocol.
    SerialDevice(const spec::Machine& machine, const std::string& where);

    const char* name() const override { return "serial"; }
    const spec::Machine& machine() const override { return machine_; }
    uint32_t read_register(uint32_t offset) override;
    void write_register(uint32_t offset, uint32_t value) override;
    void read_memory(uint32_t address, std::span<uint8_t> bytes) override;
    void write_memory(uint32_t address, std::span<const uint8_t> bytes) override;
    // Asks again and again; on a device that does not run, a few times.
    bool wait_interrupt(uint64_t cycles) override;
    // The counter of the machine's cycles: stands while nothing runs.
    uint64_t cycle() const override;
    void reset() override;
    // The board has the memory it has.
    void configure_memory(const sim::MemoryConfig&) override {}

    uint32_t memory_bytes() const { return memory_bytes_; }
    uint64_t retries() const { return retries_; }  // requests sent again

private:
    enum class Trouble { none, silence, garbled, damaged };
    SerialReply exchange(uint8_t operation, uint8_t count, uint32_t address, std::vector<uint32_t> words = {}) const;
    Trouble attempt(const SerialRequest& request, SerialReply& reply) const;
    [[noreturn]] void give_up(Trouble last) const;
    void check_range(uint32_t address, size_t count) const;
    std::vector<uint32_t> read_words(uint32_t address, size_t count) const;

    const spec::Machine& machine_;
    mutable Line line_;
    mutable uint8_t sequence_ = 0;
    mutable uint64_t retries_ = 0;
    uint32_t memory_bytes_ = 0;
};

}  // namespace napier::driver
