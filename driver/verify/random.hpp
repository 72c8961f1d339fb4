#pragma once
// Random numbers that a single 64-bit seed replays on every machine and compiler.

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

namespace napier::driver {

// SplitMix64 (Steele, Lea, Flood 2014).
class Random {
public:
    explicit Random(uint64_t seed) : state_(seed) {}
    // A sub-stream of its own for a named purpose: what one purpose draws does not move the others.
    Random(uint64_t seed, std::string_view purpose) : state_(seed) {
        for (char letter : purpose) state_ = (state_ ^ uint8_t(letter)) * 0x100000001B3;
    }

    uint64_t next() {
        uint64_t z = state_ += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
    // 0 <= result < count; count at least 1.
    int64_t below(int64_t count) { return int64_t(next() % uint64_t(count)); }
    // least <= result <= most.
    int64_t between(int64_t least, int64_t most) { return least + below(most - least + 1); }
    // Like between, but small results are likelier: each octave has the same share.
    int64_t small(int64_t least, int64_t most) {
        int bits = 0;
        while (((most - least) >> bits) != 0) ++bits;
        const int64_t span = int64_t{1} << below(bits + 1);
        return least + below(span < most - least + 1 ? span : most - least + 1);
    }
    bool chance(int percent) { return below(100) < percent; }
    template <typename T>
    T pick(std::initializer_list<T> choices) { return choices.begin()[below(int64_t(choices.size()))]; }

private:
    uint64_t state_;
};

}  // namespace napier::driver
