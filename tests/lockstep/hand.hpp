#pragma once
// Programs by hand, and a pair of devices that must agree on them.

#include <initializer_list>
#include <utility>

#include "driver/verify/lockstep.hpp"
#include "sw/spec/machine.hpp"

namespace napier::test {

using Fields = std::initializer_list<std::pair<spec::Field, int64_t>>;

// A program over a memory of 64 KiB at 0: commands at 0, data of the caller's choice, everything readable and writable.
class Hand {
public:
    static constexpr uint32_t memory_bytes = 1u << 16;
    static constexpr uint32_t data = 0x4000;     // where inputs may stand
    static constexpr uint32_t results = 0xc000;  // and results

    explicit Hand(const spec::Machine& machine);

    // Counts that are not named are 1. A wait or signal names the other queues.
    Hand& load(Fields fields);
    Hand& exec(Fields fields);
    Hand& store(Fields fields);
    Hand& command(const spec::CommandWords& words);
    // Bytes of memory.
    Hand& fill(uint32_t address, uint32_t count, int value);
    Hand& byte(uint32_t address, int value);
    // A column's parameters, for every column of the machine.
    Hand& parameters(uint32_t address, int64_t bias, int64_t significand, int64_t shift);

    driver::TestProgram program() const;
    driver::TestProgram& settings() { return program_; }

private:
    const spec::Machine& machine_;
    driver::TestProgram program_;
};

// Bits of wait and signal by the name of the other queue.
inline constexpr int from_load = 1, from_store = 2;          // of an EXEC
inline constexpr int load_exec = 1, load_store = 2;          // of a LOAD
inline constexpr int store_load = 1, store_exec = 2;         // of a STORE

// A small job that uses every unit: inputs, weights, parameters, residual in, two tiles out. Its memory is as the seed
// says.
driver::TestProgram known_answer(const spec::Machine& machine);

void soft_reset(driver::Device& device);
// A run that a soft reset stops in this cycle, or after its end.
driver::DeviceRecord reset_in(driver::Device& device, const driver::TestProgram& program, uint64_t cycle);

// The simulator and the verilated RTL of one machine.
struct Pair {
    explicit Pair(const spec::Machine& machine, uint64_t power_up_seed = 0);
    // Runs the program on both; empty if they agree in everything, else a sentence about the first difference. With
    // `golden` a run that ends with done must have the golden interpreter's bytes, and one that does not its error.
    std::string difference(const driver::TestProgram& program, bool golden = true, uint64_t limit = 2'000'000);
    void soft_reset();
    void hard_reset();

    std::unique_ptr<driver::Device> rtl, sim;
    driver::DeviceRecord record;  // of the last run, on the RTL
};

}  // namespace napier::test
