#pragma once
// Seeded numbers by place: number i of a tensor does not depend on the others, so tensors can be made in any order.

#include <cstdint>
#include <string_view>

namespace napier::zoo {

// The finalizer of SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
inline uint64_t mixed(uint64_t value) {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

class Stream {
public:
    Stream(uint64_t seed, std::string_view name) : key_(mixed(seed + step)) {
        for (const char c : name) key_ = mixed(key_ ^ static_cast<uint8_t>(c)) + step;
    }

    // Nearly normal, mean 0, variance 1: the sum of four uniform numbers of 16 bits; within 2 sqrt(3).
    float normal(uint64_t index) const {
        constexpr double sigma = 37837.227;  // 65536 / sqrt(3)
        const uint64_t bits = mixed(key_ + index * step);
        const int64_t sum = static_cast<int64_t>((bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) +
                                                 (bits >> 48));
        return static_cast<float>(static_cast<double>(sum - 2 * 65535) / sigma);
    }

private:
    static constexpr uint64_t step = 0x9e3779b97f4a7c15u;
    uint64_t key_;
};

}  // namespace napier::zoo
