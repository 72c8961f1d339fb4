#pragma once
// A pair of terminal ends: what is written to one is read from the other, byte by byte.

#include <string>

namespace napier::test {

class PseudoTerminal {
public:
    // Throws std::runtime_error, with what to do, where the system has none.
    PseudoTerminal();
    ~PseudoTerminal();
    PseudoTerminal(const PseudoTerminal&) = delete;
    PseudoTerminal& operator=(const PseudoTerminal&) = delete;

    // This end, which never blocks.
    int descriptor() const { return master_; }
    // The other end, as a file to open; it stays when who opened it goes.
    const std::string& path() const { return path_; }

private:
    int master_ = -1, slave_ = -1;
    std::string path_;
};

}  // namespace napier::test
