#pragma once
// Bytes over a serial line: a terminal device, or the end of a pseudo-terminal.

#include <cstdint>
#include <span>
#include <string>

namespace napier::driver {

// Holds the line alone: other processes and other Lines of this one are refused.
class Line {
public:
    // Opens a terminal for bytes as they are, eight bits, no parity, at `baud` bits a second. DeviceError: there is no
    // such file, no permission, it is no terminal, another process uses it; Error (usage): not a rate of terminals.
    Line(const std::string& path, int baud);
    ~Line();
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    const std::string& path() const { return path_; }
    int baud() const { return baud_; }
    void write(std::span<const uint8_t> bytes);
    // At least one byte and at most as many as fit, or none after `milliseconds`; returns how many. DeviceError: the
    // other end is gone.
    size_t read(std::span<uint8_t> bytes, int milliseconds);
    // Forgets what has come and was not read.
    void forget();

private:
    [[noreturn]] void fail(const std::string& reason, const std::string& remedy) const;
    void configure();

    std::string path_;
    int baud_;
    int descriptor_ = -1;
};

}  // namespace napier::driver
