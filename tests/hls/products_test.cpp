// Is the product of every pair of codes, as high-level synthesis has it, the golden one?

#include <catch2/catch.hpp>

#include "hls/products.hpp"
#include "sw/formats/formats.hpp"

namespace {

using namespace napier;

template <class Format>
int wrong_products() {
    const formats::Arithmetic& golden = formats::arithmetic(Format::format);
    int wrong = 0;
    for (int activation = -128; activation <= 127; ++activation) {
        for (uint32_t code = 0; code < formats::code_count(Format::format); ++code) {
            const int expected = golden.term(activation, golden.decode(code));
            if (Format::product(activation, code).to_int() != expected) ++wrong;
        }
    }
    return wrong;
}

}  // namespace

TEST_CASE("products of every pair of codes") {
    CHECK(wrong_products<hls::Int8>() == 0);
    CHECK(wrong_products<hls::Int4>() == 0);
    CHECK(wrong_products<hls::Vsq>() == 0);
    CHECK(wrong_products<hls::Ternary>() == 0);
    CHECK(wrong_products<hls::Binary>() == 0);
    CHECK(wrong_products<hls::Xnor>() == 0);
    CHECK(wrong_products<hls::Shift>() == 0);
    CHECK(wrong_products<hls::Apot>() == 0);
    CHECK(wrong_products<hls::Adder>() == 0);
}

// Against the definition: a sum has the bits of 32 products, the whole has the scale's more.
TEST_CASE("sums of vectors times every scale") {
    int wrong = 0;
    for (int scale = 0; scale < 256; ++scale) {
        for (int sum = -65536; sum <= 65535; sum += 17) {
            if (hls::Vsq::scaled<25>(sum, hls::Vsq::Scale(scale)).to_int() != scale * sum) ++wrong;
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("products of every activation and entry of a palette, by every index") {
    const formats::Arithmetic& golden = formats::arithmetic(hls::Palette::format);
    int wrong = 0;
    for (int entry = -128; entry <= 127; ++entry) {
        for (unsigned index = 0; index < 16; ++index) {
            hls::Palette::Entry table[16] = {};
            table[index] = entry;
            for (int activation = -128; activation <= 127; ++activation) {
                const int product = hls::Palette::product(activation, hls::Palette::entry(index, table)).to_int();
                if (product != golden.term(activation, entry)) ++wrong;
            }
        }
    }
    CHECK(wrong == 0);
}
