#pragma once
// A trained model of sw/models with what onnxruntime computed on it.

#include <map>
#include <string>
#include <vector>

#include "sw/golden/layer.hpp"
#include "sw/io/npy.hpp"
#include "sw/model/model.hpp"

namespace napier::test {

// Error of one layer's comparison that the float side and the file's constants cause beyond the terms, in output steps,
// one for each output channel: normalization left in the graph, biases off the integer grid.
using ChannelErrors = std::vector<double>;

class RecordedModel {
public:
    // name: of the file without .onnx.
    explicit RecordedModel(const std::string& name);

    const Model& model() const { return model_; }

    size_t images() const { return images_.shape[0]; }
    // The test image as the input tensor.
    golden::TensorValues input(size_t image) const;
    // What onnxruntime said.
    int label(size_t image) const { return labels_.bytes[image]; }
    std::vector<float> logits(size_t image) const;

    // Images whose intermediate tensors were recorded: the first ones.
    size_t recorded_images() const { return recorded_images_; }
    // A tensor of one of them, channels last and int8.
    golden::TensorValues recorded(int tensor, size_t image) const;

    // Zero for every channel unless a BatchNormalization node follows the layer's node.
    ChannelErrors channel_errors(const Layer& layer) const;

private:
    Model model_;
    io::Array images_, labels_, logits_;
    std::map<std::string, io::Array> tensors_;
    std::map<std::string, std::vector<double>> constants_;  // real-valued constants of the file
    size_t recorded_images_ = 0;
};

}  // namespace napier::test
