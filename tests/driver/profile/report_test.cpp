// Are the reports of napier profile whole: parts add up, keys name their unit, nothing overlaps in the trace?

#include <catch2/catch.hpp>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "driver/profile/report.hpp"
#include "sw/io/file.hpp"
#include "tests/driver/command_line.hpp"
#include "tests/support/folder.hpp"

using namespace napier;
using namespace napier::driver;
using Catch::Matchers::Contains;
using nlohmann::json;

namespace {

std::string text_of(const std::string& path) {
    const std::vector<uint8_t> bytes = io::read_file(path);
    return {bytes.begin(), bytes.end()};
}

struct Reports {
    explicit Reports(const std::string& options) {
        const test::TemporaryFolder folder;
        const test::Result result = test::napier("profile sw/models/digits_ternary.onnx " + options + " -o " +
                                                 folder.file("out"));
        INFO(result.text);
        REQUIRE(result.code == 0);
        text = result.text;
        has_page = std::filesystem::exists(folder.file("out/report.html"));
        report = json::parse(text_of(folder.file("out/report.json")));
        trace = json::parse(text_of(folder.file("out/trace.json")));
        std::istringstream lines(text_of(folder.file("out/layers.csv")));
        for (std::string line; std::getline(lines, line);) csv.push_back(line);
    }
    std::string text;
    bool has_page = false;
    json report, trace;
    std::vector<std::string> csv;
};

// Keys of numbers that name no unit.
void collect_unnamed(const json& value, const std::string& path, std::vector<std::string>& wrong) {
    static const std::regex unit("(_|^)(cycles?|bytes|percent|count|pj|mac|per_cycle|bursts|beats)$");
    static const std::regex group("component_energies_pj$|peak_products_per_cycle$");
    for (const auto& [key, part] : value.items()) {
        if (part.is_number() && !std::regex_search(key, unit) && !std::regex_search(path, group)) {
            wrong.push_back(path + "/" + key);
        }
        if (part.is_structured()) collect_unnamed(part, value.is_array() ? path : path + "/" + key, wrong);
    }
}

}  // namespace

TEST_CASE("The energies of a profile are the sums of their parts") {
    const Reports reports("--machine edge --machine odd");
    REQUIRE(reports.report["machines"].size() == 2);
    for (const json& machine : reports.report["machines"]) {
        double layers = 0.0;
        std::map<std::string, double> components;
        for (const json& layer : machine["layers"]) {
            double parts = 0.0;
            for (int i = 0; i < component_count; ++i) {
                const std::string name = component_name(static_cast<Component>(i));
                parts += layer["component_energies_pj"][name].get<double>();
                components[name] += layer["component_energies_pj"][name].get<double>();
            }
            CHECK(parts == layer["energy_pj"].get<double>());
            layers += layer["energy_pj"].get<double>();
        }
        double total = 0.0;
        for (int i = 0; i < component_count; ++i) {
            const std::string name = component_name(static_cast<Component>(i));
            CHECK(components[name] == machine["component_energies_pj"][name].get<double>());
            total += components[name];
        }
        CHECK(total == machine["energy_pj"].get<double>());
        CHECK(std::llround(layers) == std::llround(total));
    }
}

TEST_CASE("The layers' cycles and traffic are those of the machine's counters") {
    const Reports reports("--machine tiny");
    const json& machine = reports.report["machines"][0];
    int64_t cycles = 0, beats = 0, passes = 0;
    for (const json& layer : machine["layers"]) {
        cycles += layer["duration_cycles"].get<int64_t>();
        beats += layer["read_beats_count"].get<int64_t>();
        passes += layer["passes_count"].get<int64_t>();
    }
    CHECK(beats == machine["counters"]["read_beats"].get<int64_t>());
    CHECK(passes == machine["counters"]["passes_count"].get<int64_t>());
    const int64_t tail = machine["duration_cycles"].get<int64_t>() - cycles;
    CHECK((tail >= 0 && tail < 16));  // from the last command's end to done
}

TEST_CASE("Every number of report.json has a key that names its unit") {
    std::vector<std::string> wrong;
    collect_unnamed(Reports("--machine edge").report, "", wrong);
    CHECK(wrong == std::vector<std::string>{});
}

TEST_CASE("layers.csv has a line for each machine and layer, as many cells as its head, and the report's numbers") {
    const Reports reports("--machine edge --machine tiny --energy eyeriss");
    REQUIRE(reports.csv.size() == 1 + 2 * 7);
    const auto commas = [](const std::string& line) { return std::count(line.begin(), line.end(), ','); };
    for (const std::string& line : reports.csv) CHECK(commas(line) == commas(reports.csv[0]));
    CHECK_THAT(reports.csv[0], Contains("duration_cycles") && Contains("energy_mac"));
    const json& layer = reports.report["machines"][1]["layers"][0];
    CHECK_THAT(reports.csv[8], Contains("tiny,conv1,Conv,ternary,1," +
                                        std::to_string(layer["duration_cycles"].get<int64_t>())));
}

TEST_CASE("The trace shows every command once, on tracks where nothing overlaps") {
    const Reports reports("--machine edge");
    std::map<std::pair<int, int>, uint64_t> ends;
    size_t commands = 0;
    for (const json& event : reports.trace["traceEvents"]) {
        if (event["ph"] != "X") continue;
        ++commands;
        uint64_t& end = ends[{event["pid"].get<int>(), event["tid"].get<int>()}];
        CHECK(event["ts"].get<uint64_t>() >= end);
        end = event["ts"].get<uint64_t>() + event["dur"].get<uint64_t>();
    }
    CHECK(commands == reports.report["machines"][0]["counters"]["commands_count"].get<size_t>());
    CHECK(ends.size() >= 3);
}

TEST_CASE("napier profile says what it was asked for and refuses what it does not know") {
    const Reports reports("--machine edge --energy 7nm");
    CHECK(reports.has_page == has_charts());
    CHECK_THAT(reports.text, Contains(has_charts() ? "report.html\n" : "no report.html: its charts need"));
    CHECK_THAT(reports.text, Contains("energies of table 7nm") && Contains("host work: none") && Contains("dram"));
    const std::string model = "profile sw/models/digits_ternary.onnx ";
    const test::TemporaryFolder folder;
    const std::string out = " -o " + folder.file("out");
    CHECK(test::napier(model + "--machine edgy" + out).code == 2);
    CHECK(test::napier(model + "--energy 8nm" + out).code == 2);
    CHECK(test::napier(model + "-o /proc/nowhere").code == 1);
    CHECK(test::napier("profile sw/models/digits_mxfp4.onnx" + out).code == 1);
    CHECK_FALSE(std::filesystem::exists(folder.file("out")));
}

TEST_CASE("Zero weights take no products' energy, and are counted") {
    const Reports reports("--machine edge");
    const json& layer = reports.report["machines"][0]["layers"][1];
    const double zeros = layer["zero_weight_products_count"].get<double>();
    CHECK(zeros > 0.0);
    CHECK(layer["component_energies_pj"]["array"].get<double>() ==
          (layer["products_count"].get<double>() - zeros) * 0.03 +
              layer["array_vectors_count"].get<double>() * 256.0 * 0.1);
}
