// Do the trained models, compiled for every machine and executed command by command, give the golden tensors?

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

#include "driver/compile/compile.hpp"
#include "sw/base/error.hpp"
#include "sw/formats/formats.hpp"
#include "sw/golden/interpreter/interpreter.hpp"
#include "sw/import/import.hpp"
#include "sw/spec/machine.hpp"
#include "tests/oracle/recorded_model.hpp"

namespace {

using namespace napier;
using golden::TensorValues;

// Memory of a program as the host leaves it.
golden::MemoryImage loaded(const driver::Program& program, const TensorValues& input) {
    golden::MemoryImage memory{program.memory_base, std::vector<uint8_t>(program.memory_end - program.memory_base)};
    const auto put = [&](uint32_t address, const auto& bytes) {
        REQUIRE(address - program.memory_base + bytes.size() <= memory.bytes.size());
        std::copy(bytes.begin(), bytes.end(), memory.bytes.begin() + (address - program.memory_base));
    };
    put(program.program_address, driver::command_bytes(program));
    put(program.constants_address, program.constants);
    put(program.tensors[static_cast<size_t>(program.input.tensor)].address, input);
    return memory;
}

// Runs one image and compares every tensor; returns how many values were compared.
size_t compare_tensors(const driver::Program& program, const spec::Machine& machine, const Model& model,
                       const TensorValues& input) {
    golden::State state(machine, loaded(program, input));
    const golden::Outcome outcome = golden::interpret(
        state, {program.program_address, static_cast<uint32_t>(program.commands.size()), program.read_window.base,
                program.read_window.limit, program.write_window.base, program.write_window.limit});
    INFO("code " << static_cast<int>(outcome.code) << " address " << outcome.address << " command "
                 << outcome.command << " " << outcome.program_error);
    REQUIRE(outcome.success());
    const std::vector<TensorValues> expected = golden::run_model(model, input);
    size_t compared = 0;
    for (size_t i = 0; i < expected.size(); ++i) {
        const driver::TensorPlace& place = program.tensors[i];
        INFO("tensor " << place.name);
        REQUIRE(place.kept);
        const auto first = state.memory.bytes.begin() + (place.address - program.memory_base);
        REQUIRE(TensorValues(first, first + place.bytes()) == expected[i]);
        compared += expected[i].size();
    }
    return compared;
}

// Formats of products with a zero run everything, in planes of trits if need be.
bool runs_all(const spec::Machine& machine) {
    return std::any_of(std::begin(spec::formats), std::end(spec::formats), [&](const spec::Format& format) {
        return spec::has_format(machine, format) && format.operation == spec::Operation::product &&
               formats::annuls(format);
    });
}

}  // namespace

TEST_CASE("the trained models on every machine, every tensor") {
    int programs = 0, in_planes = 0, refused = 0;
    for (const char* name : {"digits_ternary", "digits_int8", "digits_ternary_bn"}) {
        const test::RecordedModel recorded(name);
        for (const spec::Machine& machine : spec::machines) {
            INFO(name << " on " << machine.name);
            driver::CompileOptions options;
            options.keep_tensors = true;
            if (!runs_all(machine)) {
                CHECK_THROWS_AS(driver::compile(recorded.model(), machine, options), Error);
                ++refused;
                continue;
            }
            // In planes, and with all tensors kept, int8 weights take more than its memory.
            if (name == std::string("digits_int8") && machine.name == std::string("icebreaker")) {
                CHECK_THROWS_WITH(driver::compile(recorded.model(), machine, options),
                                  Catch::Contains("more than 0x40000 bytes"));
                ++refused;
                continue;
            }
            const driver::Program program = driver::compile(recorded.model(), machine, options);
            for (size_t image = 0; image < 2; ++image) {
                CHECK(compare_tensors(program, machine, recorded.model(), recorded.input(image)) == 64 + 2890);
            }
            ++programs;
            in_planes += program.layers.front().planes > 1;
        }
    }
    CHECK(programs + refused == 3 * static_cast<int>(std::size(spec::machines)));
    CHECK(refused == 19);   // binary, xnor and adder alone; machines of real numbers; memory
    CHECK(in_planes == 7);  // int8 weights on the machines with ternary, int4, shift, apot or palette alone
}

TEST_CASE("a model trained in each format is recognized as such, and runs on the machine that has them all") {
    const spec::Machine& machine = spec::find_machine("odd");
    for (const std::string format : {"int4", "apot", "shift", "binary", "adder", "palette"}) {
        INFO(format);
        const test::RecordedModel recorded("digits_" + format);
        int layers = 0;
        for (const Layer& layer : recorded.model().layers) layers += layer.format == format;
        // The three later convolutions; with binary also the addition's and the pool's ones.
        CHECK(layers == (format == "adder" ? 3 : format == "binary" ? 7 : 5));
        driver::CompileOptions options;
        options.keep_tensors = true;
        const driver::Program program = driver::compile(recorded.model(), machine, options);
        CHECK(compare_tensors(program, machine, recorded.model(), recorded.input(0)) == 64 + 2890);
    }
}

TEST_CASE("activation functions run from the tables of a machine that keeps some, and are refused by the others") {
    TensorValues input;
    for (int value = -128; value <= 127; ++value) input.push_back(static_cast<int8_t>(value));
    int able = 0;
    for (const spec::Machine& machine : spec::machines) {
        if (spec::is_real(machine)) continue;
        INFO(machine.name);
        able += machine.activation_tables > 0;
        for (const auto& entry : std::filesystem::directory_iterator("sw/models/activations")) {
            if (entry.path().extension() != ".onnx") continue;
            const Model model = import_onnx(entry.path());
            INFO(model.name);
            if (machine.activation_tables == 0) {
                CHECK_THROWS_WITH(driver::compile(model, machine), Catch::Contains("by a table of its outputs"));
            } else {
                CHECK(compare_tensors(driver::compile(model, machine), machine, model, input) > 0);
            }
        }
    }
    CHECK(able == 3);
}

TEST_CASE("a palette has at most sixteen integers a layer, two scales at most three") {
    for (const auto& [name, most] : {std::pair<std::string, size_t>{"digits_palette", 16}, {"digits_ttq", 3}}) {
        const test::RecordedModel recorded(name);
        for (const Layer& layer : recorded.model().layers) {
            const std::set<int8_t> integers(layer.weight.begin(), layer.weight.end());
            CHECK(integers.size() <= most);
        }
    }
}
