// Do the networks of the zoo have the sizes that were published?

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstring>

#include "tests/zoo/count.hpp"
#include "tests/zoo/reference.hpp"

using namespace napier;
using test::Reference;

namespace {

// Parameters that a file of integers has beyond one bias for each normalized channel: LeViT's two heads normalize an
// average, not a layer with weights, and keep their 384 scales.
int64_t kept_scales(const Reference& reference) { return std::strcmp(reference.name, "levit-128s") == 0 ? 2 * 384 : 0; }

}  // namespace

TEST_CASE("Every network of the zoo has a reference, and every reference a network") {
    REQUIRE(std::size(test::references) == zoo::entries().size());
    for (const Reference& reference : test::references) {
        CHECK(std::string(zoo::find_entry(reference.name).name) == reference.name);
    }
}

TEST_CASE("The layers of every network add up to its published products and parameters") {
    for (const Reference& reference : test::references) {
        INFO(reference.name);
        const zoo::Network network = zoo::build(zoo::find_entry(reference.name), {}, 1);
        const zoo::Totals totals = zoo::totals_of(network.layers);
        CHECK(totals.weighted_products == reference.weighted_products);
        CHECK(totals.activation_products == reference.activation_products);
        CHECK(totals.parameters == reference.parameters);
    }
}

TEST_CASE("The ONNX graph of every network has its published products and parameters in every kind of numbers") {
    for (const Reference& reference : test::references) {
        for (const char* format : {"float32", "ternary", "mxfp4"}) {
            INFO(reference.name << " " << format);
            const zoo::Style style = zoo::find_style(format);
            const test::Count count = test::count(zoo::build(zoo::find_entry(reference.name), style, 1));
            CHECK(count.weighted_products == reference.weighted_products);
            CHECK(count.activation_products == reference.activation_products);
            CHECK(count.parameters ==
                  (style.is_integer() ? reference.folded_parameters + kept_scales(reference) : reference.parameters));
        }
    }
}
