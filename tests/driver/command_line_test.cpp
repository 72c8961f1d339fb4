// Does the command line do what its help says, and answer a wrong one with a sentence and its exit code?

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "driver/cli/network.hpp"
#include "sw/io/file.hpp"
#include "sw/io/npy.hpp"
#include "sw/spec/knobs.hpp"
#include "sw/spec/machine.hpp"
#include "sw/spec/spec.hpp"
#include "tests/driver/command_line.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/onnx/builder.hpp"

namespace napier::test {
namespace {

const std::string digits = "sw/models/digits_ternary.onnx";

// A model whose sums are too large for 24 bits.
std::vector<uint8_t> long_product() {
    constexpr int terms = 1000;
    OnnxBuilder builder;
    builder.input("x", {1, terms});
    builder.quantized("x", 1.0f, 0);
    builder.weight("w", {terms, 1}, std::vector<int>(terms, 127), {1.0f});
    builder.node("MatMul", "y", {"x_dequantized", "w"});
    builder.output(builder.quantized("y", 1.0f, 0), {1, 1});
    return builder.bytes();
}

}  // namespace

TEST_CASE("Wrong command lines get a sentence and exit code 2") {
    const std::pair<const char*, const char*> lines[] = {
        {"", "A subcommand is required"},
        {"rnu x.onnx", "did you mean 'run'?"},
        {"run", "model is required"},
        {"run sw/models/digits_ternary.onnx --imges x.npy", "did you mean '--images'?"},
        {"run sw/models/digits_ternary.onnx --images x.npy --machnie=tiny", "did you mean '--machine'?"},
        {"check sw/models/digits_ternary.onnx --machine egde", "did you mean 'edge'?"},
        {"check sw/models/digits_ternary.onnx more", "no argument 'more'"},
        {"verify sw/models/digits_ternary.onnx --count many", "--count"},
        {"verify sw/models/digits_ternary.onnx --memory-bandwidth 0", "--memory-bandwidth"},
        {"quantize sw/models/digits_float.onnx --to int9 -o x --calibrate y", "there is no format 'int9'"},
        {"quantize sw/models/digits_float.onnx --to int8 -o x --calibrate y --clip most", "no clipping 'most'"},
        {"quantize sw/models/digits_float.onnx --to int8 -o x", "give images with --calibrate"},
        {"quantize sw/models/digits_float.onnx --to int8 -o x --activations vectors", "no --activations vectors"},
        {"quantize sw/models/digits_float.onnx --to vsq -o x --activations mxfp4", "give tensor or vectors"},
        {"quantize sw/models/digits_chain.onnx --to pam -o x --activations tensor", "leave out --activations"},
        {"run sw/models/digits_ternary.onnx --images x.npy --plans 0", "--plans"},
        {"compile sw/models/digits_ternary.onnx -o x.napier --plans 1001", "--plans"},
        {"machines --zzzzzzzzzz", "no option '--zzzzzzzzzz'; see napier machines --help"},
    };
    for (const auto& [line, expected] : lines) {
        INFO(line);
        const Result result = napier(line);
        CHECK(result.code == 2);
        CHECK_THAT(result.text, Catch::Contains(expected));
    }
}

TEST_CASE("Wrong files get a sentence and exit code 1") {
    TemporaryFolder folder;
    io::write_file(folder.file("text.onnx"), std::string("no model"));
    io::write_npy(folder.file("shape.npy"), io::make_array<uint8_t>({2, 9, 9}, std::vector<uint8_t>(162)));
    io::write_npy(folder.file("none.npy"), io::make_array<uint8_t>({0, 8, 8}, std::vector<uint8_t>()));
    io::write_npy(folder.file("images.npy"), io::make_array<uint8_t>({2, 8, 8}, std::vector<uint8_t>(128)));
    io::write_npy(folder.file("label.npy"), io::make_array<uint8_t>({1}, std::vector<uint8_t>(1)));
    const std::string images = " --images " + folder.file("images.npy");
    const std::string quantize = "quantize sw/models/digits_float.onnx -o " + folder.file("a.onnx") + " ";
    const std::pair<std::string, const char*> lines[] = {
        {"check missing.onnx", "missing.onnx"},
        {quantize + "--to mxfp4 --activations mxfp5", "no element format 'mxfp5'"},
        {"check " + folder.file("text.onnx"), "text.onnx"},
        {"run " + digits + " --images missing.npy", "missing.npy"},
        {"run " + digits + " --images " + folder.file("shape.npy"), "has shape 2 x 9 x 9"},
        {"run " + digits + " --images " + folder.file("none.npy"), "has shape 0 x 8 x 8"},
        {"run " + digits + images + " --labels " + folder.file("label.npy"), "1 labels for 2 images"},
        {"run " + digits + images + " --json /nowhere/report.json", "there is no folder '/nowhere'"},
        {"compile " + digits + " -o " + folder.path(), "it is a folder"},
        {quantize + "--to xnor --calibrate " + folder.file("images.npy"), "changes more than the weights"},
        {quantize + "--to mxfp4", "(Add)"},
        {quantize + "--to int8 --calibrate " + folder.file("shape.npy"), "images of 64 values"},
        {quantize + "--to int8 --calibrate " + folder.file("none.npy"), "images of 64 values"},
        {"quantize " + folder.file("text.onnx") + " --to int8 --calibrate x -o " + folder.file("a.onnx"), "text.onnx"},
        {"quantize " + digits + " --to int8 -o " + folder.file("a.onnx") + " --calibrate " + folder.file("images.npy"),
         "only float32 networks"},
    };
    for (const auto& [line, expected] : lines) {
        INFO(line);
        const Result result = napier(line);
        CHECK(result.code == 1);
        CHECK_THAT(result.text, Catch::Contains(expected));
    }
}

TEST_CASE("Every subcommand has help with an example") {
    for (const std::string name : {"run", "verify", "check", "compile", "quantize", "machines", "zoo", "squeezenext",
                                   "profile"}) {
        const Result result = napier(name + " --help");
        CHECK(result.code == 0);
        CHECK_THAT(result.text, Catch::Contains("Example: napier " + name));
    }
    CHECK_THAT(napier("--help").text, Catch::Contains("Example: napier run"));
}

TEST_CASE("napier machines lists knobs and products of every machine") {
    const Result result = napier("machines");
    CHECK(result.code == 0);
    for (const spec::Machine& machine : spec::machines) {
        CHECK_THAT(result.text, Catch::Contains(std::string(machine.name) + ": " + machine.text));
    }
    CHECK_THAT(result.text, Catch::Contains("ternary products a cycle"));
    for (const spec::Knob& knob : spec::knobs) {
        std::string row = knob.name;
        std::replace(row.begin(), row.end(), '_', ' ');
        INFO(row);
        const size_t begin = result.text.find("\n" + row + " ");
        REQUIRE(begin != std::string::npos);
        std::istringstream values(result.text.substr(begin + 1 + row.size()));
        for (const spec::Machine& machine : spec::machines) {
            int value = -1;
            values >> value;
            CHECK(value == machine.*knob.value);
        }
    }
}

TEST_CASE("napier check says what fits and what does not") {
    const Result good = napier("check " + digits + " --machine tiny");
    CHECK(good.code == 0);
    CHECK_THAT(good.text, Catch::Contains("digits_ternary runs on tiny"));
    const Result planes = napier("check sw/models/digits_int8.onnx --machine edge-ternary");
    CHECK(planes.code == 0);
    CHECK_THAT(planes.text, Catch::Contains("ternary x6 (weights from -127 to 127 in planes of trits") &&
               Catch::Contains("6 planes in 6 passes instead of 1"));
    TemporaryFolder folder;
    io::write_file(folder.file("wide.onnx"), long_product());
    const Result bad = napier("check " + folder.file("wide.onnx") + " --machine tiny");
    CHECK(bad.code == 1);
    CHECK_THAT(bad.text, Catch::Contains("needs accumulators of") && Catch::Contains("does not run on tiny"));
}

TEST_CASE("napier compile writes a program file and its listing") {
    TemporaryFolder folder;
    const Result result = napier("compile " + digits + " --machine tiny --listing -o " + folder.file("digits.napier"));
    CHECK(result.code == 0);
    CHECK_THAT(result.text, Catch::Contains("     0  conv1 tile 0") && Catch::Contains("store wait=2"));
    const std::vector<uint8_t> bytes = io::read_file(folder.file("digits.napier"));
    CHECK(std::string(bytes.begin(), bytes.begin() + 8) == "NAPIER4\n");
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);  // nothing is left beside it
}

TEST_CASE("A compiled program is refused where a model is wanted") {
    TemporaryFolder folder;
    const std::string program = folder.file("digits.napier");
    REQUIRE(napier("compile " + digits + " --machine tiny -o " + program).code == 0);
    for (const std::string& line :
         {"run " + program + " --images sw/models/digits_test_images.npy", "check " + program, "verify " + program,
          "compile " + program + " -o " + folder.file("again.napier")}) {
        INFO(line);
        const Result result = napier(line);
        CHECK(result.code == 1);
        CHECK_THAT(result.text, Catch::Contains("digits.napier' is a compiled program") &&
                   Catch::Contains("give the ONNX file"));
    }
}

TEST_CASE("A model of several inputs takes a file for each") {
    TemporaryFolder folder;
    const std::string model = "sw/models/zoo/reduced-bitnet-decode.onnx";
    const auto file = [&](const char* name, const std::vector<size_t>& shape) {
        size_t count = 1;
        for (const size_t side : shape) count *= side;
        std::vector<int8_t> values(count);
        for (size_t i = 0; i < count; ++i) values[i] = static_cast<int8_t>(i * 7 % 5) - 2;
        io::write_npy(folder.file(name), io::make_array(shape, values));
        return " --images " + folder.file(name);
    };
    const std::string token = file("token.npy", {3, 1, 32}), keys = file("keys.npy", {3, 2, 11, 8});
    const Result run = napier("run " + model + token + keys + file("values.npy", {3, 2, 11, 8}));
    CHECK(run.code == 0);
    CHECK_THAT(run.text, Catch::Contains("golden: 3 of 3 images identical"));
    const Result verified = napier("verify " + model + " --no-rtl --count 2 --machine odd");
    CHECK(verified.code == 0);
    CHECK_THAT(verified.text, Catch::Contains("2 inputs: 19 tensors of golden and sim are identical"));
    const std::pair<std::string, const char*> wrong[] = {
        {token + keys, "has 3 inputs (input, L0.k_cache, L0.v_cache), and 2 files of images came; give one for each"},
        {token + keys + file("few.npy", {2, 2, 11, 8}), "few.npy' holds 2 images, and '"},
        {token + keys + file("turned.npy", {3, 11, 2, 8}), "takes images of 2 x 11 x 8"},
    };
    for (const auto& [files, sentence] : wrong) {
        const Result result = napier("run " + model + files);
        CHECK(result.code == 1);
        CHECK_THAT(result.text, Catch::Contains(sentence));
    }
}

TEST_CASE("A model of microscaling blocks is refused by a machine of integers") {
    TemporaryFolder folder;
    const std::string blocks = "sw/models/digits_mxfp4.onnx";
    for (const std::string& line : {"run " + blocks + " --images sw/models/digits_test_images.npy", "check " + blocks,
                                    "verify " + blocks, "compile " + blocks + " -o " + folder.file("none.napier")}) {
        INFO(line);
        const Result result = napier(line);
        CHECK(result.code == 1);
        CHECK_THAT(result.text, Catch::Contains("Model 'digits_mxfp4' computes with real numbers") &&
                   Catch::Contains("choose a machine with mx") && Catch::Contains("napier quantize --to"));
    }
}

TEST_CASE("A model of microscaling blocks runs on a machine of blocks") {
    TemporaryFolder folder;
    const std::string blocks = "sw/models/digits_mxfp4.onnx --machine mx-small";
    const Result checked = napier("check " + blocks);
    CHECK(checked.code == 0);
    CHECK_THAT(checked.text, Catch::Contains("digits_mxfp4 runs on mx-small") && Catch::Contains("mxfp4"));
    const Result run = napier("run " + blocks + " --images sw/models/digits_test_images.npy --labels "
                              "sw/models/digits_test_labels.npy --limit 20 --json " + folder.file("run.json"));
    CHECK(run.code == 0);
    CHECK_THAT(run.text, Catch::Contains("golden: 20 of 20 images identical"));
    CHECK(napier("verify " + blocks + " --no-rtl --count 2").code == 0);
    CHECK(napier("compile " + blocks + " -o " + folder.file("blocks.napier")).code == 0);
}

TEST_CASE("napier run and compile search among plans") {
    TemporaryFolder folder;
    const auto cycles = [&](int plans) {
        const Result result =
            napier("run " + digits + " --machine tiny --images sw/models/digits_test_images.npy --limit 1 --plans " +
                   std::to_string(plans) + " --json " + folder.file("run.json"));
        INFO(result.text);
        REQUIRE(result.code == 0);
        CHECK_THAT(result.text, Catch::Contains("golden: 1 of 1 images identical"));
        const std::vector<uint8_t> json = io::read_file(folder.file("run.json"));
        return nlohmann::json::parse(json).at("counters_per_image").at("cycles").get<uint64_t>();
    };
    CHECK(cycles(8) <= cycles(1));
    const Result compiled = napier("compile " + digits + " --machine tiny --plans 2 -o " + folder.file("a.napier"));
    CHECK(compiled.code == 0);
}

TEST_CASE("napier quantize writes a model that napier run takes, and counts what it gets right") {
    TemporaryFolder folder;
    const Result made = napier("quantize sw/models/digits_float.onnx --to int4 --clip minmax --calibrate "
                               "sw/models/digits_calibration_images.npy --images sw/models/digits_test_images.npy "
                               "--labels sw/models/digits_test_labels.npy -o " + folder.file("int4.onnx"));
    INFO(made.text);
    CHECK(made.code == 0);
    CHECK_THAT(made.text, Catch::Contains("layer  format  weights  SQNR dB  max error") &&
               Catch::Contains("accuracy, float32: 100.00 % (360 of 360 images)") &&
               Catch::Contains("accuracy, int4: 100.00 % (360 of 360 images)"));
    const Result run = napier("run " + folder.file("int4.onnx") + " --machine odd --images "
                              "sw/models/digits_test_images.npy --limit 4");
    INFO(run.text);
    CHECK(run.code == 0);
    CHECK_THAT(run.text, Catch::Contains("golden: 4 of 4 images identical"));
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("napier run compares images with the golden model and reports") {
    TemporaryFolder folder;
    const Result result = napier("run " + digits + " --machine odd --images sw/models/digits_test_images.npy --labels "
                                 "sw/models/digits_test_labels.npy --limit 20 --json " + folder.file("report.json"));
    INFO(result.text);
    CHECK(result.code == 0);
    CHECK_THAT(result.text, Catch::Contains("golden: 20 of 20 images identical") &&
               Catch::Contains("accuracy: 100.00 % (20 of 20 images)") && Catch::Contains("conv4"));
    const std::vector<uint8_t> json = io::read_file(folder.file("report.json"));
    CHECK_THAT(std::string(json.begin(), json.end()), Catch::Contains("\"dram_read_bytes\"") &&
               Catch::Contains("\"accuracy_percent\": 100.0") && Catch::Contains("\"load_busy_cycles\""));
}

TEST_CASE("napier run has the host order the scores") {
    TemporaryFolder folder;
    const Result result = napier("run " + digits + " --machine odd --images sw/models/digits_test_images.npy --labels "
                                 "sw/models/digits_test_labels.npy --limit 20 --top 3 --json " +
                                 folder.file("report.json"));
    INFO(result.text);
    CHECK(result.code == 0);
    CHECK_THAT(result.text, Catch::Contains("top 3: the host orders 10 scores of each image") &&
               Catch::Contains("top-3 accuracy: 100.00 % (20 of 20 images)") &&
               Catch::Contains("accuracy: 100.00 % (20 of 20 images)"));
    const std::vector<uint8_t> bytes = io::read_file(folder.file("report.json"));
    const auto report = nlohmann::json::parse(bytes);
    REQUIRE(report["top_classes"].size() == 20);
    const auto network = driver::load_network(digits);
    const driver::Program program = network->compile(spec::find_machine("odd"));
    const auto images = network->read_inputs(program, {"sw/models/digits_test_images.npy"}, 20);
    for (size_t i = 0; i < images.size(); ++i) {
        const auto scores =
            network->scores(program, network->golden(program, images[i])[size_t(program.output.tensor)]);
        const std::vector<int64_t> top = report["top_classes"][i];
        REQUIRE(top.size() == 3);
        for (size_t k = 1; k < top.size(); ++k) CHECK(scores[size_t(top[k - 1])] >= scores[size_t(top[k])]);
        CHECK(scores[size_t(top[0])] == *std::max_element(scores.begin(), scores.end()));
    }
    CHECK(napier("run " + digits + " --images sw/models/digits_test_images.npy --top 0").code != 0);
}

TEST_CASE("napier verify compares every tensor with the golden model") {
    const Result result = napier("verify " + digits + " --machine edge-ternary --count 2 --no-rtl");
    INFO(result.text);
    CHECK(result.code == 0);
    CHECK_THAT(result.text, Catch::Contains("7 tensors of golden and sim are identical"));
}

}  // namespace napier::test
