#pragma once
// Twin of rtl/control/fetch.sv: reads the program's commands in order, checks them, and sends them to their queues.

#include <array>

#include "sim/control/command_queue.hpp"
#include "sim/control/fault.hpp"
#include "sim/memory/memory_port.hpp"

namespace napier::sim {

class Fetch {
public:
    Fetch(Context& context, CommandQueue& queue, MemoryPort& port, Fault& fault);
    void reset();
    // In the cycle of start_o.
    void start(Cycle cycle, uint32_t address, uint32_t length);
    bool idle(Cycle cycle) const { return !active_.at(cycle) && flight_.at(cycle) == 0; }

    // The memory port.
    bool requests(Cycle cycle) const;
    BusBurst burst() const;
    bool issued(Cycle cycle);
    bool waits(Cycle) const { return false; }  // every end of a burst makes it look
    void outside(Cycle cycle);
    void joined(const MemoryModel::ReadBurst& read);
    void landed(Cycle cycle);

private:
    uint32_t address(uint32_t command, uint32_t part) const {
        return (address_ + command * spec::command_bytes + part * part_bytes_) & address_mask_;
    }
    void take_part();
    void receive(Cycle cycle);
    void raise(Cycle cycle, spec::ErrorCode code, uint32_t address, uint32_t index);

    Context& context_;
    CommandQueue& queue_;
    MemoryPort& port_;
    Fault& fault_;
    const uint32_t address_mask_;
    std::vector<CommandWords> used_bits_;  // in the order of spec::commands
    uint32_t parts_, part_bytes_;  // bursts of a command, and their bytes

    uint32_t address_ = 0, length_ = 0;
    Registered<bool> active_;
    Registered<int> flight_;       // bursts
    uint32_t issue_ = 0, part_ = 0;          // the burst to issue
    uint32_t receive_ = 0, receive_part_ = 0;  // the burst to receive
    bool bad_ = false;                         // a burst with an error has come
    std::array<uint8_t, spec::command_bytes> command_{};  // the one being received
    Ring<uint8_t> errors_;                     // of bursts joined
};

}  // namespace napier::sim
