#include "sw/golden/mx/exact.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "sw/formats/bfloat16.hpp"

namespace napier::golden::mx {

namespace {

constexpr int significand_bits = 24;
constexpr int least_exponent = -149;  // of float32's subnormals

}  // namespace

void Exact::add(Int128 significand, int exponent) {
    const int place = exponent + point;
    Int128 rest = significand * (Int128{1} << (place % 32));
    uint64_t carry = 0;
    for (int i = place / 32; i < words; ++i) {
        uint32_t& word = word_[static_cast<size_t>(i)];
        carry += uint64_t{word} + static_cast<uint32_t>(rest & 0xFFFFFFFF);
        word = static_cast<uint32_t>(carry);
        carry >>= 32;
        rest >>= 32;
    }
}

void Exact::add(float value) {
    int exponent = 0;
    const float fraction = std::frexp(value, &exponent);
    add(static_cast<Int128>(std::ldexp(fraction, significand_bits)), exponent - significand_bits);
}

bool Exact::is_zero() const {
    return std::all_of(word_.begin(), word_.end(), [](uint32_t word) { return word == 0; });
}

Exact Exact::magnitude() const {
    Exact result = *this;
    if (is_negative()) {
        uint64_t carry = 1;
        for (uint32_t& word : result.word_) {
            carry += static_cast<uint32_t>(~word);
            word = static_cast<uint32_t>(carry);
            carry >>= 32;
        }
    }
    return result;
}

int Exact::highest_bit() const {
    int i = words - 1;
    while (word_[static_cast<size_t>(i)] == 0) {
        --i;
    }
    return 32 * i + std::bit_width(word_[static_cast<size_t>(i)]) - 1;
}

bool Exact::any_below(int place) const {
    for (int i = 0; i < place / 32; ++i) {
        if (word_[static_cast<size_t>(i)] != 0) {
            return true;
        }
    }
    return (word_[static_cast<size_t>(place / 32)] & ((uint32_t{1} << place % 32) - 1)) != 0;
}

float Exact::round() const {
    if (is_zero()) {
        return 0.0f;
    }
    const Exact size = magnitude();
    // The result is a multiple of 2^(step - point).
    const int step = std::max(size.highest_bit() - (significand_bits - 1), least_exponent + point);
    uint32_t quotient = 0;
    for (int place = size.highest_bit(); place >= step; --place) {
        quotient = 2 * quotient + (size.bit(place) ? 1 : 0);
    }
    const bool half = size.bit(step - 1);
    if (half && (size.any_below(step - 1) || quotient % 2 != 0)) {
        ++quotient;
    }
    const float rounded = std::ldexp(static_cast<float>(quotient), step - point);
    return is_negative() ? -rounded : rounded;
}

float add(float a, float b) {
    if (std::isnan(a) || std::isnan(b) || (std::isinf(a) && std::isinf(b) && a != b)) {
        return std::bit_cast<float>(formats::float32_nan);
    }
    if (std::isinf(a) || std::isinf(b)) {
        return std::isinf(a) ? a : b;
    }
    Exact sum;
    sum.add(a);
    sum.add(b);
    return sum.round();
}

}  // namespace napier::golden::mx
