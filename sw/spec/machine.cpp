#include "sw/spec/machine.hpp"

#include <fmt/format.h>

#include <numeric>
#include <vector>

#include "sw/base/error.hpp"

namespace napier::spec {
namespace {

// Levenshtein distance: insertions, deletions and replacements of one character.
size_t distance(std::string_view left, std::string_view right) {
    std::vector<size_t> row(right.size() + 1);
    std::iota(row.begin(), row.end(), size_t{0});
    for (size_t i = 0; i < left.size(); ++i) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < right.size(); ++j) {
            const size_t replaced = diagonal + (left[i] == right[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

template <typename Table>
const auto& find(const char* kind, const Table& table, std::string_view name) {
    const auto* nearest = &table[0];
    for (const auto& entry : table) {
        if (name == entry.name) return entry;
        if (distance(name, entry.name) < distance(name, nearest->name)) nearest = &entry;
    }
    std::string known;
    for (const auto& entry : table) known += fmt::format("{}{}", known.empty() ? "" : ", ", entry.name);
    throw Error(ErrorKind::usage, fmt::format("There is no {} '{}'; did you mean '{}'? Known: {}.", kind, name,
                                              nearest->name, known));
}

}  // namespace

const Machine& find_machine(std::string_view name) { return find("machine", machines, name); }
const Format& find_format(std::string_view name) { return find("number format", formats, name); }

std::string format_names(const Machine& machine) {
    std::string names;
    for (const Format& format : formats) {
        if (has_format(machine, format)) names += fmt::format("{}{}", names.empty() ? "" : ", ", format.name);
    }
    if (const RealFormat* format = real_format(machine)) names += format->name;
    return names;
}

const ErrorText* find_error(uint32_t code) {
    for (const ErrorText& error : errors) {
        if (static_cast<uint32_t>(error.code) == code) return &error;
    }
    return nullptr;
}

}  // namespace napier::spec
