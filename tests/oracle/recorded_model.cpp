#include "tests/oracle/recorded_model.hpp"

#include <cmath>
#include <filesystem>

#include "sw/golden/quantize.hpp"
#include "sw/import/import.hpp"
#include "sw/import/reader.hpp"
#include "sw/io/file.hpp"
#include "tests/oracle/float_error.hpp"

namespace napier::test {

namespace {

const std::string folder = "sw/models/";
constexpr double epsilon = 1e-5f;  // of the BatchNormalization nodes, a float attribute

// One image's values of an array [images][...].
template <typename Element>
std::vector<Element> image_of(const io::Array& array, size_t image) {
    const std::vector<Element> all = array.values<Element>();
    const size_t count = all.size() / array.shape[0];
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(image * count);
    return {first, first + static_cast<std::ptrdiff_t>(count)};
}

}  // namespace

RecordedModel::RecordedModel(const std::string& name)
    : model_(import_onnx(folder + name + ".onnx")),
      images_(io::read_npy(folder + "digits_test_images.npy")),
      labels_(io::read_npy(folder + name + "_labels.npy")),
      logits_(io::read_npy(folder + name + "_logits.npy")) {
    const bool has_tensors = std::filesystem::exists(folder + name + "_tensors");
    for (const Tensor& tensor : has_tensors ? model_.tensors : std::vector<Tensor>()) {
        const std::string recorded = tensor.name == model_.input.name ? "input_quantized" : tensor.name;
        tensors_[tensor.name] = io::read_npy(folder + name + "_tensors/" + recorded + ".npy");
        recorded_images_ = tensors_[tensor.name].shape[0];
    }
    const onnx::Graph graph = onnx::read_graph(io::read_file(folder + name + ".onnx"), {});
    for (const auto& [constant_name, constant] : graph.constants) {
        for (size_t i = 0; !constant->is_integer() && i < constant->count(); ++i) {
            constants_[constant_name].push_back(constant->real(i));
        }
    }
}

golden::TensorValues RecordedModel::input(size_t image) const {
    return golden::quantize_input(model_, image_of<uint8_t>(images_, image));
}

std::vector<float> RecordedModel::logits(size_t image) const {
    return image_of<float>(logits_, image);
}

golden::TensorValues RecordedModel::recorded(int tensor, size_t image) const {
    const Tensor& shape = model_.tensors[static_cast<size_t>(tensor)];
    const io::Array& array = tensors_.at(shape.name);
    golden::TensorValues values;
    if (array.type == io::ElementType::uint8) {
        for (const uint8_t value : image_of<uint8_t>(array, image)) {
            values.push_back(static_cast<int8_t>(value - 128));
        }
    } else {
        values = image_of<int8_t>(array, image);
    }
    return golden::to_channels_last(shape, std::span<const int8_t>(values));
}

ChannelErrors RecordedModel::channel_errors(const Layer& layer) const {
    ChannelErrors errors(layer.bias.size(), 0.0);
    if (constants_.count(layer.name + "_gamma") == 0) {
        return errors;
    }
    const Tensor& input = model_.tensors[static_cast<size_t>(layer.input)];
    const Tensor& output = model_.tensors[static_cast<size_t>(layer.output)];
    for (size_t o = 0; o < errors.size(); ++o) {
        const auto constant = [&](const char* which) { return constants_.at(layer.name + which)[o]; };
        const double factor = constant("_gamma") / std::sqrt(constant("_variance") + epsilon);
        const double step = input.scale * constant("_weight_scale") * std::abs(factor);
        const double exact_bias = (constant("_beta") - constant("_mean") * factor) / step;
        const double rounding = std::abs(exact_bias - std::nearbyint(exact_bias)) * step / output.scale;
        const double offsets = (std::abs(constant("_beta")) + std::abs(constant("_mean") * factor)) / output.scale;
        errors[o] = rounding + accumulated_rounding(8) * offsets;
    }
    return errors;
}

}  // namespace napier::test
