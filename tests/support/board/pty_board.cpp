#include "tests/support/board/pty_board.hpp"

#include <unistd.h>

#include <serial_boards.hpp>
#include <stdexcept>

#include "tests/rtl/board/uart.hpp"
#include "tests/support/random.hpp"

namespace napier::test {
namespace {

constexpr int divisor = 4;            // as boards.cmake builds it
constexpr int cycles_a_look = 64;     // between two looks at the terminal

template <typename Board>
class VerilatedBoard : public BoardPins {
public:
    void reset(bool low) override { board_.rst_ni = !low; }
    bool cycle(bool line) override {
        board_.rx_i = line;
        board_.clk_i = 0;
        board_.eval();
        const bool out = board_.tx_o;
        board_.clk_i = 1;
        board_.eval();
        return out;
    }

private:
    VerilatedContext context_;  // its own: that of the thread may be one of a machine that is gone
    Board board_{&context_};
};

#define NAPIER_MAKE_BOARD(name, verilated) \
    if (machine == name) return std::make_unique<VerilatedBoard<verilated>>();

std::unique_ptr<BoardPins> make_board(const std::string& machine) {
    NAPIER_SERIAL_BOARDS(NAPIER_MAKE_BOARD)
    throw std::runtime_error("No serial board with machine '" + machine + "' is built in; name it in CMake.");
}

}  // namespace

PtyBoard::PtyBoard(const std::string& machine) : pins_(make_board(machine)) {
    thread_ = std::thread([this] { run(); });
}

PtyBoard::~PtyBoard() {
    stop_ = true;
    thread_.join();
}

void PtyBoard::run() {
    Random random(1);
    const auto spoiled = [&](uint8_t byte) {
        return random.number(0, 999) < noise_ ? uint8_t(byte ^ 1 << random.number(0, 7)) : byte;
    };
    pins_->reset(true);
    for (int i = 0; i < 4; ++i) pins_->cycle(true);
    pins_->reset(false);
    UartSource source(divisor);
    UartSink sink(divisor);
    int silent_looks = 0;
    while (!stop_) {
        uint8_t bytes[256];
        const ssize_t count = source.idle() ? ::read(terminal_.descriptor(), bytes, sizeof bytes) : 0;
        for (ssize_t i = 0; i < count; ++i) source.send(spoiled(bytes[i]));
        for (int i = 0; i < cycles_a_look; ++i) sink.take(pins_->cycle(source.next()));
        for (uint8_t& byte : sink.bytes) byte = spoiled(byte);
        size_t done = 0;
        while (done < sink.bytes.size()) {
            const ssize_t written = ::write(terminal_.descriptor(), sink.bytes.data() + done, sink.bytes.size() - done);
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
