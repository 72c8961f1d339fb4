#include "tests/serial/pty_board.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <stdexcept>

#include "Vserial_board.h"
#include "tests/rtl/board/uart.hpp"
#include "tests/rtl/clocked.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

namespace {
constexpr int divisor = 4;            // as tests/CMakeLists.txt builds it
constexpr int cycles_a_look = 64;     // between two looks at the terminal
}  // namespace

PtyBoard::PtyBoard(int noise_permille) : noise_(noise_permille) {
    master_ = ::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (master_ < 0 || ::grantpt(master_) != 0 || ::unlockpt(master_) != 0) throw std::runtime_error("no terminal");
    path_ = ::ptsname(master_);
    // Held open, so that the terminal stays when a host goes; as bytes, before one has come.
    slave_ = ::open(path_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    termios settings{};
    ::tcgetattr(slave_, &settings);
    ::cfmakeraw(&settings);
    ::tcsetattr(slave_, TCSANOW, &settings);
    thread_ = std::thread([this] { run(); });
}

PtyBoard::~PtyBoard() {
    stop_ = true;
    thread_.join();
    ::close(slave_);
    ::close(master_);
}

void PtyBoard::run() {
    Clocked<Vserial_board> board;
    Random random(1);
    const auto spoiled = [&](uint8_t byte) {
        return random.number(0, 999) < noise_ ? uint8_t(byte ^ 1 << random.number(0, 7)) : byte;
    };
    board->rx_i = 1;
    board->rst_ni = 0;
    for (int i = 0; i < 4; ++i) board.tick();
    board->rst_ni = 1;
    board.tick();
    UartSource source(divisor);
    UartSink sink(divisor);
    int silent_looks = 0;
    while (!stop_) {
        uint8_t bytes[256];
        const ssize_t count = source.idle() ? ::read(master_, bytes, sizeof bytes) : 0;
        for (ssize_t i = 0; i < count; ++i) source.send(spoiled(bytes[i]));
        for (int i = 0; i < cycles_a_look; ++i) {
            board->rx_i = source.next();
            board.settle();
            sink.take(board->tx_o);
            board.tick();
        }
        cycles_ += cycles_a_look;
        for (uint8_t& byte : sink.bytes) byte = spoiled(byte);
        size_t done = 0;
        while (done < sink.bytes.size()) {
            const ssize_t written = ::write(master_, sink.bytes.data() + done, sink.bytes.size() - done);
            if (written > 0) done += size_t(written);
            else if (stop_) return;
        }
        // A machine that waits for its host need not be fast.
        silent_looks = count > 0 || !source.idle() || !sink.bytes.empty() ? 0 : silent_looks + 1;
        sink.bytes.clear();
        if (silent_looks > 1000) ::usleep(100);
    }
}

}  // namespace napier::test
