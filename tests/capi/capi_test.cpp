// Does libnapier.so give the golden model's bytes, and a status and a sentence for everything that cannot be?

#include "driver/capi/napier.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "driver/cli/images.hpp"
#include "driver/cli/network.hpp"
#include "driver/compile/compile.hpp"
#include "driver/compile/program_file.hpp"
#include "sw/golden/quantize.hpp"
#include "sw/import/import.hpp"
#include "sw/io/file.hpp"
#include "sw/spec/machine.hpp"
#include "tests/support/attention_model.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/random_model.hpp"

namespace napier::test {
namespace {

constexpr const char* ternary = "sw/models/digits_ternary.onnx";
constexpr const char* images = "sw/models/digits_test_images.npy";

struct Device {
    Device(const char* name, const char* machine) { status = napier_open(name, machine, &handle); }
    ~Device() { napier_close(handle); }
    napier_device* handle = nullptr;
    napier_status status;
};

std::vector<float> image(size_t index) { return driver::read_real_images(images, 64, index + 1)[index]; }

// The golden model's output as the C interface gives it.
std::vector<float> golden_reals(const char* path, const std::vector<float>& image) {
    const Model model = import_onnx(std::filesystem::path(path));
    const auto tensors = golden::run_model(model, golden::quantize_input(model, std::span<const float>(image)));
    return golden::dequantize_output(model, tensors[size_t(model.output.tensor)]);
}

std::vector<float> run(napier_device* device, const std::vector<float>& image) {
    napier_port output{};
    REQUIRE(napier_output(device, &output) == NAPIER_OK);
    REQUIRE(output.type == NAPIER_FLOAT32);
    std::vector<float> result(output.bytes / sizeof(float));
    INFO(napier_last_error());
    REQUIRE(napier_run(device, image.data(), image.size() * sizeof(float), result.data(), output.bytes) == NAPIER_OK);
    return result;
}

bool complains(napier_status status, napier_status wanted, const char* text) {
    INFO(napier_last_error());
    CHECK(status == wanted);
    CHECK_THAT(napier_last_error(), Catch::Contains(text));
    return status == wanted;
}

}  // namespace

TEST_CASE("A model through the C interface gives the golden model's numbers, model after model") {
    Device device("sim", "odd");
    REQUIRE(device.status == NAPIER_OK);
    for (const char* model : {ternary, "sw/models/digits_int8.onnx", "sw/models/digits_adder.onnx"}) {
        REQUIRE(napier_load(device.handle, model) == NAPIER_OK);
        for (size_t i = 0; i < 3; ++i) CHECK(run(device.handle, image(i)) == golden_reals(model, image(i)));
    }
}

TEST_CASE("Real numbers in blocks go through the C interface, too") {
    Device device("sim", "mx-small");
    REQUIRE(napier_load(device.handle, "sw/models/digits_mxfp4.onnx") == NAPIER_OK);
    const auto network = driver::load_network("sw/models/digits_mxfp4.onnx");
    const driver::Program program = network->compile(spec::find_machine("mx-small"));
    const auto input = network->read_inputs(program, {images}, 1).front();
    const driver::Values output = network->golden(program, input)[size_t(program.output.tensor)];
    std::vector<float> expected(output.size() / sizeof(float));
    REQUIRE(program.tensors[size_t(program.output.tensor)].format == "float32");
    std::memcpy(expected.data(), output.data(), output.size());
    CHECK(run(device.handle, image(0)) == expected);
}

TEST_CASE("A compiled program runs as its model does") {
    const TemporaryFolder folder;
    const Model model = import_onnx(std::filesystem::path(ternary));
    const driver::Program program = driver::compile(model, spec::find_machine("tiny"));
    io::write_file(folder.file("digits.napier"), driver::to_bytes(program));
    Device device("sim", "tiny");
    REQUIRE(napier_load(device.handle, folder.file("digits.napier").c_str()) == NAPIER_OK);
    CHECK(run(device.handle, image(5)) == golden_reals(ternary, image(5)));
}

TEST_CASE("Stored bytes go in and out as the model file orders and counts them") {
    const TemporaryFolder folder;
    const auto bytes = [](const auto& values) { return std::vector<uint8_t>(values.begin(), values.end()); };
    for (const int offset : {0, -128}) {
        uint64_t seed = 11;
        const auto has_pixels = [](const Tensor& tensor) {
            return tensor.channels > 1 && tensor.width * tensor.height > 1;
        };
        Random random(seed);
        Model model = random_model(random, {});
        while (!has_pixels(model.tensors[size_t(model.input.tensor)]) ||
               !has_pixels(model.tensors[size_t(model.layers.front().output)])) {
            random = Random(++seed);
            model = random_model(random, {});
        }
        model.input.is_float = model.output.is_float = false;
        model.input.stored_offset = model.output.stored_offset = offset;
        model.input.channels_first = model.output.channels_first = true;
        model.output.tensor = model.layers.front().output;  // of more than one pixel
        const Tensor &in = model.tensors[size_t(model.input.tensor)], &out = model.tensors[size_t(model.output.tensor)];
        io::write_file(folder.file("p"), driver::to_bytes(driver::compile(model, spec::find_machine("odd"))));
        Device device("sim", "odd");
        REQUIRE(napier_load(device.handle, folder.file("p").c_str()) == NAPIER_OK);
        napier_port input{}, output{};
        REQUIRE(napier_input(device.handle, &input) == NAPIER_OK);
        REQUIRE(napier_output(device.handle, &output) == NAPIER_OK);
        CHECK(input.type == (offset == 0 ? NAPIER_INT8 : NAPIER_UINT8));
        CHECK(output.type == input.type);
        const std::vector<uint8_t> stored = bytes(random_values(random, in));
        const auto tensors = golden::run_model(model, golden::quantize_input(model, std::span(stored)));
        std::vector<uint8_t> expected = bytes(golden::to_channels_first(
            out, std::span<const int8_t>(tensors[size_t(model.output.tensor)])));
        for (uint8_t& value : expected) value = uint8_t(value - offset);
        std::vector<uint8_t> result(output.bytes);
        REQUIRE(napier_run(device.handle, stored.data(), stored.size(), result.data(), result.size()) == NAPIER_OK);
        CHECK(result == expected);
    }
}

TEST_CASE("A model of several inputs takes the values of all") {
    const TemporaryFolder folder;
    const auto bytes = [](const auto& values) { return std::vector<uint8_t>(values.begin(), values.end()); };
    for (uint64_t seed = 1, found = 0; found < 3; ++seed) {
        Random random(seed);
        Model model = attention_model(random);
        if (model.more_inputs.empty()) continue;
        ++found;
        for (Port& port : model.more_inputs) port.groups = model.tensors[size_t(port.tensor)].channels;
        io::write_file(folder.file("p"), driver::to_bytes(driver::compile(model, spec::find_machine("odd"))));
        Device device("sim", "odd");
        REQUIRE(napier_load(device.handle, folder.file("p").c_str()) == NAPIER_OK);
        size_t count = 0, sum = 0;
        REQUIRE(napier_input_count(device.handle, &count) == NAPIER_OK);
        REQUIRE(count == 1 + model.more_inputs.size());
        for (size_t i = 0; i < count; ++i) {
            napier_port port{};
            REQUIRE(napier_get_input(device.handle, i, &port) == NAPIER_OK);
            CHECK(port.name == (i == 0 ? model.input.name : model.more_inputs[i - 1].name));
            if (i > 0) CHECK(port.shape[0] == size_t(model.more_inputs[i - 1].groups));
            sum += port.bytes;
        }
        napier_port output{};
        REQUIRE(napier_output(device.handle, &output) == NAPIER_OK);
        const std::vector<uint8_t> stored = bytes(random_inputs(random, model));
        REQUIRE(stored.size() == sum);
        const auto tensors = golden::run_model(model, golden::quantize_input(model, std::span(stored)));
        std::vector<uint8_t> result(output.bytes);
        REQUIRE(napier_run(device.handle, stored.data(), sum, result.data(), result.size()) == NAPIER_OK);
        CHECK(result == bytes(tensors[size_t(model.output.tensor)]));
        CHECK(napier_run(device.handle, stored.data(), sum - 1, result.data(), result.size()) == NAPIER_INPUT);
        CHECK_THAT(napier_last_error(), Catch::Contains("bytes in all; give one whole image of each, one behind the"));
        napier_port port{};
        CHECK(napier_get_input(device.handle, count, &port) == NAPIER_USAGE);
    }
}

TEST_CASE("Ports, counters, layers and commands tell of the model and its run") {
    Device device("sim", "edge");
    REQUIRE(napier_load(device.handle, ternary) == NAPIER_OK);
    napier_port input{};
    REQUIRE(napier_input(device.handle, &input) == NAPIER_OK);
    CHECK(input.type == NAPIER_FLOAT32);
    CHECK(std::vector<size_t>(input.shape, input.shape + 3) == std::vector<size_t>{1, 8, 8});
    CHECK(input.bytes == 64 * sizeof(float));
    run(device.handle, image(0));
    std::vector<uint32_t> counters(napier_counter_count());
    REQUIRE(napier_counters(device.handle, counters.data(), counters.size()) == NAPIER_OK);
    CHECK(std::string(napier_counter_name(1)) == "commands");
    CHECK(napier_counter_name(napier_counter_count()) == nullptr);
    size_t layers = 0, commands = 0;
    REQUIRE(napier_layer_count(device.handle, &layers) == NAPIER_OK);
    REQUIRE(napier_command_count(device.handle, &commands) == NAPIER_OK);
    CHECK(commands == counters[1]);
    uint64_t cycles = 0, last = 0;
    for (size_t i = 0; i < layers; ++i) {
        napier_layer layer{};
        REQUIRE(napier_get_layer(device.handle, i, &layer) == NAPIER_OK);
        CHECK(layer.products > 0);
        cycles += layer.cycles;
    }
    for (size_t i = 0; i < commands; ++i) {
        napier_command command{};
        REQUIRE(napier_get_command(device.handle, i, &command) == NAPIER_OK);
        CHECK(command.start < command.end);
        last = std::max(last, command.end);
    }
    CHECK(cycles == last);
    CHECK(cycles < counters[0] + 2);
}

TEST_CASE("What cannot be opened or loaded has a status and a sentence") {
    napier_device* none = reinterpret_cast<napier_device*>(1);
    complains(napier_open("abacus", "edge", &none), NAPIER_USAGE, "There is no device 'abacus'");
    CHECK(none == nullptr);
    complains(napier_open("sim", "abacus", &none), NAPIER_USAGE, "abacus");
    complains(napier_open(nullptr, "edge", &none), NAPIER_USAGE, "napier_open got NULL");
    Device device("sim", "tiny");
    complains(napier_load(device.handle, "absent.onnx"), NAPIER_SYSTEM, "absent.onnx");
    complains(napier_load(device.handle, "docs/numerics.md"), NAPIER_INPUT, "numerics.md");
    complains(napier_load(device.handle, "sw/models/digits_xnor.onnx"), NAPIER_UNSUPPORTED, "tiny");
    complains(napier_load(device.handle, nullptr), NAPIER_USAGE, "NULL");
    complains(napier_load(nullptr, ternary), NAPIER_USAGE, "NULL");
    napier_close(nullptr);
}

TEST_CASE("A device without a model or a run says so") {
    Device device("sim", "edge");
    napier_port port{};
    uint32_t counter = 0;
    float byte = 0;
    complains(napier_input(device.handle, &port), NAPIER_USAGE, "No model is loaded");
    complains(napier_run(device.handle, &byte, 1, &byte, 1), NAPIER_USAGE, "No model is loaded");
    REQUIRE(napier_load(device.handle, ternary) == NAPIER_OK);
    complains(napier_counters(device.handle, &counter, 1), NAPIER_USAGE, "no complete run");
    std::vector<float> scores(10, 7.0f);
    complains(napier_run(device.handle, image(0).data(), 255, scores.data(), 40), NAPIER_INPUT, "got 255 bytes");
    complains(napier_run(device.handle, image(0).data(), 256, scores.data(), 39), NAPIER_USAGE, "has 40 bytes");
    std::vector<float> wrong = image(0);
    wrong[9] = std::nanf("");
    complains(napier_run(device.handle, wrong.data(), 256, scores.data(), 40), NAPIER_INPUT, "not a number");
    CHECK(scores == std::vector<float>(10, 7.0f));
    run(device.handle, image(0));
    napier_layer layer{};
    complains(napier_get_layer(device.handle, 99, &layer), NAPIER_USAGE, "index 99");
    napier_command command{};
    complains(napier_get_command(device.handle, 1u << 20, &command), NAPIER_USAGE, "index 1048576");
}

TEST_CASE("A model that is refused leaves the one before it in place") {
    Device device("sim", "edge");
    REQUIRE(napier_load(device.handle, ternary) == NAPIER_OK);
    const std::vector<float> before = run(device.handle, image(1));
    CHECK(napier_load(device.handle, "docs/numerics.md") == NAPIER_INPUT);
    CHECK(run(device.handle, image(1)) == before);
}

TEST_CASE("Each thread has its own devices and its own last error") {
    std::string other;
    CHECK(napier_open("nothing", "edge", nullptr) == NAPIER_USAGE);
    const std::string mine = napier_last_error();
    std::vector<float> scores;
    std::thread([&] {
        CHECK(std::string(napier_last_error()).empty());
        napier_device* device = nullptr;
        napier_open("sim", "edge", &device);
        napier_load(device, ternary);
        const std::vector<float> pixels = image(2);
        scores.resize(10);
        napier_run(device, pixels.data(), 256, scores.data(), 40);
        napier_close(device);
        napier_open("elsewhere", "edge", &device);
        other = napier_last_error();
    }).join();
    CHECK_THAT(other, Catch::Contains("elsewhere"));
    CHECK(mine == napier_last_error());
    CHECK(scores == golden_reals(ternary, image(2)));
}

TEST_CASE("A C program runs a model of digits to the golden model's bytes") {
    const TemporaryFolder folder;
    const std::vector<float> pixels = image(3), expected = golden_reals(ternary, pixels);
    const std::string input = folder.file("image"), output = folder.file("scores");
    const auto bytes = [](const std::vector<float>& values) {
        return std::span(reinterpret_cast<const uint8_t*>(values.data()), values.size() * sizeof(float));
    };
    io::write_file(input, bytes(pixels));
    const auto command = [&](const char* model) {
        return fmt::format("{} sim edge {} {} {} > {}", NAPIER_C_PROGRAM, model, input, output, folder.file("text"));
    };
    REQUIRE(std::system(command(ternary).c_str()) == 0);
    const std::vector<uint8_t> scores = io::read_file(output), text = io::read_file(folder.file("text"));
    CHECK(scores == std::vector<uint8_t>(bytes(expected).begin(), bytes(expected).end()));
    CHECK(std::string(text.begin(), text.end()) == "cycles 2587\n");
    CHECK(std::system((command("absent.onnx") + " 2> " + folder.file("errors")).c_str()) != 0);
    const std::vector<uint8_t> errors = io::read_file(folder.file("errors"));
    CHECK_THAT(std::string(errors.begin(), errors.end()), Catch::StartsWith("system: "));
}

}  // namespace napier::test
