#pragma once
// The verilated board behind a pseudo-terminal: what a host sees as a board on a serial line.

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

namespace napier::test {

class PtyBoard {
public:
    // noise_permille: so many of a thousand bytes, either way, have a bit changed. Runs in a thread of its own.
    explicit PtyBoard(int noise_permille = 0);
    ~PtyBoard();
    PtyBoard(const PtyBoard&) = delete;
    PtyBoard& operator=(const PtyBoard&) = delete;

    // The terminal to open.
    const std::string& path() const { return path_; }
    uint64_t cycles() const { return cycles_; }
    void set_noise(int permille) { noise_ = permille; }

private:
    void run();

    int master_ = -1, slave_ = -1;
    std::string path_;
    std::atomic<int> noise_;
    std::atomic<bool> stop_ = false;
    std::atomic<uint64_t> cycles_ = 0;
    std::thread thread_;
};

}  // namespace napier::test
