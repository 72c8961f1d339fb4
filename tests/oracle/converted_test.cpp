// Is the recorded model with scales of vectors for both operands what `napier quantize` makes?

#include <catch2/catch.hpp>

#include "sw/import/reader.hpp"
#include "sw/io/file.hpp"
#include "sw/io/npy.hpp"
#include "sw/quantize/convert.hpp"

using namespace napier;

TEST_CASE("digits_vsq is digits_chain converted with the calibration images") {
    const io::Array array = io::read_npy("sw/models/digits_calibration_images.npy");
    const size_t pixels = array.count() / array.shape[0];
    std::vector<std::vector<float>> images;
    for (auto next = array.bytes.begin(); next != array.bytes.end(); next += static_cast<std::ptrdiff_t>(pixels)) {
        images.emplace_back(next, next + static_cast<std::ptrdiff_t>(pixels));
    }
    const onnx::Graph graph = onnx::read_graph(io::read_file("sw/models/digits_chain.onnx"), {});
    const quantize::Conversion conversion = quantize::convert(graph, quantize::find_weight_format("vsq"),
                                                              quantize::Clip::minmax, images, {true, 8});
    CHECK(conversion.file == io::read_file("sw/models/digits_vsq.onnx"));
}
