// Does the board answer on its line, with the machine behind it, after its own reset and after its button's?

#include <catch2/catch.hpp>

#include "Vulx3s.h"
#include "sw/spec/machine.hpp"
#include "tests/rtl/board/frames.hpp"
#include "tests/rtl/board/uart.hpp"
#include "tests/rtl/clocked.hpp"

namespace napier::test {

namespace {

namespace serial = spec::serial;
constexpr int divisor = 4;  // as tests/rtl/CMakeLists.txt builds it
constexpr uint32_t memory_words = 1024;

class Board {
public:
    Board() {
        board_->button_ni = 1;
        rest(20);
    }
    void press() {
        board_->button_ni = 0;
        rest(20);
        board_->button_ni = 1;
        rest(20);
    }
    bool lamp() { return board_->lamp_o; }

    // Sends a request and gives what is answered.
    Bytes exchange(const Bytes& bytes, size_t expected) {
        sink_ = UartSink(divisor);
        for (const uint8_t byte : bytes) source_.send(byte, 0);
        for (int cycle = 0; cycle < 20000 && sink_.bytes.size() < expected; ++cycle) tick();
        REQUIRE(sink_.right());
        return sink_.bytes;
    }

private:
    void tick() {
        board_->rx_i = source_.next();
        board_.settle();
        sink_.take(board_->tx_o);
        board_.tick();
    }
    void rest(int cycles) {
        for (int i = 0; i < cycles; ++i) tick();
    }

    Clocked<Vulx3s> board_;
    UartSource source_{divisor};
    UartSink sink_{divisor};
};

void check_hello(Board& board) {
    const Bytes expected = answer(1, serial::okay, {serial::version, 4 * memory_words});
    CHECK(board.exchange(request(1, serial::hello, 0, 0), expected.size()) == expected);
}

}  // namespace

TEST_CASE("the board answers, names its machine, and keeps memory") {
    Board board;
    check_hello(board);
    const Bytes identity = answer(2, serial::okay, {spec::find_machine("tiny").identity});
    CHECK(board.exchange(request(2, serial::read_registers, 1, spec::reg_identity), identity.size()) == identity);
    const Bytes written = answer(3, serial::okay);
    CHECK(board.exchange(request(3, serial::write_memory, 1, 0x40, {0x12345678}), written.size()) == written);
    board.press();
    check_hello(board);
    const Bytes read = answer(4, serial::okay, {0x12345678});
    CHECK(board.exchange(request(4, serial::read_memory, 1, 0x40), read.size()) == read);
    CHECK(!board.lamp());
}

}  // namespace napier::test
