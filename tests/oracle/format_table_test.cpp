// Does docs/formats.md hold the table that the models give?

#include <catch2/catch.hpp>

#include "sw/base/error.hpp"
#include "sw/io/file.hpp"
#include "tests/support/format_table.hpp"

using namespace napier;

TEST_CASE("the table of docs/formats.md is what make formats writes") {
    const std::vector<uint8_t> bytes = io::read_file("docs/formats.md");
    const std::string text(bytes.begin(), bytes.end());
    CHECK(test::with_table(text, test::format_table()) == text);
}

TEST_CASE("a text without both marks is refused") {
    CHECK_THROWS_AS(test::with_table("<!-- make formats -->\n", ""), Error);
    CHECK_THROWS_AS(test::with_table("<!-- end -->\n<!-- make formats -->\n", ""), Error);
}
