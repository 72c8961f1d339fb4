// The machine tiny out of reset: reads its registers version and identity over AXI4-Lite and compares them with the C
// header. Stands alone, for build tools of others.

#include <cstdint>
#include <cstdio>

#include "Vnapier_tiny.h"
#include "napier_registers.h"
#include "verilated.h"

namespace {

constexpr int patience = 100;  // cycles until an answer

void tick(Vnapier_tiny& machine) {
    machine.clk_i = 0;
    machine.eval();
    machine.clk_i = 1;
    machine.eval();
}

// A register's value; false if the machine does not answer.
bool read(Vnapier_tiny& machine, uint32_t offset, uint32_t& value) {
    machine.control_araddr_i = static_cast<uint16_t>(offset);
    machine.control_arvalid_i = 1;
    machine.control_rready_i = 1;
    for (int cycle = 0; cycle < patience; ++cycle) {
        machine.clk_i = 0;
        machine.eval();
        const bool taken = machine.control_arready_o != 0, answered = machine.control_rvalid_o != 0;
        value = machine.control_rdata_o;
        tick(machine);
        if (taken) machine.control_arvalid_i = 0;
        if (answered) return true;
    }
    return false;
}

bool has(Vnapier_tiny& machine, const char* name, uint32_t offset, uint32_t expected) {
    uint32_t value = 0;
    const bool answered = read(machine, offset, value);
    std::printf("%s: %08x, expected %08x\n", name, static_cast<unsigned>(value), static_cast<unsigned>(expected));
    return answered && value == expected;
}

}  // namespace

int main(int argc, char** argv) {
    Verilated::commandArgs(argc, argv);
    Vnapier_tiny machine;
    machine.rst_ni = 0;
    tick(machine);
    tick(machine);
    machine.rst_ni = 1;
    const bool version = has(machine, "version", NAPIER_REGISTER_VERSION, NAPIER_VERSION);
    const bool identity = has(machine, "identity", NAPIER_REGISTER_IDENTITY, NAPIER_IDENTITY_TINY);
    std::printf("%s\n", version && identity ? "passed" : "FAILED");
    return version && identity ? 0 : 1;
}
