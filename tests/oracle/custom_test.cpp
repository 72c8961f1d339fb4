// Do the models with operators beyond ONNX give the labels and logits of their emulation, which knows nothing of the
// golden model (sw/train/custom_oracle.py)?

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>

#include "sw/golden/quantize.hpp"
#include "sw/golden/real/layer.hpp"
#include "sw/import/import.hpp"
#include "sw/io/npy.hpp"
#include "tests/oracle/recorded_model.hpp"

using namespace napier;

namespace {

int index_of_largest(const std::vector<float>& values) {
    return static_cast<int>(std::max_element(values.begin(), values.end()) - values.begin());
}

}  // namespace

TEST_CASE("distances, and products of one bit: every label and every logit of every test image") {
    const std::string format = GENERATE("adder", "xnor");
    const test::RecordedModel recorded("digits_" + format);
    const Model& model = recorded.model();
    REQUIRE(recorded.images() == 360);
    CHECK(std::count_if(model.layers.begin(), model.layers.end(),
                        [&](const Layer& layer) { return layer.format == format; }) == 3);
    for (size_t image = 0; image < recorded.images(); ++image) {
        INFO(format << " image " << image);
        const auto tensors = golden::run_model(model, recorded.input(image));
        const std::vector<float> logits =
            golden::dequantize_output(model, tensors[static_cast<size_t>(model.output.tensor)]);
        CHECK(logits == recorded.logits(image));
        CHECK(index_of_largest(logits) == recorded.label(image));
    }
}

TEST_CASE("microscaling blocks: every label and every logit of every test image") {
    const std::string name = "sw/models/digits_mxfp4";
    const RealModel model = import_real_onnx(std::filesystem::path(name + ".onnx"));
    const std::vector<uint8_t> images = io::read_npy("sw/models/digits_test_images.npy").values<uint8_t>();
    const std::vector<uint8_t> labels = io::read_npy(name + "_labels.npy").values<uint8_t>();
    const std::vector<float> logits = io::read_npy(name + "_logits.npy").values<float>();
    REQUIRE(images.size() == 360 * 64);
    REQUIRE(logits.size() == 3600);
    for (size_t image = 0; image < labels.size(); ++image) {
        INFO("image " << image);
        const auto first = images.begin() + static_cast<std::ptrdiff_t>(64 * image);
        const auto tensors = golden::real::run_model(model, std::vector<float>(first, first + 64));
        const std::vector<float> output =
            golden::real::read_output(model, tensors[static_cast<size_t>(model.output.tensor)]);
        const auto wanted = logits.begin() + static_cast<std::ptrdiff_t>(10 * image);
        CHECK(output == std::vector<float>(wanted, wanted + 10));
        CHECK(index_of_largest(output) == labels[image]);
    }
}
