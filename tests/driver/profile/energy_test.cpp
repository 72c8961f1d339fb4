// Are the energy tables sound, and a layer's energies its counts times the table's numbers?

#include <catch2/catch.hpp>

#include <cmath>
#include <nlohmann/json.hpp>

#include "driver/energy/builtin.hpp"
#include "driver/profile/profile.hpp"
#include "sw/base/error.hpp"
#include "sw/io/file.hpp"
#include "tests/support/folder.hpp"

using namespace napier;
using namespace napier::driver;
using Catch::Matchers::Contains;
using nlohmann::json;

namespace {

json table() { return json::parse(builtin_tables()[0].json); }

std::string refusal(const json& changed) {
    try {
        parse_energy_table(changed.dump(), "mine");
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("Every number of the tables that come with the program has a node and a source") {
    CHECK(energy_table_names() == "45nm, 7nm, eyeriss");
    for (const char* name : {"45nm", "7nm", "eyeriss"}) {
        const EnergyTable one = find_energy_table(name);
        CHECK(one.name == name);
        CHECK(one.unit == (one.name == "eyeriss" ? "MAC" : "pJ"));
        CHECK(one.entries.size() >= 4);
        for (const EnergyEntry& entry : one.entries) {
            CHECK(!entry.node.empty());
            CHECK(!entry.source.empty());
        }
        for (const spec::Format& format : spec::formats) CHECK(one.product(format.name) > 0.0);
    }
    CHECK_THROWS_WITH(find_energy_table("45nm").product("float32"), Contains("no product of format float32"));
    CHECK_THROWS_WITH(find_energy_table("46nm"), Contains("give one of 45nm, 7nm, eyeriss"));
}

TEST_CASE("The arithmetic of BitNet's table 1 comes from the 7 nm numbers of its sources") {
    // Wang et al., 2023, arXiv 2310.11453: additions m(n-1)p, multiplications mnp, of 512 tokens and the 6.7B network:
    // 32 layers of 12 products of 4096 x 4096, and 32,000 words, all in FP16: 1.14 J and 0.54 J; in BitNet only the
    // words' multiplications remain, 0.02 J. FP16, 7 nm: 0.34 pJ and 0.16 pJ (Jouppi et al., ISCA 2021).
    const double layers = 512.0 * 32.0 * 12.0 * 4096.0 * 4096.0, words = 512.0 * 32000.0 * 4096.0;
    const double additions = (layers + words) * (4095.0 / 4096.0);
    CHECK(std::round((layers + words) * 0.34e-12 * 100.0) == 114.0);
    CHECK(std::round(additions * 0.16e-12 * 100.0) == 54.0);
    CHECK(std::round(words * 0.34e-12 * 100.0) == 2.0);
    // Ternary weights leave 8-bit additions of the table: the layers' part of BitNet's.
    CHECK(find_energy_table("7nm").product("ternary") == 0.007);
}

TEST_CASE("A byte of a memory costs what the table's capacities say, and between them what a straight line says") {
    const EnergyTable one = find_energy_table("45nm");
    CHECK(one.sram_byte(8192) == 1.25);
    CHECK(std::llround(one.sram_byte(32768) * 1e9) == 2'500'000'000);
    CHECK(std::llround(one.sram_byte(16384) * 1e9) == std::llround(1.25e9 * std::sqrt(2.0)));  // half way in logarithms
    CHECK(std::llround(one.sram_byte(2048) * 1e9) == 625'000'000);  // the line goes on
    CHECK(std::llround(one.sram_byte(1048576) * 1e9) == 12'500'000'000);
    CHECK(find_energy_table("eyeriss").sram_byte(12) == 3.0);
}

TEST_CASE("A table that is not sound is refused with the reason") {
    json unknown = table();
    unknown["operatoins"] = json::object();
    CHECK_THAT(refusal(unknown), Contains("unknown key 'operatoins' (did you mean 'operations'?)"));
    json nameless = table();
    nameless["operations"]["add_8"].erase("source");
    CHECK_THAT(refusal(nameless), Contains("'add_8' has no source"));
    json nodeless = table();
    nodeless["dram_byte"]["node"] = "";
    CHECK_THAT(refusal(nodeless), Contains("'dram_byte' has no node"));
    json negative = table();
    negative["register_bit"]["energy"] = -0.1;
    CHECK_THAT(refusal(negative), Contains("'register_bit' has no energy of 0 or more"));
    json wrong = table();
    wrong["products"]["int8"] = {{"multiply_9", 1}};
    CHECK_THAT(refusal(wrong), Contains("the product int8 names 'multiply_9', no operation"));
    json falling = table();
    std::swap(falling["sram"][0], falling["sram"][1]);
    CHECK_THAT(refusal(falling), Contains("do not rise"));
    json missing = table();
    missing.erase("sram");
    CHECK_THAT(refusal(missing), Contains("no list 'sram'"));
    CHECK_THROWS_WITH(parse_energy_table("{", "mine"), Contains("energy table mine: it is no JSON object"));
}

TEST_CASE("A table of one's own is read from a file") {
    const test::TemporaryFolder folder;
    json own = table();
    own["name"] = "own";
    own["operations"]["add_8"]["energy"] = 7.5;
    own["leakage_cycle"] = {{"energy", 2.5}, {"node", "28 nm"}, {"source", "measured"}};
    io::write_file(folder.file("own.json"), own.dump());
    const EnergyTable one = find_energy_table(folder.file("own.json"));
    CHECK(one.product("ternary") == 7.5);
    CHECK(one.leakage_cycle == 2.5);
}

TEST_CASE("A layer's energies are its counts times the table") {
    const spec::Machine& machine = spec::find_machine("edge");
    EnergyTable one;
    one.products = {{"ternary", 3.0}};
    one.accumulate = 5.0;
    one.output = 7.0;
    one.residual = 11.0;
    one.register_bit = 0.5;
    one.dram_byte = 13.0;
    one.leakage_cycle = 2.0;
    one.sram = {{1.0, 17.0}};
    ProfiledLayer layer;
    layer.format = "ternary";
    layer.products = 1000;
    layer.zero_weight_products = 400;
    layer.times.cycles = 50;
    layer.activity.vectors = 10;
    layer.activity.passes = 2;
    layer.activity.outputs = 4;
    layer.activity.residuals = 3;
    layer.activity.read_beats = 6;
    layer.activity.write_beats = 1;
    layer.activity.activation = {8, 4};
    layer.activity.weight = {1, 2};
    layer.activity.parameter = {3, 0};
    layer.activity.residual = {0, 5};
    layer.activity.output = {6, 7};
    layer.activity.accumulator = {9, 9};
    layer.activity.table = {5, 3};
    const Energies energies = energies_of(layer, machine, one);
    CHECK(energies[Component::array] == 600 * 3.0 + 10 * 256 * 5.0);
    CHECK(energies[Component::registers] ==
          256 * 0.5 * (10 * (machine.activation_bits + machine.accumulator_bits) + 2 * machine.weight_bits));
    CHECK(energies[Component::accumulators] == 18 * 17.0);
    CHECK(energies[Component::activation_buffer] == 12 * 17.0);
    CHECK(energies[Component::weight_buffer] == 3 * 17.0);
    CHECK(energies[Component::parameter_buffer] == 3 * 17.0);
    CHECK(energies[Component::residual_buffer] == 5 * 17.0);
    CHECK(energies[Component::output_buffer] == 13 * 17.0);
    CHECK(energies[Component::activation_tables] == 8 * 17.0);
    CHECK(energies[Component::post_processor] == 4 * 7.0 + 3 * 11.0);
    CHECK(energies[Component::dram] == 7 * machine.beat_bytes * 13.0);
    CHECK(energies[Component::leakage] == 100.0);
    double sum = 0.0;
    for (const double part : energies.of) sum += part;
    CHECK(energies.total() == sum);
}
