// Is the sum the golden one for every pair of codes under the extreme pairs of scales and, in the long run, under all
// of them?

#include <vector>

#include "sw/formats/element.hpp"
#include "tests/rtl/mx/mx_block_bench.hpp"

namespace napier::test {

namespace {

struct Pair {
    uint8_t a, b;
};

bool is_finite(int element, int code) {
    const spec::Element& format = spec::elements[element];
    const auto bits = static_cast<uint32_t>(code);
    return !formats::is_nan(format, bits) && !formats::is_infinity(format, bits);
}

// Pairs of codes of two elements, of numbers alone or of the others.
std::vector<Pair> pairs_of(int a_element, int b_element, bool finite) {
    std::vector<Pair> pairs;
    for (int a = 0; a < 1 << spec::elements[a_element].bits; ++a) {
        for (int b = 0; b < 1 << spec::elements[b_element].bits; ++b) {
            if ((is_finite(a_element, a) && is_finite(b_element, b)) == finite) {
                pairs.push_back({static_cast<uint8_t>(a), static_cast<uint8_t>(b)});
            }
        }
    }
    return pairs;
}

// Blocks with so many of the pairs in each, zeros in the other lanes. In an exact sum no term hides another.
std::vector<BlockOperands> blocks_of(int a_element, int b_element, const std::vector<Pair>& pairs, size_t in_each) {
    std::vector<BlockOperands> blocks;
    for (size_t i = 0; i < pairs.size(); ++i) {
        if (i % in_each == 0) blocks.push_back({{a_element, {}}, {b_element, {}}});
        const size_t lane = in_each == 1 ? i % spec::block_elements : i % in_each;
        blocks.back().a.block.element[lane] = pairs[i].a;
        blocks.back().b.block.element[lane] = pairs[i].b;
    }
    return blocks;
}

void put_with_scales(MxBlockBench& bench, std::vector<BlockOperands> blocks, const std::vector<uint8_t>& scales) {
    for (BlockOperands& block : blocks) {
        for (const uint8_t a : scales) {
            for (const uint8_t b : scales) {
                block.a.block.scale = a;
                block.b.block.scale = b;
                bench.put(block.a, block.b);
            }
        }
    }
}

// Numbers as many as fit in a block; infinities and NaN alone, since they hide all others.
void pairs_with_scales(int a, int b, const std::vector<uint8_t>& scales, const std::vector<uint8_t>& special_scales) {
    MxBlockBench bench(false);
    put_with_scales(bench, blocks_of(a, b, pairs_of(a, b, true), spec::block_elements), scales);
    put_with_scales(bench, blocks_of(a, b, pairs_of(a, b, false), 1), special_scales);
    bench.finish();
}

const std::vector<uint8_t> extreme_scales{0, spec::scale_bias, spec::scale_nan - 1, spec::scale_nan};

}  // namespace

TEST_CASE("every pair of codes with the extreme pairs of scales") {
    for (const int a : elements_in(a_mask)) {
        for (const int b : elements_in(b_mask)) pairs_with_scales(a, b, extreme_scales, extreme_scales);
    }
}

TEST_CASE("every pair of codes with every pair of scales", "[pairs][.long]") {
    std::vector<uint8_t> scales(256);
    for (size_t i = 0; i < scales.size(); ++i) scales[i] = static_cast<uint8_t>(i);
    for (const int a : elements_in(a_mask)) {
        for (const int b : elements_in(b_mask)) {
            DYNAMIC_SECTION(spec::elements[a].name << " by " << spec::elements[b].name) {
                pairs_with_scales(a, b, scales, extreme_scales);
            }
        }
    }
}

}  // namespace napier::test
