// Are the greatest values found in the order of ONNX's TopK?

#include <catch2/catch.hpp>

#include "sw/golden/greatest.hpp"

using napier::golden::greatest;
using Indexes = std::vector<int64_t>;

TEST_CASE("the greatest values, equal ones in their order") {
    const std::vector<float> values{1, 5, -2, 5, 0, 5, 1};
    CHECK(greatest(values, 1) == Indexes{1});
    CHECK(greatest(values, 4) == Indexes{1, 3, 5, 0});
    CHECK(greatest(values, 5) == Indexes{1, 3, 5, 0, 6});
    CHECK(greatest(values, 9) == Indexes{1, 3, 5, 0, 6, 4, 2});
    CHECK(greatest({-3, -1}, 1) == Indexes{1});
    CHECK(greatest(values, 0).empty());
    CHECK(greatest({}, 2).empty());
}
