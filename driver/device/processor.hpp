#pragma once
// The software of a virtual platform: a SystemC module whose one thread runs C++ code with the driver, on a device that
// it reaches as a processor would, through its bus and its interrupt line. Needs the target napier_systemc.

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <functional>

#include "driver/device/device.hpp"
#include "sim/tlm/systemc.hpp"
#include "sw/base/error.hpp"

namespace napier::driver {

class Processor : public ::sc_core::sc_module, public Device {
public:
    ::tlm_utils::simple_initiator_socket<Processor> socket{"socket"};
    ::sc_core::sc_in<bool> interrupt{"interrupt"};

    struct Map {
        uint64_t registers = 0;       // address of the accelerator's first register on the bus
        sim::MemoryConfig memory;     // base and size of the memory that it shares with the accelerator
    };
    using Software = std::function<void(Device&)>;

    // software: runs once, as the simulation starts; what it throws is kept in failure. As it ends, the simulation
    // pauses.
    Processor(::sc_core::sc_module_name name, const spec::Machine& machine, const Map& map, Software software,
              ::sc_core::sc_time period = ::sc_core::sc_time(10, ::sc_core::SC_NS))
        : sc_module(name), machine_(machine), map_(map), software_(std::move(software)), period_(period) {
        SC_HAS_PROCESS(Processor);
        SC_THREAD(run);
        set_stack_size(1 << 20);
    }
    std::exception_ptr failure;
    bool ended = false;

    const char* name() const override { return "platform"; }
    const spec::Machine& machine() const override { return machine_; }
    uint32_t read_register(uint32_t offset) override {
        uint32_t value = 0;
        access(::tlm::TLM_READ_COMMAND, map_.registers + offset, reinterpret_cast<uint8_t*>(&value), sizeof value);
        return value;
    }
    void write_register(uint32_t offset, uint32_t value) override {
        access(::tlm::TLM_WRITE_COMMAND, map_.registers + offset, reinterpret_cast<uint8_t*>(&value), sizeof value);
    }
    void read_memory(uint32_t address, std::span<uint8_t> bytes) override {
        access(::tlm::TLM_READ_COMMAND, address, bytes.data(), bytes.size());
    }
    void write_memory(uint32_t address, std::span<const uint8_t> bytes) override {
        access(::tlm::TLM_WRITE_COMMAND, address, const_cast<uint8_t*>(bytes.data()), bytes.size());
    }
    bool wait_interrupt(uint64_t cycles) override {
        keeper_.sync();
        const uint64_t most = (~uint64_t{0} - ::sc_core::sc_time_stamp().value()) / period_.value();
        if (!interrupt.read()) {
            wait(::sc_core::sc_time::from_value(std::min(cycles, most) * period_.value()), interrupt.posedge_event());
            keeper_.reset();
        }
        return interrupt.read();
    }
    uint64_t cycle() const override { return ::sc_core::sc_time_stamp().value() / period_.value(); }
    // Error (device): a processor cannot.
    void reset() override { throw Error(ErrorKind::device, "A platform's software cannot reset its hardware."); }
    void configure_memory(const sim::MemoryConfig&) override {
        throw Error(ErrorKind::device, "A platform's memory is as it was built; compile the program for it.");
    }

private:
    void run() {
        keeper_.reset();
        try {
            software_(*this);
        } catch (...) {
            failure = std::current_exception();
        }
        keeper_.sync();
        ended = true;
        ::sc_core::sc_pause();
    }

    // One transaction, ahead of the platform by the quantum at most.
    void access(::tlm::tlm_command command, uint64_t address, uint8_t* bytes, size_t count) {
        ::tlm::tlm_generic_payload payload;
        payload.set_command(command);
        payload.set_address(address);
        payload.set_data_ptr(bytes);
        payload.set_data_length(unsigned(count));
        payload.set_streaming_width(unsigned(count));
        ::sc_core::sc_time delay = keeper_.get_local_time();
        socket->b_transport(payload, delay);
        keeper_.set(delay);
        if (keeper_.need_sync()) keeper_.sync();
        if (payload.is_response_error()) {
            throw Error(ErrorKind::device, fmt::format("The platform answers an access to {} bytes at {:#x} with {}; "
                                                       "look at its map.", count, address,
                                                       payload.get_response_string()));
        }
    }

    const spec::Machine& machine_;
    const Map map_;
    const Software software_;
    const ::sc_core::sc_time period_;
    ::tlm_utils::tlm_quantumkeeper keeper_;
};

}  // namespace napier::driver
