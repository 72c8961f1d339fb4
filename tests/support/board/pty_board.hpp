#pragma once
// A verilated serial_board behind a pseudo-terminal: what a host sees as a board on a serial line.

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "tests/support/pseudo_terminal.hpp"

namespace napier::test {

// The pins of a board, whatever its machine.
class BoardPins {
public:
    virtual ~BoardPins() = default;
    virtual void reset(bool low) = 0;
    // A clock cycle: drives the line to the board and gives the one from it.
    virtual bool cycle(bool line) = 0;
};

class PtyBoard {
public:
    static constexpr uint32_t memory_bytes = 4 * 65536;  // as boards.cmake builds it

    // A board with this machine. Runs in a thread of its own. Throws std::runtime_error if no such board is built in.
    explicit PtyBoard(const std::string& machine = "tiny");
    ~PtyBoard();
    PtyBoard(const PtyBoard&) = delete;
    PtyBoard& operator=(const PtyBoard&) = delete;

    // The terminal to open.
    const std::string& path() const { return terminal_.path(); }
    // From now on so many of a thousand bytes, either way, have a bit changed.
    void set_noise(int permille) { noise_ = permille; }

private:
    void run();

    PseudoTerminal terminal_;
    std::unique_ptr<BoardPins> pins_;
    std::atomic<int> noise_ = 0;
    std::atomic<bool> stop_ = false;
    std::thread thread_;
};

}  // namespace napier::test
