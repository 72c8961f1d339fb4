#include "tests/support/pseudo_terminal.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace napier::test {
namespace {

[[noreturn]] void fail(const char* what) {
    throw std::runtime_error(std::string("This test needs a pseudo-terminal, and ") + what + ": " +
                             std::strerror(errno) +
                             "; mount one (mkdir -p /dev/pts && mount -t devpts -o ptmxmode=0666 devpts /dev/pts).");
}

}  // namespace

PseudoTerminal::PseudoTerminal() : master_(::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)) {
    if (master_ < 0) fail("/dev/ptmx cannot be opened");
    const bool unlocked = ::grantpt(master_) == 0 && ::unlockpt(master_) == 0;
    const char* const path = unlocked ? ::ptsname(master_) : nullptr;
    if (path != nullptr) path_ = path, slave_ = ::open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (slave_ < 0) {
        ::close(master_);
        fail("its other end cannot be opened");
    }
    // Bytes as they are, before anybody has set the terminal.
    termios settings{};
    ::tcgetattr(slave_, &settings);
    ::cfmakeraw(&settings);
    ::tcsetattr(slave_, TCSANOW, &settings);
}

PseudoTerminal::~PseudoTerminal() {
    ::close(slave_);
    ::close(master_);
}

}  // namespace napier::test
