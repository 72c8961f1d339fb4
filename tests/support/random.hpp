#pragma once
// Reproducible random numbers for tests: the same seed gives the same numbers everywhere.

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace napier::test {

class Random {
public:
    explicit Random(uint64_t seed) : engine_(seed) {}

    uint64_t bits() { return engine_(); }

    // Uniform in [low, high], both included.
    int64_t between(int64_t low, int64_t high) {
        const uint64_t span = static_cast<uint64_t>(high) - static_cast<uint64_t>(low) + 1;
        const uint64_t offset = span == 0 ? bits() : bits() % span;
        return static_cast<int64_t>(static_cast<uint64_t>(low) + offset);
    }
    int number(int low, int high) { return static_cast<int>(between(low, high)); }

    bool chance(int percent) { return number(0, 99) < percent; }

    template <typename Value>
    const Value& pick(const std::vector<Value>& values) {
        return values[static_cast<size_t>(between(0, static_cast<int64_t>(values.size()) - 1))];
    }

private:
    std::mt19937_64 engine_;
};

}  // namespace napier::test
