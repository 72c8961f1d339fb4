// Do the bursts of a LOAD or STORE cover exactly the bytes of its loop nest, in order, within their limits?

#include <catch2/catch.hpp>

#include <algorithm>

#include "Vrow_walker.h"
#include "sw/spec/command.hpp"
#include "tests/rtl/clocked.hpp"
#include "tests/rtl/ports.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

namespace {

// As tests/rtl/CMakeLists.txt builds it.
constexpr uint32_t beat_bytes = NAPIER_BEAT_BYTES, burst_bytes = beat_bytes * NAPIER_BURST_BEATS;
constexpr uint32_t word_bytes = 3 * beat_bytes;
constexpr int beats = spec::command_bytes / int(beat_bytes), times = beat_bytes > 16 ? 2 : 1;

class Bench {
public:
    Bench() {
        walker_->rst_ni = 0;
        walker_->clear_i = walker_->beat_valid_i = walker_->step_i = walker_->fill_i = 0;
        walker_->word_bytes_i = word_bytes;
        walker_.tick();
        walker_->rst_ni = 1;
    }

    void load(const spec::CommandWords& command) {
        walker_->beat_valid_i = 1;
        for (int beat = 0; beat < beats; ++beat) {
            for (int time = 0; time < times; ++time) {
                walker_->beat_index_i = uint8_t(beat);
                walker_->beat_again_i = time + 1 == times;
                const auto* bytes = reinterpret_cast<const uint8_t*>(command.data());
                set_port(walker_->beat_data_i, bytes + beat * int(beat_bytes), beat_bytes);
                walker_.tick();
            }
        }
        walker_->beat_valid_i = 0;
        walker_.tick();
    }

    void check(const spec::CommandWords& command) {
        using namespace spec::load;
        const auto field = [&](const spec::Field& which) { return uint32_t(spec::get(command, which)); };
        load(command);
        const uint32_t length = field(spec::load::length), count_x = field(spec::load::count_x);
        const uint32_t count_y = field(spec::load::count_y);
        for (uint32_t y = 0; y < count_y; ++y) {
            for (uint32_t x = 0; x < count_x; ++x) {
                const uint32_t first = field(address) + y * field(memory_stride_y) + x * field(memory_stride_x);
                const uint32_t place = field(buffer_word) * word_bytes + field(buffer_byte) +
                                       y * (field(buffer_stride_y_word) * word_bytes + field(buffer_stride_y_byte)) +
                                       x * (field(buffer_stride_x_word) * word_bytes + field(buffer_stride_x_byte));
                check_row(first, length, place, x + 1 == count_x && y + 1 == count_y);
            }
        }
        clear();
    }

    void clear() {
        walker_->clear_i = 1;
        walker_.tick();
        walker_->clear_i = 0;
    }
    bool bytes_bad() { return walker_->bytes_bad_o; }

private:
    void check_row(uint32_t first, uint32_t length, uint32_t place, bool row_is_last) {
        uint32_t at = first;
        const uint32_t past = first + length;
        while (at != past) {
            walker_.settle();
            const uint32_t end = std::min(past, (at / burst_bytes + 1) * burst_bytes);
            REQUIRE(walker_->address_o == at);
            REQUIRE(walker_->length_o == (end - 1) / beat_bytes - at / beat_bytes);
            REQUIRE(walker_->row_first_o == (at == first));
            REQUIRE(walker_->row_last_o == (end == past));
            REQUIRE(walker_->last_o == (end == past && row_is_last));
            REQUIRE(walker_->first_lane_o == first % beat_bytes);
            if (end == past) REQUIRE(walker_->last_lane_o == (past - 1) % beat_bytes);
            REQUIRE(walker_->word_o == place / word_bytes);
            REQUIRE(walker_->byte_o == place % word_bytes);
            REQUIRE_FALSE(walker_->bytes_bad_o);
            at = end;
            walker_->step_i = 1;
            walker_.tick();
            walker_->step_i = 0;
        }
    }

    Clocked<Vrow_walker> walker_;
};

}  // namespace

TEST_CASE("random rows, lines and bursts") {
    using namespace spec::load;
    Random random(2);
    Bench bench;
    for (int i = 0; i < 2000; ++i) {
        spec::CommandWords command{};
        const auto put = [&](const spec::Field& field, int64_t most) {
            spec::set(command, field, random.between(0, most));
        };
        spec::set(command, length, random.between(1, i % 10 == 0 ? 3000 : 4 * int64_t(beat_bytes)));
        spec::set(command, count_x, random.number(1, 5));
        spec::set(command, count_y, random.number(1, 4));
        put(address, 1 << 20), put(memory_stride_x, 4000), put(memory_stride_y, 70000);
        put(buffer_word, 300), put(buffer_stride_x_word, 20), put(buffer_stride_y_word, 90);
        for (const auto& field : {buffer_byte, buffer_stride_x_byte, buffer_stride_y_byte}) put(field, word_bytes - 1);
        bench.check(command);
    }
}

TEST_CASE("a byte offset as large as a word is noticed") {
    Bench bench;
    using namespace spec::load;
    for (const auto& field : {buffer_byte, buffer_stride_x_byte, buffer_stride_y_byte}) {
        spec::CommandWords command{};
        for (const auto& count : {length, count_x, count_y}) spec::set(command, count, 1);
        spec::set(command, field, word_bytes);
        bench.load(command);
        REQUIRE(bench.bytes_bad());
        bench.clear();
        spec::set(command, field, word_bytes - 1);
        bench.load(command);
        REQUIRE_FALSE(bench.bytes_bad());
        bench.clear();
    }
}

}  // namespace napier::test
