// Does every lane give the entry of its own byte, of the table that is named, whatever is written meanwhile elsewhere?

#include <catch2/catch.hpp>

#include <vector>

#include "Vactivation_table.h"
#include "sw/spec/spec.hpp"
#include "tests/rtl/clocked.hpp"
#include "tests/rtl/ports.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

namespace {

// As tests/rtl/CMakeLists.txt builds it.
constexpr size_t tables = NAPIER_TABLES, lanes = NAPIER_LANES, beat = NAPIER_BEAT_BYTES;
constexpr size_t entries = spec::activation_table_entries, word_entries = spec::activation_table_word_entries;

class Bench {
public:
    explicit Bench(uint64_t seed) : random_(seed), entries_(tables * entries) {
        unit_->read_enable_i = 0;
        for (size_t word = 0; word < entries_.size() / word_entries; ++word) write(word, 0xff);
    }

    // The bytes of a word whose bits in the mask are 1; of the beat's others, too, which nothing keeps.
    void write(size_t word, unsigned mask) {
        uint8_t data[beat];
        for (uint8_t& byte : data) byte = static_cast<uint8_t>(random_.bits());
        unit_->write_enable_i = 1;
        unit_->write_word_i = static_cast<uint16_t>(word);
        set_port(unit_->write_data_i, data, beat);
        for (size_t byte = 0; byte < beat; ++byte) set_port_bits(unit_->write_mask_i, byte, 1, mask >> byte % 8 & 1);
        for (size_t byte = 0; byte < word_entries; ++byte) {
            if ((mask >> byte & 1) != 0) entries_[word * word_entries + byte] = data[byte];
        }
        unit_.tick();
        unit_->write_enable_i = 0;
    }

    // Looks up random bytes and, in the same cycle or not, writes a word of another table.
    void look_up() {
        const size_t table = static_cast<size_t>(random_.number(0, int{tables} - 1));
        uint8_t bytes[lanes];
        for (size_t lane = 0; lane < lanes; ++lane) {
            bytes[lane] = static_cast<uint8_t>(random_.bits());
            set_port_bits(unit_->bytes_i, 8 * lane, 8, bytes[lane]);
        }
        unit_->read_enable_i = 1;
        unit_->read_table_i = static_cast<uint8_t>(table);
        if (tables > 1 && random_.chance(50)) {
            const size_t other = (table + 1) % tables * entries + static_cast<size_t>(random_.number(0, 255));
            write(other / word_entries, static_cast<unsigned>(random_.bits() & 0xff));
        } else {
            unit_.tick();
        }
        unit_->read_enable_i = 0;
        for (int held = random_.number(0, 2); held >= 0; --held) {
            for (size_t lane = 0; lane < lanes; ++lane) {
                INFO("table " << table << ", lane " << lane << ", byte " << int{bytes[lane]});
                REQUIRE(port_byte(unit_->entries_o, lane) == entries_[table * entries + bytes[lane]]);
            }
            for (size_t lane = 0; lane < lanes; ++lane) {
                set_port_bits(unit_->bytes_i, 8 * lane, 8, random_.bits() & 0xff);
            }
            unit_.tick();
        }
    }

private:
    Clocked<Vactivation_table> unit_;
    Random random_;
    std::vector<uint8_t> entries_;
};

}  // namespace

TEST_CASE("entries of every byte, in every lane and table") {
    Bench bench(5);
    for (int i = 0; i < 3000; ++i) bench.look_up();
}

}  // namespace napier::test
