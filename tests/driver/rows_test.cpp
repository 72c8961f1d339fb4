// Do models of tokens run, and do their program files say what their indices choose from?

#include <catch2/catch.hpp>

#include "driver/capi/edges.hpp"
#include "driver/compile/compile.hpp"
#include "driver/compile/program_file.hpp"
#include "driver/session/compare.hpp"
#include "driver/session/host_work.hpp"
#include "sw/base/error.hpp"
#include "sw/golden/quantize.hpp"
#include "sw/import/import.hpp"
#include "sw/io/npy.hpp"
#include "sw/spec/machine.hpp"
#include "tests/driver/command_line.hpp"
#include "tests/driver/run_program.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/random.hpp"

namespace napier::test {
namespace {

using Catch::Matchers::Contains;

constexpr const char* file = "sw/models/zoo/reduced-mobilellm.onnx";  // 7 tokens of 50

std::vector<float> tokens(uint64_t seed) {
    Random random(seed);
    std::vector<float> indices(7);
    for (float& index : indices) index = static_cast<float>(random.number(-50, 49));
    return indices;
}

}  // namespace

TEST_CASE("Tokens are rows of the host's table, in a program file as well") {
    const Model model = import_onnx(std::filesystem::path(file));
    for (const char* name : {"edge", "odd"}) {
        const spec::Machine& machine = spec::find_machine(name);
        const driver::Program program = driver::compile(model, machine, driver::CompileOptions::keeping_tensors());
        const std::vector<uint8_t> bytes = driver::to_bytes(program);
        const driver::Program read = driver::program_from_bytes(bytes, "test");
        CHECK(driver::to_bytes(read) == bytes);
        CHECK(read.input.rows == 50);
        for (uint64_t seed = 1; seed < 4; ++seed) {
            const golden::TensorValues input = golden::quantize_input(model, tokens(seed));
            check_program(read, machine, input, driver::record_golden(model, program, input).tensors);
        }
    }
}

TEST_CASE("A row that is read is counted") {
    const Model model = import_onnx(std::filesystem::path(file));
    const driver::Program program = driver::compile(model, spec::find_machine("edge"));
    const driver::HostCount count = driver::count_of(program, program.host.front());
    CHECK(count.elements == 7 * 32);
    CHECK(count.read_bytes == 7 * 32 + 7 * 4);
    CHECK(count.write_bytes == 7 * 32);
}

TEST_CASE("Indices go in as int64, one that no row has does not") {
    const Model model = import_onnx(std::filesystem::path(file));
    const driver::Program program = driver::compile(model, spec::find_machine("edge"));
    const driver::PortShape port = driver::input_shapes(program).front();
    CHECK((port.type == driver::PortType::int64 && port.bytes() == 7 * 8));
    CHECK(port.shape == std::vector<size_t>{1, 7, 1});
    const auto given = [&](std::vector<int64_t> indices) {
        const auto* bytes = reinterpret_cast<const uint8_t*>(indices.data());
        return driver::to_tensor(program, {bytes, indices.size() * sizeof(int64_t)});
    };
    CHECK(given({0, 1, 49, -1, -50, 7, 8}) ==
          golden::quantize_input(model, std::vector<float>{0, 1, 49, -1, -50, 7, 8}));
    for (const int64_t wrong : {int64_t{50}, int64_t{-51}, int64_t{1} << 32, INT64_MIN, INT64_MAX}) {
        CHECK_THROWS_WITH(given({0, 1, 2, 3, 4, 5, wrong}), Contains("Port tokens got") &&
                                                                Contains("give an integer of -50 to 49"));
    }
    CHECK_THROWS_WITH(given({0, 1}), Contains("Port tokens takes 7 values of int64, 56 bytes, and got 16 bytes"));
}

TEST_CASE("A program file with wrong rows is refused") {
    const driver::Program good = driver::compile(import_onnx(std::filesystem::path(file)), spec::find_machine("edge"));
    const auto refuses = [&](auto change) { CHECK(is_refused_with(good, change)); };
    using driver::HostStep;
    using driver::Program;
    refuses([](Program&, HostStep& step) { step.work.rows.clear(); });
    refuses([](Program&, HostStep& step) { step.work.rows.pop_back(); });
    refuses([](Program&, HostStep& step) { step.work.function = "Mul"; });
    refuses([](Program&, HostStep& step) { step.work.second = 0; });
    refuses([](Program& program, HostStep& step) { program.layers[size_t(step.layer)].input = 1; });
    refuses([](Program& program, HostStep&) { program.host[1].work.rows.resize(32); });
    refuses([](Program& program, HostStep&) { program.input.rows = -1; });
    refuses([](Program& program, HostStep&) { program.input.tensor = 1; });
    std::vector<uint8_t> bytes = driver::to_bytes(good);
    bytes.pop_back();
    CHECK_THROWS_AS(driver::program_from_bytes(bytes, "test"), Error);
}

TEST_CASE("Tokens come from a file of integers, or at random") {
    const TemporaryFolder folder;
    const std::string model = file;
    io::write_npy(folder.file("long.npy"),
                  io::make_array<int64_t>({2, 7}, {0, 1, 2, 3, 4, 5, 6, 49, -1, 7, 7, 7, 7, 8}));
    io::write_npy(folder.file("bytes.npy"), io::make_array<uint8_t>({1, 1, 7}, {0, 1, 2, 3, 4, 5, 6}));
    io::write_npy(folder.file("wrong.npy"), io::make_array<int64_t>({1, 7}, {0, 1, 2, 50, 4, 5, 6}));
    io::write_npy(folder.file("short.npy"), io::make_array<int64_t>({1, 6}, {0, 1, 2, 3, 4, 5}));
    const auto run = [&](const char* images) { return napier("run " + model + " --images " + folder.file(images)); };
    const Result whole = run("long.npy");
    CHECK(whole.code == 0);
    CHECK_THAT(whole.text, Contains("golden: 2 of 2 images identical"));
    CHECK(run("bytes.npy").code == 0);
    for (const auto& [images, sentence] : {std::pair{"wrong.npy", "Port tokens got 50 for the index of one of 50 rows"},
                                           {"short.npy", "takes images of 1 x 7 x 1"}}) {
        const Result result = run(images);
        CHECK(result.code == 1);
        CHECK_THAT(result.text, Contains(sentence));
    }
    const Result verified = napier("verify " + model + " --no-rtl --count 3 --machine odd");
    CHECK(verified.code == 0);
    CHECK_THAT(verified.text, Contains("3 inputs: "));
}

}  // namespace napier::test
