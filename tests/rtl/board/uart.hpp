#pragma once
// The two ends of a UART line in a test, a bit a few cycles long.

#include <cstdint>
#include <deque>
#include <vector>

namespace napier::test {

// Drives a line with bytes, gaps between them as given.
class UartSource {
public:
    explicit UartSource(int divisor) : divisor_(divisor) {}
    // `broken`: its stop bit is low.
    void send(uint8_t byte, int gap = 0, bool broken = false) {
        bits_.push_back({false, divisor_});
        for (int i = 0; i < 8; ++i) bits_.push_back({(byte >> i & 1) != 0, divisor_});
        bits_.push_back({!broken, divisor_});
        bits_.push_back({true, gap + (broken ? divisor_ : 0)});
    }
    bool idle() const { return bits_.empty(); }
    // The line in the next cycle.
    bool next() {
        while (!bits_.empty() && bits_.front().cycles == 0) bits_.pop_front();
        if (bits_.empty()) return true;
        --bits_.front().cycles;
        return bits_.front().level;
    }

private:
    struct Bit {
        bool level;
        int cycles;
    };
    int divisor_;
    std::deque<Bit> bits_;
};

// Takes bytes from a line.
class UartSink {
public:
    explicit UartSink(int divisor) : divisor_(divisor) {}
    void take(bool level) {
        if (count_ < 0) {
            if (!level) count_ = divisor_ / 2;
            return;
        }
        if (--count_ > 0) return;
        count_ = divisor_;
        if (bit_ > 0 && bit_ < 9) byte_ = uint8_t(byte_ >> 1 | level << 7);
        if (bit_ == 0 && level) right_ = false;
        if (++bit_ < 10) return;
        right_ = right_ && level;
        bytes.push_back(byte_);
        bit_ = 0, count_ = -1;
    }
    bool right() const { return right_; }  // every start and stop bit was one
    std::vector<uint8_t> bytes;

private:
    int divisor_, count_ = -1, bit_ = 0;
    uint8_t byte_ = 0;
    bool right_ = true;
};

}  // namespace napier::test
