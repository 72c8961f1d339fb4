// Does a buffer keep what beats of any alignment wrote, and hold its output between reads?

#include <catch2/catch.hpp>

#include <vector>

#include "Vbuffer.h"
#include "tests/rtl/clocked.hpp"
#include "tests/rtl/ports.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

namespace {

// As tests/rtl/CMakeLists.txt builds it.
constexpr size_t words = NAPIER_WORDS, word_bytes = NAPIER_WORD_BYTES, stored = NAPIER_STORED_BYTES, beat = 4;
constexpr bool unaligned = NAPIER_UNALIGNED;

class Bench {
public:
    explicit Bench(uint64_t seed) : random_(seed), bytes_(words * word_bytes) {
        for (size_t byte = 0; byte < bytes_.size(); byte += beat) write(byte, beat);
    }

    // `count` bytes from byte `first` of the buffer on, at most a beat.
    void write(size_t first, size_t count) {
        uint8_t data[beat];
        for (uint8_t& byte : data) byte = static_cast<uint8_t>(random_.bits());
        buffer_->write_low_enable_i = 1;
        buffer_->write_low_word_i = static_cast<uint16_t>(first / word_bytes);
        buffer_->write_low_bank_i = static_cast<uint8_t>(first % word_bytes / beat);
        buffer_->write_low_mask_i = 0;
        const size_t next = (first / beat + 1) * beat;
        buffer_->write_high_enable_i = first + count > next;
        buffer_->write_high_word_i = static_cast<uint16_t>(next / word_bytes);
        buffer_->write_high_bank_i = static_cast<uint8_t>(next % word_bytes / beat);
        buffer_->write_high_mask_i = 0;
        for (size_t byte = first; byte < first + count; ++byte) {
            bytes_[byte] = data[byte % beat];
            auto& mask = byte < next ? buffer_->write_low_mask_i : buffer_->write_high_mask_i;
            mask = static_cast<uint8_t>(mask | 1 << (byte % beat));
        }
        set_port(buffer_->write_data_i, data, beat);
        set_port(buffer_->write_high_data_i, data, beat);
        buffer_.tick();
        buffer_->write_low_enable_i = buffer_->write_high_enable_i = 0;
    }

    // Two neighbouring beats from byte `first` on.
    void write_two(size_t first) {
        uint8_t data[2 * beat];
        for (uint8_t& byte : data) byte = static_cast<uint8_t>(random_.bits());
        buffer_->write_low_enable_i = buffer_->write_high_enable_i = 1;
        buffer_->write_low_word_i = static_cast<uint16_t>(first / word_bytes);
        buffer_->write_low_bank_i = static_cast<uint8_t>(first % word_bytes / beat);
        buffer_->write_high_word_i = static_cast<uint16_t>((first + beat) / word_bytes);
        buffer_->write_high_bank_i = static_cast<uint8_t>((first + beat) % word_bytes / beat);
        buffer_->write_low_mask_i = buffer_->write_high_mask_i = (1 << beat) - 1;
        set_port(buffer_->write_data_i, data, beat);
        set_port(buffer_->write_high_data_i, data + beat, beat);
        std::copy_n(data, 2 * beat, bytes_.begin() + static_cast<std::ptrdiff_t>(first));
        buffer_.tick();
        buffer_->write_low_enable_i = buffer_->write_high_enable_i = 0;
    }

    void write_random() {
        if (unaligned && random_.chance(20)) {
            const int64_t beats = static_cast<int64_t>(bytes_.size() / beat);
            return write_two(static_cast<size_t>(random_.between(0, beats - 2)) * beat);
        }
        const size_t count = unaligned ? static_cast<size_t>(random_.number(1, beat)) : beat;
        size_t first = static_cast<size_t>(random_.between(0, static_cast<int64_t>(bytes_.size() - beat)));
        if (!unaligned) first = first / beat * beat;
        write(first, count);
    }

    void check_random() {
        const size_t word = static_cast<size_t>(random_.between(0, words - 1));
        buffer_->read_enable_i = 1;
        buffer_->read_word_i = static_cast<uint16_t>(word);
        buffer_.tick();
        const std::vector<uint8_t> then(bytes_.begin() + static_cast<std::ptrdiff_t>(word * word_bytes),
                                        bytes_.begin() + static_cast<std::ptrdiff_t>(word * word_bytes + stored));
        buffer_->read_enable_i = 0;
        buffer_->read_word_i = static_cast<uint16_t>(random_.bits());
        for (int i = 0; i < 3; ++i) {
            buffer_.settle();
            for (size_t byte = 0; byte < stored; ++byte) REQUIRE(port_byte(buffer_->read_data_o, byte) == then[byte]);
            write_random();
        }
    }

private:
    Random random_;
    Clocked<Vbuffer> buffer_;
    std::vector<uint8_t> bytes_;
};

}  // namespace

TEST_CASE("writes of any alignment and held reads") {
    for (uint64_t seed = 0; seed < 20; ++seed) {
        Bench bench(seed);
        for (int i = 0; i < 200; ++i) bench.check_random();
    }
}

}  // namespace napier::test
