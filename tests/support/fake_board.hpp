#pragma once
// A board behind fake device files: regular files stand for registers and memory, a pseudo-terminal for the interrupt,
// and a thread for the machine, which is the simulator.

#include <array>
#include <atomic>
#include <memory>
#include <thread>

#include "driver/device/mapped_file.hpp"
#include "driver/device/sim_device.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/pseudo_terminal.hpp"

namespace napier::test {

// What the board does wrong.
struct BoardFaults {
    bool lost_interrupts = false;
    bool spurious_interrupts = false;
    bool dead = false;  // nothing ever answers
};

class FakeBoard {
public:
    FakeBoard(const spec::Machine& machine, uint32_t memory_base, uint32_t memory_bytes, BoardFaults faults = {});
    ~FakeBoard();

    const driver::UioFiles& files() const { return files_; }
    // Writes a number, or any text, to an attribute: "uio/size", "udmabuf/phys_addr".
    void set_attribute(const std::string& name, const std::string& text);
    std::string interrupt_file() const { return files_.interrupt; }

private:
    static constexpr size_t known_bytes = 256;  // of registers that the machine has

    void make_files(uint32_t memory_base, uint32_t memory_bytes);
    void play();
    void take_writes();
    void show(uint32_t offset, uint32_t stood);
    void take_control(uint32_t control);
    void go_on();
    void publish();
    void interrupt();
    void move_memory(bool to_machine);
    std::atomic_ref<uint32_t> word(uint32_t offset) const;

    const BoardFaults faults_;
    TemporaryFolder folder_;
    driver::UioFiles files_;
    driver::SimDevice machine_;
    PseudoTerminal terminal_;  // read and written, and polled, as a file of UIO
    std::unique_ptr<driver::DeviceFile> register_file_, memory_file_;
    std::unique_ptr<driver::Mapping> registers_, memory_;
    std::array<uint32_t, known_bytes / 4> published_{};
    uint32_t memory_base_, interrupts_ = 0;
    bool runs_ = false;
    std::atomic<bool> ended_ = false;
    std::thread thread_;
};

}  // namespace napier::test
