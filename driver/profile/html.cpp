#include <filesystem>
#include <string_view>

#include <fmt/format.h>

#include "driver/profile/page.hpp"
#include "driver/profile/report.hpp"
#include "sw/base/error.hpp"
#include "sw/io/file.hpp"

namespace napier::driver {
namespace {

constexpr uint64_t greatest_charts_bytes = 1 << 24;

// The text with a backslash behind the first character of every `before`: "<\/" is "</" in strings of JSON and
// JavaScript.
std::string with_backslash(std::string text, std::string_view before) {
    for (size_t at = text.find(before); at != std::string::npos; at = text.find(before, at + 1)) {
        text.insert(at + 1, "\\");
    }
    return text;
}

void fill(std::string& page, std::string_view place, const std::string& text) {
    const size_t at = page.find(place);
    if (at == std::string::npos) throw std::logic_error(fmt::format("the page has no {}", place));
    page.replace(at, place.size(), text);
}

}  // namespace

bool has_charts() { return std::filesystem::exists(page::charts_path); }

std::string profile_html(const Profile& profile) {
    if (!has_charts()) {
        throw Error(ErrorKind::system, fmt::format("'{}' is missing, which draws the report's charts; run make charts.",
                                                   page::charts_path));
    }
    const std::vector<uint8_t> charts = io::read_file(page::charts_path, greatest_charts_bytes);
    std::string page = page::html;
    fill(page, "@style@", page::style);
    fill(page, "@script@", page::script);  // before what it reads: those texts may hold anything
    fill(page, "@charts@", with_backslash({charts.begin(), charts.end()}, "</script"));
    fill(page, "@data@", with_backslash(profile_json(profile), "</"));
    return page;
}

}  // namespace napier::driver
