#pragma once
// The pins of a machine without the verilated class: what the test bench drives and sees.

#include <array>
#include <cstdint>
#include <memory>
#include <string>

namespace napier::driver {

inline constexpr int most_beat_bytes = 64;

struct Inputs {
    bool rst_ni = false;
    uint16_t control_awaddr = 0, control_araddr = 0;
    uint32_t control_wdata = 0;
    bool control_awvalid = false, control_wvalid = false, control_bready = true;
    bool control_arvalid = false, control_rready = true;
    bool memory_arready = false, memory_awready = false, memory_wready = false;
    bool memory_rvalid = false, memory_rlast = false, memory_bvalid = false;
    uint8_t memory_rid = 0, memory_rresp = 0, memory_bid = 0, memory_bresp = 0;
    std::array<uint8_t, most_beat_bytes> memory_rdata{};
};

struct AddressChannel {
    uint32_t address = 0;
    uint8_t id = 0, length = 0, size = 0, burst = 0;
    bool valid = false;
    bool operator==(const AddressChannel&) const = default;
};

struct DataChannel {
    std::array<uint8_t, most_beat_bytes> data{};
    uint64_t strobe = 0;  // a bit for each byte
    bool last = false, valid = false;
    bool operator==(const DataChannel&) const = default;
};

struct Outputs {
    bool control_awready = false, control_wready = false, control_bvalid = false;
    bool control_arready = false, control_rvalid = false;
    uint8_t control_bresp = 0, control_rresp = 0;
    uint32_t control_rdata = 0;
    AddressChannel read, write;
    DataChannel write_data;
    bool memory_rready = false, memory_bready = false;
    bool interrupt = false;
    std::array<bool, 3> start{}, end{};  // event pulses: load, exec, store
};

// A verilated machine, seen cycle by cycle.
class Core {
public:
    virtual ~Core() = default;
    // Drives the inputs and gives the outputs of this cycle.
    virtual const Outputs& settle(const Inputs& inputs) = 0;
    // The clock edge that ends the cycle.
    virtual void clock() = 0;
};

// The core of a machine by the name in the description; null if it is not built in. Seed and waves as in DeviceConfig.
std::unique_ptr<Core> make_core(const char* machine, uint64_t power_up_seed, const std::string& waves);
// Names of the machines built in, separated by spaces.
const char* built_in_cores();

}  // namespace napier::driver
