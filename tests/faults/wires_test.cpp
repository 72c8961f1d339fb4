// Do faults on the wires of the verilated registers and interrupt strike where they are put, and nowhere else?

#include <catch2/catch.hpp>

#include "driver/device/device.hpp"
#include "sw/spec/machine.hpp"

namespace napier::test {
namespace {

using Kind = driver::WireFault::Kind;
constexpr uint32_t start = 1u << spec::control_start_bit;

struct Wires {
    Wires() {
        device->write_register(spec::reg_interrupt_enable, 3);
        device->write_register(spec::reg_watchdog, 5);
        device->read_register(spec::reg_watchdog);
    }
    void put(Kind kind, uint64_t first, uint64_t end) { device->put_on_wires({kind, first, end}); }
    uint32_t watchdog() { return device->read_register(spec::reg_watchdog); }

    std::unique_ptr<driver::Device> device = driver::make_device("rtl", spec::find_machine("tiny"), {});
};

}  // namespace

TEST_CASE_METHOD(Wires, "An interrupt line that is held low or high") {
    put(Kind::interrupt_low, 0, ~0ull);
    device->write_register(spec::reg_control, start);  // a program of no commands: an error, and so an interrupt
    const uint64_t before = device->cycle();
    CHECK_FALSE(device->wait_interrupt(1000));
    CHECK(device->cycle() == before + 1000);
    put(Kind::none, 0, 0);
    CHECK(device->wait_interrupt(0));

    device->reset();
    const uint64_t now = device->cycle();
    put(Kind::interrupt_high, now + 100, now + 101);
    CHECK(device->wait_interrupt(1000));
    CHECK(device->cycle() == now + 100);
    device->read_register(spec::reg_status);
    CHECK_FALSE(device->wait_interrupt(1000));
    CHECK(device->violations().empty());
}

TEST_CASE_METHOD(Wires, "The second read is all ones") {
    put(Kind::read_ones, 1, 2);
    CHECK(watchdog() == 5);
    CHECK(watchdog() == ~0u);
    CHECK(watchdog() == 5);
}

TEST_CASE_METHOD(Wires, "Two reads are those of before") {
    put(Kind::read_stale, 0, 2);
    device->write_register(spec::reg_watchdog, 6);
    CHECK(watchdog() == 5);
    CHECK(device->read_register(spec::reg_version) == 0);
    CHECK(watchdog() == 6);
}

TEST_CASE_METHOD(Wires, "The second write is answered in time, and lost") {
    put(Kind::write_lost, 1, 2);
    device->write_register(spec::reg_watchdog, 6);
    const uint64_t before = device->cycle();
    device->write_register(spec::reg_watchdog, 7);
    CHECK(device->cycle() == before + 2);
    CHECK(watchdog() == 6);
    device->write_register(spec::reg_watchdog, 8);
    CHECK(watchdog() == 8);
}

TEST_CASE_METHOD(Wires, "Registers are gone from the second read on, until a hard reset") {
    put(Kind::gone, 1, ~0ull);
    device->write_register(spec::reg_watchdog, 6);
    CHECK(watchdog() == 6);
    CHECK(watchdog() == ~0u);
    device->write_register(spec::reg_control, 1u << spec::control_reset_bit);
    CHECK(device->read_register(spec::reg_identity) == ~0u);
    device->reset();
    CHECK(device->read_register(spec::reg_identity) == spec::find_machine("tiny").identity);
    device->write_register(spec::reg_watchdog, 7);
    CHECK(watchdog() == 7);
}

}  // namespace napier::test
