#include "driver/energy/table.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "driver/cli/suggest.hpp"
#include "driver/energy/builtin.hpp"
#include "sw/base/error.hpp"
#include "sw/io/file.hpp"

namespace napier::driver {
namespace {

using nlohmann::json;

constexpr uint64_t greatest_table_bytes = 1 << 20;

class Parser {
public:
    Parser(const std::string& text, const std::string& name) : name_(name) {
        root_ = json::parse(text, nullptr, false);
        if (root_.is_discarded() || !root_.is_object()) refuse("it is no JSON object");
    }

    EnergyTable run() {
        known(root_, "the table", {"name", "unit", "text", "operations", "products", "accumulate", "output", "residual",
                                   "register_bit", "sram", "dram_byte", "leakage_cycle"});
        table_.name = text(root_, "the table", "name");
        table_.unit = text(root_, "the table", "unit");
        table_.text = text(root_, "the table", "text");
        for (const auto& [key, value] : object("operations").items()) operations_[key] = entry(value, key);
        for (const auto& [key, value] : object("products").items()) {
            table_.products[key] = sum(value, "the product " + key);
        }
        table_.accumulate = sum(object("accumulate"), "accumulate");
        table_.output = sum(object("output"), "output");
        table_.residual = sum(object("residual"), "residual");
        table_.register_bit = entry(object("register_bit"), "register_bit");
        table_.dram_byte = entry(object("dram_byte"), "dram_byte");
        if (root_.contains("leakage_cycle")) table_.leakage_cycle = entry(object("leakage_cycle"), "leakage_cycle");
        read_sram();
        return table_;
    }

private:
    [[noreturn]] void refuse(const std::string& reason) const {
        throw Error(ErrorKind::input, fmt::format("energy table {}: {}; see docs/profile.md.", name_, reason));
    }

    void known(const json& value, const std::string& where, const std::vector<std::string>& keys) const {
        for (const auto& [key, ignored] : value.items()) {
            if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
            const std::string close = nearest(key, keys);
            refuse(fmt::format("{} has an unknown key '{}'{}", where, key,
                               close.empty() ? "" : fmt::format(" (did you mean '{}'?)", close)));
        }
    }

    const json& object(const char* key) const {
        if (!root_.contains(key) || !root_[key].is_object()) refuse(fmt::format("it has no object '{}'", key));
        return root_[key];
    }

    std::string text(const json& value, const std::string& where, const char* key) const {
        if (!value.contains(key) || !value[key].is_string() || value[key].get<std::string>().empty()) {
            refuse(fmt::format("{} has no {}", where, key));
        }
        return value[key].get<std::string>();
    }

    double number(const json& value, const std::string& where, const char* key) const {
        const double result = value.contains(key) && value[key].is_number() ? value[key].get<double>() : -1.0;
        if (!(result >= 0.0) || !std::isfinite(result)) {
            refuse(fmt::format("{} has no {} of 0 or more", where, key));
        }
        return result;
    }

    // An energy with its node and source.
    double entry(const json& value, const std::string& name, const std::vector<std::string>& further = {}) {
        if (!value.is_object()) refuse(fmt::format("'{}' is no object", name));
        std::vector<std::string> keys{"energy", "node", "source"};
        keys.insert(keys.end(), further.begin(), further.end());
        known(value, fmt::format("'{}'", name), keys);
        const std::string where = fmt::format("'{}'", name);
        table_.entries.push_back({name, number(value, where, "energy"), text(value, where, "node"),
                                  text(value, where, "source")});
        return table_.entries.back().energy;
    }

    // A sum of operations, each with how often it is done.
    double sum(const json& value, const std::string& where) const {
        if (!value.is_object()) refuse(fmt::format("{} is no object", where));
        double result = 0.0;
        for (const auto& [operation, ignored] : value.items()) {
            const auto found = operations_.find(operation);
            if (found == operations_.end()) refuse(fmt::format("{} names '{}', no operation", where, operation));
            result += found->second * number(value, where, operation.c_str());
        }
        return result;
    }

    void read_sram() {
        if (!root_.contains("sram") || !root_["sram"].is_array() || root_["sram"].empty()) {
            refuse("it has no list 'sram'");
        }
        for (const json& value : root_["sram"]) {
            const double energy = entry(value, "sram", {"capacity_bytes", "access_bytes"});
            const double capacity = number(value, "'sram'", "capacity_bytes");
            const double access = number(value, "'sram'", "access_bytes");
            if (!(access > 0.0) || !(energy > 0.0)) refuse("an entry of 'sram' is 0");
            if (!(capacity > (table_.sram.empty() ? 0.0 : table_.sram.back().capacity_bytes))) {
                refuse("the capacities of 'sram' do not rise");
            }
            table_.entries.back().name = fmt::format("sram, {:.0f} bytes of {:.0f}", access, capacity);
            table_.sram.push_back({capacity, energy / access});
        }
    }

    const std::string name_;
    json root_;
    EnergyTable table_;
    std::map<std::string, double> operations_;
};

}  // namespace

double EnergyTable::product(const std::string& format) const {
    const auto found = products.find(format);
    if (found == products.end()) {
        throw Error(ErrorKind::unsupported, fmt::format("energy table {} has no product of format {}; add it to the "
                                                        "table with its source.", name, format));
    }
    return found->second;
}

double EnergyTable::sram_byte(double capacity_bytes) const {
    if (sram.size() == 1) return sram[0].byte_energy;
    size_t upper = 1;
    while (upper + 1 < sram.size() && capacity_bytes > sram[upper].capacity_bytes) ++upper;
    const SramPoint &a = sram[upper - 1], &b = sram[upper];
    const double slope = std::log(b.byte_energy / a.byte_energy) / std::log(b.capacity_bytes / a.capacity_bytes);
    return a.byte_energy * std::pow(capacity_bytes / a.capacity_bytes, slope);
}

EnergyTable parse_energy_table(const std::string& text, const std::string& name) { return Parser(text, name).run(); }

EnergyTable find_energy_table(const std::string& name_or_file) {
    for (const BuiltinTable& table : builtin_tables()) {
        if (name_or_file == table.name) return parse_energy_table(table.json, table.name);
    }
    if (!std::filesystem::exists(name_or_file)) {
        throw Error(ErrorKind::usage, fmt::format("there is no energy table '{}' and no file of that name; give one of "
                                                  "{}, or a file.", name_or_file, energy_table_names()));
    }
    const std::vector<uint8_t> bytes = io::read_file(name_or_file, greatest_table_bytes);
    return parse_energy_table(std::string(bytes.begin(), bytes.end()), name_or_file);
}

std::string energy_table_names() {
    std::string names;
    for (const BuiltinTable& table : builtin_tables()) names += (names.empty() ? "" : ", ") + std::string(table.name);
    return names;
}

}  // namespace napier::driver
