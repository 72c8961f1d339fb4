#pragma once
// Tables for the terminal: columns aligned, numbers to the right.

#include <cstdint>
#include <string>
#include <vector>

namespace napier::driver {

enum class Align : uint8_t { left, right };

class Table {
public:
    void column(std::string title, Align align = Align::left);
    // As many cells as there are columns.
    void row(std::vector<std::string> cells);
    // Lines, each ended by a newline: titles, then rows. Empty without rows.
    std::string text() const;

private:
    struct Column {
        std::string title;
        Align align;
    };
    std::string line(const std::vector<std::string>& cells, const std::vector<size_t>& widths) const;

    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

// 1234567 as "1,234,567".
std::string with_commas(uint64_t value);

}  // namespace napier::driver
