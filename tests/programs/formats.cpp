// formats: writes the table of number formats and accuracies into docs/formats.md, from the models of sw/models.

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/io/file.hpp"
#include "tests/support/format_table.hpp"

int main() {
    constexpr const char* path = "docs/formats.md";
    try {
        const std::vector<uint8_t> bytes = napier::io::read_file(path);
        const std::string table = napier::test::format_table();
        napier::io::write_file(path, napier::test::with_table({bytes.begin(), bytes.end()}, table));
        fmt::print("{}", table);
        return 0;
    } catch (const napier::Error& error) {
        fmt::print(stderr, "formats: {}\n", error.what());
        return 1;
    }
}
