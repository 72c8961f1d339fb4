// Are outputs that are signs alone packed by column, pixel after pixel, whatever the groups, sums rectified if the
// command says so, and outputs looked up in the table that it names?

#include <catch2/catch.hpp>

#include <array>
#include <optional>

#include "Vpost_processor.h"
#include "sw/spec/command.hpp"
#include "tests/rtl/clocked.hpp"
#include "tests/rtl/ports.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

namespace {

// As tests/rtl/CMakeLists.txt builds it.
constexpr int columns = NAPIER_COLUMNS, post_lanes = NAPIER_POST_LANES, accumulator_bits = 16, most_pixels = 8;
constexpr int groups = columns / post_lanes;

using Word = std::array<uint8_t, columns>;
using Sums = std::array<int, columns>;

class Bench {
public:
    explicit Bench(Random& random) {
        for (auto& table : tables_) {
            for (uint8_t& entry : table) entry = static_cast<uint8_t>(random.bits());
        }
        post_->job_valid_i = 0;
        post_->rst_ni = 0;
        post_.tick();
        post_->rst_ni = 1;
    }

    // Output words of a job with one accumulator of each pixel and column.
    std::vector<Word> run(const std::vector<Sums>& sums, bool signs, bool rectify, std::optional<size_t> table) {
        start(sums.size(), signs, rectify, table);
        std::vector<Word> words(sums.size());
        bool ends = false;
        for (int cycle = 0; cycle < 1000 && !ends; ++cycle) {
            post_.settle();
            ends = post_->job_end_o != 0;
            write(words);
            const bool read = post_->read_enable_o != 0;
            const size_t pixel = post_->read_pixel_o;
            const std::array<uint8_t, post_lanes> entries = look_up();
            post_.tick();
            post_->job_valid_i = 0;
            set_port(post_->table_entries_i, entries.data(), post_lanes);
            for (size_t column = 0; read && column < columns; ++column) {
                set_port_bits(post_->accumulators_i, column * accumulator_bits, accumulator_bits,
                              static_cast<uint64_t>(sums[pixel][column]));
            }
        }
        REQUIRE(ends);
        return words;
    }

    uint8_t entry(size_t table, uint8_t byte) const { return tables_.at(table)[byte]; }

private:
    // The tables' entries, or what a read that was not asked for may give.
    std::array<uint8_t, post_lanes> look_up() {
        std::array<uint8_t, post_lanes> entries;
        for (size_t lane = 0; lane < post_lanes; ++lane) {
            const uint8_t byte = port_byte(post_->table_bytes_o, lane);
            entries[lane] = post_->table_read_o != 0 ? entry(post_->table_o, byte) : static_cast<uint8_t>(~byte);
        }
        return entries;
    }

    void start(size_t pixels, bool signs, bool rectify, std::optional<size_t> table) {
        spec::CommandWords words{};
        spec::set(words, spec::exec::finish, 1);
        spec::set(words, spec::exec::output_signs, signs);
        spec::set(words, spec::exec::rectify, rectify);
        spec::set(words, spec::exec::tabled, table.has_value());
        spec::set(words, spec::exec::table, static_cast<int64_t>(table.value_or(3)));
        spec::set(words, spec::exec::output_stride, 1);
        spec::set(words, spec::exec::clamp_low, -128);
        spec::set(words, spec::exec::clamp_high, 127);
        for (size_t i = 0; i < words.size(); ++i) set_port_bits(post_->job_command_i, 32 * i, 32, words[i]);
        for (size_t lane = 0; lane < post_lanes; ++lane) {
            uint32_t parameter[2] = {};
            spec::set(parameter, spec::parameter::significand, 1);
            set_port_bits(post_->parameters_i, 64 * lane, 32, parameter[0]);
            set_port_bits(post_->parameters_i, 64 * lane + 32, 32, parameter[1]);
        }
        post_->job_pixel_i = static_cast<uint8_t>(pixels - 1);
        post_->job_finish_i = 1;
        post_->job_valid_i = 1;
    }

    void write(std::vector<Word>& words) const {
        if (post_->write_enable_o == 0) return;
        Word& word = words.at(post_->write_word_o);
        for (size_t column = 0; column < columns; ++column) {
            if ((post_->write_mask_o >> column / post_lanes & 1) != 0) {
                word[column] = port_byte(post_->write_data_o, column);
            }
        }
    }

    mutable Clocked<Vpost_processor> post_;
    std::array<std::array<uint8_t, spec::activation_table_entries>, 3> tables_;
};

}  // namespace

TEST_CASE("signs, bytes and entries of random accumulators") {
    Random random(3);
    Bench bench(random);
    for (int job = 0; job < 80; ++job) {
        std::vector<Sums> sums(static_cast<size_t>(random.number(1, most_pixels)));
        for (Sums& pixel : sums) {
            for (int& sum : pixel) sum = random.pick<int>({-128, -1, 0, 1, 127, random.number(-300, 300)});
        }
        const bool signs = random.chance(60), rectify = random.chance(30);
        std::optional<size_t> table;
        if (random.chance(50)) table = static_cast<size_t>(random.number(0, 2));
        const std::vector<Word> words = bench.run(sums, signs, rectify, table);
        for (size_t pixel = 0; pixel < sums.size(); ++pixel) {
            Word expected{};
            for (size_t column = 0; column < columns; ++column) {
                const int sum = rectify ? std::max(sums[pixel][column], 0) : sums[pixel][column];
                uint8_t byte = static_cast<uint8_t>(std::clamp(sum, -128, 127));
                if (table) byte = bench.entry(*table, byte);
                if (!signs) expected[column] = byte;
                if (signs && byte >= 128) expected[column / 8] |= static_cast<uint8_t>(1u << column % 8);
            }
            INFO("job " << job << ", pixel " << pixel << ", signs " << signs << ", rectified " << rectify
                        << ", table " << table.has_value());
            REQUIRE(words[pixel] == expected);
        }
    }
}

}  // namespace napier::test
