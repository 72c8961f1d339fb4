// Is every channel's value the sum of the golden terms over a pixel's taps, or their greatest activation, in every
// format, for every activation and code, and does it leave in its cycles, with and without idle cycles between taps?

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "Vwindow.h"
#include "sw/formats/formats.hpp"
#include "tests/rtl/clocked.hpp"
#include "tests/rtl/ports.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

namespace {

// As tests/rtl/CMakeLists.txt builds it: all formats of the array.
constexpr int columns = 3, channels = 6, most_taps = 5, slots = channels / columns, sum_bits = 20, least_turn = 3;

struct Tap {
    std::array<uint8_t, channels> activations{}, codes{};
    bool pad = false;
    uint8_t pad_byte = 0;
};
struct Pixel {
    const spec::Format* format = &spec::formats[0];
    bool max = false;
    int flags = 0;  // begin, end, overwrite, triple, half
    std::vector<Tap> taps;
};

class Bench {
public:
    Bench() {
        module_->rst_ni = 0;
        step();
        module_->rst_ni = 1;
    }

    void load(const std::vector<Tap>& taps) {
        for (size_t tap = 0; tap < taps.size(); ++tap) {
            for (int slot = 0; slot < slots; ++slot) {
                module_->weight_valid_i = 1;
                module_->weight_tap_i = static_cast<uint8_t>(tap);
                module_->weight_slot_i = static_cast<uint8_t>(slot);
                set_port(module_->weights_i, taps[tap].codes.data() + slot * columns, columns);
                step();
                module_->weight_valid_i = 0;
            }
        }
    }

    // idle: per cent of cycles without a tap.
    void run(const Pixel& pixel, Random& random, int idle) {
        for (int wait = least_turn - static_cast<int>(pixel.taps.size()); wait > 0; --wait) step();
        for (size_t tap = 0; tap < pixel.taps.size(); ++tap) {
            while (random.chance(idle)) step();
            show(pixel, tap);
            if (tap + 1 == pixel.taps.size()) expect(pixel);
            step();
            module_->valid_i = 0;
        }
    }

    void drain() {
        for (int i = 0; i < 3 * slots + 4; ++i) step();
        REQUIRE(seen_ == expected_words_);
    }

private:
    struct Word {
        bool valid = false, first = false, last = false;
        int flags = 0;
    };
    using Sums = std::array<int64_t, columns>;

    void show(const Pixel& pixel, size_t index) {
        const Tap& tap = pixel.taps[index];
        uint8_t place = 0;
        for (const spec::Format& format : spec::formats) place += format.code < pixel.format->code;
        module_->valid_i = 1;
        module_->first_i = index == 0;
        module_->last_i = index + 1 == pixel.taps.size();
        module_->tap_i = static_cast<uint8_t>(index);
        module_->max_i = pixel.max;
        module_->format_i = place;
        module_->pad_i = tap.pad;
        module_->pad_byte_i = tap.pad_byte;
        set_port(module_->activations_i, tap.activations.data(), channels);
        module_->begin_i = pixel.flags & 1;
        module_->end_i = pixel.flags >> 1 & 1;
        module_->overwrite_i = pixel.flags >> 2 & 1;
        module_->triple_i = pixel.flags >> 3 & 1;
        module_->half_i = pixel.flags >> 4 & 1;
    }

    void expect(const Pixel& pixel) {
        const formats::Arithmetic& arithmetic = formats::arithmetic(*pixel.format);
        for (int slot = 0; slot < slots; ++slot) {
            const uint64_t told = cycle_ + 2 + static_cast<uint64_t>(slot);
            words_[told] = {true, slot == 0 && (pixel.flags & 1) != 0, slot + 1 == slots && (pixel.flags & 2) != 0,
                            pixel.flags >> 2};
            for (int column = 0; column < columns; ++column) {
                int64_t sum = 0, greatest = -128;
                for (const Tap& tap : pixel.taps) {
                    const size_t channel = static_cast<size_t>(slot * columns + column);
                    const int a = static_cast<int8_t>(tap.pad ? tap.pad_byte : tap.activations[channel]);
                    sum += arithmetic.term(a, arithmetic.decode(tap.codes[channel]));
                    greatest = std::max<int64_t>(greatest, a);
                }
                sums_[told + 1][static_cast<size_t>(column)] = pixel.max ? greatest : sum;
            }
            ++expected_words_;
        }
    }

    void step() {
        module_.settle();
        const Word word = words_[cycle_];
        REQUIRE(bool(module_->word_valid_o) == word.valid);
        if (word.valid) {
            ++seen_;
            const int flags = module_->word_overwrite_o | module_->word_triple_o << 1 | module_->word_half_o << 2;
            REQUIRE(flags == word.flags);
        }
        REQUIRE(bool(module_->word_first_o) == word.first);
        REQUIRE(bool(module_->word_last_o) == word.last);
        if (const auto sums = sums_.find(cycle_); sums != sums_.end()) {
            for (size_t c = 0; c < columns; ++c) {
                REQUIRE(sign_extend(port_bits(module_->sums_o, c * sum_bits, sum_bits), sum_bits) ==
                        sums->second[c]);
            }
        }
        module_.tick();
        ++cycle_;
    }

    Clocked<Vwindow> module_;
    uint64_t cycle_ = 0;
    int seen_ = 0, expected_words_ = 0;
    std::map<uint64_t, Word> words_;
    std::map<uint64_t, Sums> sums_;
};

uint8_t code_of(const spec::Format& format, uint32_t index) {
    return static_cast<uint8_t>(index % (uint32_t{1} << format.held_bits));
}

Pixel random_pixel(Random& random, const spec::Format& format, const std::vector<Tap>& weights) {
    Pixel pixel{&format, random.chance(30), random.number(0, 31), weights};
    for (Tap& tap : pixel.taps) {
        const int extreme = random.number(0, 4);
        for (uint8_t& byte : tap.activations) {
            byte = static_cast<uint8_t>(extreme == 0 ? 0x80 : extreme == 1 ? 0x7f : random.number(0, 255));
        }
        tap.pad = random.chance(20);
        tap.pad_byte = static_cast<uint8_t>(random.chance(50) ? 0x80 : random.number(0, 255));
    }
    return pixel;
}

void run_random(int idle) {
    Bench bench;
    Random random(static_cast<uint64_t>(idle) + 5);
    for (int round = 0; round < 300; ++round) {
        const int index = random.number(0, static_cast<int>(std::size(spec::formats)) - 1);
        const spec::Format& format = spec::formats[index];
        std::vector<Tap> weights(static_cast<size_t>(random.number(1, most_taps)));
        for (Tap& tap : weights) {
            for (uint8_t& code : tap.codes) code = code_of(format, static_cast<uint32_t>(random.number(0, 255)));
        }
        for (int wait = 0; wait < least_turn; ++wait) bench.load({});
        bench.drain();
        bench.load(weights);
        for (int pixels = random.number(1, 12); pixels > 0; --pixels) {
            bench.run(random_pixel(random, format, weights), random, idle);
        }
    }
    bench.drain();
}

}  // namespace

TEST_CASE("taps one after the other") { run_random(0); }

TEST_CASE("taps with idle cycles") { run_random(50); }

TEST_CASE("every activation under every code of every format") {
    for (const spec::Format& format : spec::formats) {
        INFO(format.name);
        Bench bench;
        Random random(1);
        for (uint32_t code = 0; code < (uint32_t{1} << format.held_bits); ++code) {
            Tap tap;
            for (uint32_t c = 0; c < channels; ++c) tap.codes[c] = code_of(format, code + c);
            bench.drain();
            bench.load({tap});
            for (int a = 0; a < 256; ++a) {
                for (size_t c = 0; c < channels; ++c) tap.activations[c] = static_cast<uint8_t>(a);
                bench.run({&format, false, 4, {tap}}, random, 0);
            }
        }
        bench.drain();
    }
}

}  // namespace napier::test
