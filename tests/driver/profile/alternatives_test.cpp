// Is a network with its weights in another format the same network otherwise, and reported as what would be?

#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include "driver/profile/alternatives.hpp"
#include "sw/formats/formats.hpp"
#include "sw/import/import.hpp"
#include "sw/io/file.hpp"
#include "sw/spec/machine.hpp"
#include "tests/driver/command_line.hpp"
#include "tests/support/folder.hpp"

using namespace napier;
using namespace napier::driver;
using Catch::Matchers::Contains;

TEST_CASE("A machine's alternatives are its formats that weights can be quantized to") {
    CHECK(alternative_formats(spec::find_machine("tiny")) == std::vector<std::string>{"ternary"});
    const std::vector<std::string> all = alternative_formats(spec::find_machine("odd"));
    for (const char* name : {"int8", "int4", "ternary", "binary", "shift", "apot"}) {
        CHECK(std::count(all.begin(), all.end(), name) == 1);
    }
    for (const char* name : {"xnor", "adder"}) CHECK(std::count(all.begin(), all.end(), name) == 0);
}

TEST_CASE("Only weights of convolutions and products change, and each fits its format") {
    const Model model = import_onnx(std::filesystem::path("sw/models/digits_int8.onnx"));
    for (const char* format : {"int8", "int4", "ternary", "binary", "shift", "apot"}) {
        INFO(format);
        const Model other = with_weights_in(model, format);
        REQUIRE(other.layers.size() == model.layers.size());
        for (size_t i = 0; i < model.layers.size(); ++i) {
            const Layer &before = model.layers[i], &after = other.layers[i];
            const bool changes = before.operation == "Conv" || before.operation == "Gemm";
            CHECK(after.format == (changes ? format : before.format));
            CHECK((changes || after.weight == before.weight));
            CHECK(after.weight.size() == before.weight.size());
            CHECK(formats::holds(spec::find_format(after.format), after.weight));
            CHECK(after.bias == before.bias);
        }
    }
}

TEST_CASE("napier profile --what-if shows every format of the machine, and the own one as it is") {
    const test::TemporaryFolder folder;
    const test::Result result = test::napier("profile sw/models/digits_ternary.onnx --machine edge --what-if -o " +
                                             folder.path());
    CHECK(result.code == 0);
    CHECK_THAT(result.text, Contains("what if, on edge:") && Contains("as they are"));
    const std::vector<uint8_t> bytes = io::read_file(folder.file("report.json"));
    const auto machine = nlohmann::json::parse(bytes.begin(), bytes.end())["machines"][0];
    REQUIRE(machine["alternatives"].size() == alternative_formats(spec::find_machine("edge")).size());
    for (const auto& alternative : machine["alternatives"]) {
        REQUIRE(alternative["layers"].size() == machine["layers"].size());
        double energy = 0.0;
        for (const auto& layer : alternative["layers"]) energy += layer["energy_pj"].get<double>();
        CHECK(energy == alternative["energy_pj"].get<double>());
        if (alternative["format"] == "ternary") CHECK(alternative["duration_cycles"] == machine["duration_cycles"]);
        if (alternative["format"] == "int8") {
            CHECK(alternative["duration_cycles"].get<int64_t>() > machine["duration_cycles"].get<int64_t>());
        }
    }
}
