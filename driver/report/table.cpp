#include "driver/report/table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace napier::driver {

void Table::column(std::string title, Align align) { columns_.push_back({std::move(title), align}); }

void Table::row(std::vector<std::string> cells) {
    cells.resize(columns_.size());
    rows_.push_back(std::move(cells));
}

std::string Table::line(const std::vector<std::string>& cells, const std::vector<size_t>& widths) const {
    std::string text;
    for (size_t i = 0; i < columns_.size(); ++i) {
        if (i > 0) text += "  ";
        const bool last = i + 1 == columns_.size();
        if (columns_[i].align == Align::right) text += fmt::format("{:>{}}", cells[i], widths[i]);
        else text += last ? cells[i] : fmt::format("{:<{}}", cells[i], widths[i]);
    }
    return text + "\n";
}

std::string Table::text() const {
    if (rows_.empty()) return "";
    std::vector<std::string> titles;
    std::vector<size_t> widths;
    for (size_t i = 0; i < columns_.size(); ++i) {
        titles.push_back(columns_[i].title);
        widths.push_back(columns_[i].title.size());
        for (const auto& cells : rows_) widths[i] = std::max(widths[i], cells[i].size());
    }
    std::string text = line(titles, widths);
    for (const auto& cells : rows_) text += line(cells, widths);
    return text;
}

std::string with_commas(uint64_t value) {
    std::string digits = std::to_string(value);
    for (size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
    return digits;
}

}  // namespace napier::driver
