// Do blocks follow the axis, and is the error the one of the definition?

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "sw/base/error.hpp"
#include "sw/formats/element.hpp"
#include "sw/quantize/microscale.hpp"
#include "tests/support/random.hpp"

namespace {

using namespace napier;
using golden::mx::ScaleRule;

std::vector<float> random_values(size_t count, uint64_t seed) {
    test::Random random(seed);
    std::vector<float> values;
    while (values.size() < count) {
        values.push_back(static_cast<float>(std::ldexp(random.number(-1000, 1000), random.number(-14, -8))));
    }
    return values;
}

}  // namespace

TEST_CASE("microscaling: blocks along any axis hold the values of that axis") {
    const std::vector<size_t> shape = {3, 70, 4};
    const std::vector<float> values = random_values(3 * 70 * 4, 5);
    for (const spec::Element& element : spec::elements) {
        for (int axis = -3; axis < 3; ++axis) {
            const quantize::BlockedTensor tensor =
                quantize::quantize_mx(values, shape, axis, element, ScaleRule::floor);
            const size_t extent = shape[static_cast<size_t>((axis + 3) % 3)];
            REQUIRE(tensor.extent == extent);
            REQUIRE(tensor.block.size() == 3 * 70 * 4 / extent * ((extent + 31) / 32));
            for (size_t i = 0; i < values.size(); ++i) {
                const size_t at[] = {i / 280, i / 4 % 70, i % 4};
                const size_t along = at[(axis + 3) % 3];
                std::vector<float> members;
                for (size_t k = along / 32 * 32; k < std::min(extent, along / 32 * 32 + 32); ++k) {
                    size_t other[] = {at[0], at[1], at[2]};
                    other[(axis + 3) % 3] = k;
                    members.push_back(values[(other[0] * 70 + other[1]) * 4 + other[2]]);
                }
                const golden::mx::Block block = golden::mx::convert(element, ScaleRule::floor, members);
                const uint8_t code = block.element[along % 32];
                REQUIRE(tensor.value[i] == golden::mx::dequantize(element, block.scale, code));
            }
        }
    }
}

TEST_CASE("microscaling: codes of a short last block end in zeros") {
    const std::vector<float> values = random_values(2 * 33, 6);
    const auto tensor =
        quantize::quantize_mx(values, std::vector<size_t>{2, 33}, 1, spec::elements[0], ScaleRule::rceil);
    REQUIRE(tensor.block.size() == 4);
    for (const size_t last : {1u, 3u}) {
        golden::mx::Block block = tensor.block[last];
        CHECK(block.element[0] != 0);
        block.element[0] = 0;
        CHECK(block == golden::mx::Block{tensor.block[last].scale, {}});
    }
}

TEST_CASE("microscaling: error statistics") {
    const spec::Element& mxfp4 = formats::find_element("mxfp4");
    const std::vector<float> values = {4.0f, 2.5f, -7.0f, 0.0f};
    const auto error = [&](ScaleRule rule) {
        return quantize::error_of(values,
                                  quantize::quantize_mx(values, std::vector<size_t>{4}, 0, mxfp4, rule));
    };
    CHECK(error(ScaleRule::floor).greatest == 1.0);
    CHECK(error(ScaleRule::floor).signal == 16 + 6.25 + 49);
    CHECK(error(ScaleRule::floor).noise == 0.25 + 1);
    CHECK(error(ScaleRule::rceil).noise == 0.25 + 1);
    CHECK(error(ScaleRule::floor).sqnr() == Approx(10 * std::log10(71.25 / 1.25)));
}

TEST_CASE("microscaling: what cannot be quantized is refused") {
    const spec::Element& mxfp4 = formats::find_element("mxfp4");
    const auto quantize = [&](std::vector<float> values, std::vector<size_t> shape, int axis) {
        return quantize::quantize_mx(values, shape, axis, mxfp4, ScaleRule::rceil);
    };
    CHECK_NOTHROW(quantize({1, 2}, {2}, -1));
    CHECK_THROWS_AS(quantize({1, 2}, {2}, 1), Error);
    CHECK_THROWS_AS(quantize({1, 2}, {2}, -2), Error);
    CHECK_THROWS_AS(quantize({1, 2}, {3}, 0), Error);
    CHECK_THROWS_AS(quantize({1, std::numeric_limits<float>::quiet_NaN()}, {2}, 0), Error);
    CHECK_THROWS_AS(quantize({std::ldexp(7.0f, 125)}, {1}, 0), Error);
}
