// Are blocks of microscaling and piecewise-affine products, as high-level synthesis has them, the golden ones?

#include <catch2/catch.hpp>

#include <array>
#include <bit>
#include <utility>

#include "hls/mx_block.hpp"
#include "hls/pam.hpp"
#include "sw/golden/mx/dot.hpp"
#include "sw/golden/pam.hpp"
#include "tests/support/random.hpp"

namespace {

using namespace napier;
using Codes = std::array<sc_dt::sc_uint<8>, spec::block_elements>;

golden::mx::Block random_block(test::Random& random, const spec::Element& element) {
    golden::mx::Block block;
    block.scale = static_cast<uint8_t>(random.chance(70) ? random.number(110, 144) : random.number(0, 255));
    const uint32_t mask = (1u << element.bits) - 1;
    const bool specials = random.chance(20);
    for (uint8_t& code : block.element) {
        code = static_cast<uint8_t>(random.bits() & mask);
        if (!specials && (code & (mask >> 1)) > static_cast<uint32_t>(element.maximum)) code = 0;
        if (random.chance(20)) code = 0;
    }
    return block;
}

Codes codes_of(const golden::mx::Block& block) {
    Codes codes;
    for (size_t i = 0; i < codes.size(); ++i) codes[i] = block.element[i];
    return codes;
}

// A pattern near the product, just opposite to it, or anything.
uint32_t random_accumulator(test::Random& random, const golden::mx::Product& product) {
    const uint32_t any = static_cast<uint32_t>(random.bits());
    if (random.chance(30)) return any;
    const uint32_t near = std::bit_cast<uint32_t>(golden::mx::accumulate(0.0f, product));
    if (random.chance(30)) return near ^ 0x80000000;
    return (near & 0x7f800000) + (static_cast<uint32_t>(random.number(-30, 30)) << 23) + (any & 0x807fffff);
}

template <int A, int B>
int wrong_blocks(int count) {
    test::Random random(A * 6 + B);
    int wrong = 0;
    for (int i = 0; i < count; ++i) {
        const auto a = random_block(random, spec::elements[A]), b = random_block(random, spec::elements[B]);
        const golden::mx::Product product = golden::mx::block_dot(spec::elements[A], a, spec::elements[B], b);
        const uint32_t accumulator = random_accumulator(random, product);
        const float expected = golden::mx::accumulate(std::bit_cast<float>(accumulator), product);
        const hls::Float32 sum =
            hls::mx_block<A, B>(accumulator, codes_of(a).data(), a.scale, codes_of(b).data(), b.scale);
        if (sum.to_uint() != std::bit_cast<uint32_t>(expected)) ++wrong;
    }
    return wrong;
}

// Every pair of codes, alone in its block.
template <int A, int B>
int wrong_pairs() {
    int wrong = 0;
    golden::mx::Block a{spec::scale_bias, {}}, b{spec::scale_bias, {}};
    for (int left = 0; left < 1 << spec::elements[A].bits; ++left) {
        for (int right = 0; right < 1 << spec::elements[B].bits; ++right) {
            const size_t place = static_cast<size_t>(left + right) % a.element.size();
            a.element.fill(0), b.element.fill(0);
            a.element[place] = static_cast<uint8_t>(left), b.element[place] = static_cast<uint8_t>(right);
            const float expected =
                golden::mx::accumulate(0.0f, golden::mx::block_dot(spec::elements[A], a, spec::elements[B], b));
            const hls::Float32 sum = hls::mx_block<A, B>(0, codes_of(a).data(), a.scale, codes_of(b).data(), b.scale);
            if (sum.to_uint() != std::bit_cast<uint32_t>(expected)) ++wrong;
        }
    }
    return wrong;
}

template <int... Pair>
void check_all(std::integer_sequence<int, Pair...>) {
    constexpr int n = static_cast<int>(std::size(spec::elements));
    const auto check = [](const spec::Element& a, const spec::Element& b, int wrong) {
        INFO(a.name << " x " << b.name);
        CHECK(wrong == 0);
    };
    (check(spec::elements[Pair / n], spec::elements[Pair % n], wrong_blocks<Pair / n, Pair % n>(400)), ...);
}

}  // namespace

TEST_CASE("blocks of every pair of element formats") {
    constexpr int n = static_cast<int>(std::size(spec::elements));
    check_all(std::make_integer_sequence<int, n * n>());
}

TEST_CASE("every pair of codes of the narrow element formats") {
    CHECK(wrong_pairs<spec::element_mxfp4, spec::element_mxfp4>() == 0);
    CHECK(wrong_pairs<spec::element_mxfp6_e2m3, spec::element_mxfp4>() == 0);
    CHECK(wrong_pairs<spec::element_mxfp4, spec::element_mxfp8_e5m2>() == 0);
}

TEST_CASE("piecewise-affine products and their sums") {
    test::Random random(9);
    int wrong = 0;
    for (int i = 0; i < 300'000; ++i) {
        const uint64_t bits = random.bits();
        auto a = static_cast<uint16_t>(bits), b = static_cast<uint16_t>(bits >> 16);
        if (random.chance(80)) {
            a = static_cast<uint16_t>((a & 0x87ff) | 0x3800);
            b = static_cast<uint16_t>((b & 0x87ff) | 0x3800);
        }
        const auto accumulator = static_cast<uint32_t>(bits >> 32);
        if (hls::pam_product(a, b).to_uint() != golden::pam_product(a, b)) ++wrong;
        const float expected = golden::pam_accumulate(std::bit_cast<float>(accumulator), a, b);
        if (hls::pam_accumulate(accumulator, a, b).to_uint() != std::bit_cast<uint32_t>(expected)) ++wrong;
    }
    CHECK(wrong == 0);
}
