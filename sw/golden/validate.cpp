#include "sw/golden/validate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/formats/formats.hpp"
#include "sw/golden/layer.hpp"

namespace napier::golden {

namespace {

constexpr int64_t greatest_elements = std::numeric_limits<int32_t>::max();

[[noreturn]] void fail(const std::string& sentence) {
    throw Error(ErrorKind::input, sentence);
}

void validate_vector_scales(const Tensor& tensor) {
    const std::vector<uint8_t>& scales = tensor.vector_scales;
    const size_t vectors = (static_cast<size_t>(tensor.channels) + scale_vector - 1) / scale_vector;
    if (!scales.empty() && (scales.size() != vectors || tensor.one_bit)) {
        fail(fmt::format("Tensor {} of {} channels has {} scales of vectors; give one for each {} channels, or none, "
                         "and none to one-bit values.",
                         tensor.name, tensor.channels, scales.size(), scale_vector));
    }
    for (const uint8_t scale : scales) {
        if (scale < 1 || scale > formats::greatest_input_scale) {
            fail(fmt::format("Tensor {} has a vector of the scale {}; give 1 to {}.", tensor.name, scale,
                             formats::greatest_input_scale));
        }
    }
}

void validate_tensor(const Tensor& tensor) {
    for (const int extent : {tensor.height, tensor.width, tensor.channels}) {
        if (extent < 1 || extent > greatest_extent) {
            fail(fmt::format("Tensor {} has the shape {}x{}x{}; give it 1 to {} elements each way.", tensor.name,
                             tensor.height, tensor.width, tensor.channels, greatest_extent));
        }
    }
    if (int64_t{tensor.height} * tensor.width > greatest_elements / tensor.channels) {
        fail(fmt::format("Tensor {} of {}x{}x{} has 2^31 elements or more; use smaller images.", tensor.name,
                         tensor.height, tensor.width, tensor.channels));
    }
    if (!std::isfinite(tensor.scale) || tensor.scale <= 0.0f) {
        fail(fmt::format("Tensor {} has the scale {}; give it a positive finite one.", tensor.name, tensor.scale));
    }
    if (tensor.one_bit && tensor.zero_point != 1 && tensor.zero_point != -1) {
        fail(fmt::format("Tensor {} of one-bit values has the padding value {}; give it +1 or -1.", tensor.name,
                         tensor.zero_point));
    }
    if (tensor.zero_point < -128 || tensor.zero_point > 127) {
        fail(fmt::format("Tensor {} has the zero point {}; give it one from -128 to 127.", tensor.name,
                         tensor.zero_point));
    }
    validate_vector_scales(tensor);
}

void require_tensor(const Model& model, int index, const std::string& user) {
    if (index < 0 || static_cast<size_t>(index) >= model.tensors.size()) {
        fail(fmt::format("{} names tensor {} of {}; give an index of Model::tensors.", user, index,
                         model.tensors.size()));
    }
}

// True if a part has all channels of its whole.
bool is_of_pixels(const Model& model, const Tensor& part) {
    return part.channels == model.tensors[static_cast<size_t>(part.whole)].channels;
}

void validate_port(const Model& model, const Port& port, const char* which) {
    require_tensor(model, port.tensor, fmt::format("The model's {} port {}", which, port.name));
    if (model.tensors[static_cast<size_t>(port.tensor)].one_bit) {
        fail(fmt::format("The model's {} port {} has one-bit values; give it bytes.", which, port.name));
    }
    const Tensor& tensor = model.tensors[static_cast<size_t>(port.tensor)];
    if (tensor.whole != -1 && (&port == &model.output || !is_of_pixels(model, tensor))) {
        fail(fmt::format("The model's {} port {} is a part of a tensor; give it the whole.", which, port.name));
    }
    if (port.groups < 1 || tensor.channels % port.groups != 0 || (port.groups > 1 && port.channels_first)) {
        fail(fmt::format("The model's {} port {} has {} groups of {} channels; give a divisor, and no groups to "
                         "channels that stand first.", which, port.name, port.groups, tensor.channels));
    }
    if (!model.tensors[static_cast<size_t>(port.tensor)].vector_scales.empty()) {
        fail(fmt::format("The model's {} port {} has scales of vectors; give it one scale.", which, port.name));
    }
    const bool has_indices = tensor.channels == index_bytes && port.groups == 1 && !port.channels_first &&
                             !port.is_float && port.stored_offset == 0 && &port != &model.output;
    if (port.rows < 0 || port.rows > greatest_rows || (port.rows > 0 && !has_indices)) {
        fail(fmt::format("The model's {} port {} has indices of {} rows; give an input's pixels {} bytes each, and at "
                         "most {} rows.", which, port.name, port.rows, index_bytes, greatest_rows));
    }
    if (port.stored_offset != 0 && port.stored_offset != -128) {
        fail(fmt::format("The model's {} port {} has the stored offset {}; give 0 (int8) or -128 (uint8).", which,
                         port.name, port.stored_offset));
    }
}

// A part fits its whole.
void validate_part(const Model& model, const Tensor& part) {
    require_tensor(model, part.whole, "The part " + part.name);
    const Tensor& whole = model.tensors[static_cast<size_t>(part.whole)];
    const bool by_pixels = is_of_pixels(model, part);
    const bool alike = (by_pixels || (part.height == whole.height && part.width == whole.width)) &&
                       part.scale == whole.scale && part.zero_point == whole.zero_point && !part.one_bit &&
                       !whole.one_bit && part.vector_scales.empty() && whole.vector_scales.empty() && whole.whole < 0;
    if (!alike) {
        fail(fmt::format("Tensor {} cannot be a part of {}; give both the same height and width, or as many channels, "
                         "the same scale and zero point, bytes, no scales of vectors, and a whole that is no part.",
                         part.name, whole.name));
    }
    const int64_t pixels = int64_t{part.height} * part.width, all = int64_t{whole.height} * whole.width;
    if (part.first_pixel < 0 || part.first_pixel > all - pixels || (!by_pixels && part.first_pixel != 0)) {
        fail(fmt::format("Tensor {} has pixels {} to {} of {}, which has {}; give it some that there are.", part.name,
                         part.first_pixel, part.first_pixel + pixels - 1, whole.name, all));
    }
    if (part.first_channel < 0 || part.first_channel > whole.channels - part.channels) {
        fail(fmt::format("Tensor {} has channels {} to {} of {}, which has {}; give it some that there are.", part.name,
                         part.first_channel, part.first_channel + part.channels - 1, whole.name, whole.channels));
    }
}

// Channels of every tensor that a layer must write yet: its own, or as a whole its parts'; of a whole of pixels these.
class Unwritten {
public:
    explicit Unwritten(const Model& model) : model_(model), left_(model.tensors.size()),
                                             by_pixels_(model.tensors.size(), false) {
        for (const Tensor& part : model.tensors) {
            if (part.whole >= 0 && is_of_pixels(model, part)) {
                by_pixels_[static_cast<size_t>(part.whole)] = true;
            }
        }
        for (size_t i = 0; i < left_.size(); ++i) {
            const Tensor& tensor = model.tensors[i];
            const int units = by_pixels_[i] ? tensor.height * tensor.width : tensor.channels;
            left_[i].assign(static_cast<size_t>(units), true);
        }
    }

    bool any(int tensor) const {
        const std::vector<bool>& left = left_[static_cast<size_t>(tensor)];
        return std::find(left.begin(), left.end(), true) != left.end();
    }
    // True if none of them was written before.
    bool write(int tensor) {
        const Tensor& written = model_.tensors[static_cast<size_t>(tensor)];
        const bool own = take(tensor, 0, static_cast<int>(left_[static_cast<size_t>(tensor)].size()));
        if (written.whole < 0) {
            return own;
        }
        if (!by_pixels_[static_cast<size_t>(written.whole)]) {
            return take(written.whole, written.first_channel, written.channels) && own;
        }
        return is_of_pixels(model_, written) && take(written.whole, written.first_pixel,
                                                     written.height * written.width) && own;
    }

private:
    bool take(int tensor, int first, int count) {
        std::vector<bool>& left = left_[static_cast<size_t>(tensor)];
        const auto begin = left.begin() + first;
        const bool all = std::find(begin, begin + count, false) == begin + count;
        std::fill(begin, begin + count, false);
        return all;
    }

    const Model& model_;
    std::vector<std::vector<bool>> left_;
    std::vector<bool> by_pixels_;
};

// Marks the model's inputs as written.
void follow_inputs(const Model& model, Unwritten& unwritten) {
    for (const Port& port : inputs_of(model)) {
        validate_port(model, port, "input");
        const Tensor& tensor = model.tensors[static_cast<size_t>(port.tensor)];
        if (tensor.view_of != -1 || !unwritten.write(port.tensor)) {
            fail(fmt::format("The model's input port {} is tensor {}, which is a view or has values already; give each "
                             "input its own.", port.name, tensor.name));
        }
    }
}

// Marks a tensor that no layer computes as written.
void follow_constant(const Model& model, const ConstantTensor& constant, Unwritten& unwritten) {
    require_tensor(model, constant.tensor, "A constant");
    const Tensor& tensor = model.tensors[static_cast<size_t>(constant.tensor)];
    if (constant.values.size() != element_count(tensor) || tensor.one_bit) {
        fail(fmt::format("Constant tensor {} of {}x{}x{} has {} values; give every value, a byte each.", tensor.name,
                         tensor.height, tensor.width, tensor.channels, constant.values.size()));
    }
    if (!unwritten.write(constant.tensor)) {
        fail(fmt::format("Tensor {} is constant and the model's input or another constant, too; give it values once.",
                         tensor.name));
    }
}

// A view has the values of a tensor that is none, as many and as wide.
void validate_view(const Model& model, const Tensor& view) {
    require_tensor(model, view.view_of, "Tensor " + view.name);
    const Tensor& owner = model.tensors[static_cast<size_t>(view.view_of)];
    if (owner.view_of != -1 || owner.whole != -1 || view.whole != -1 ||
        element_count(owner) != element_count(view) || owner.one_bit || view.one_bit) {
        fail(fmt::format("Tensor {} is a view of tensor {}, which is one itself or a part, or has other values; give "
                         "it one of as many bytes.", view.name, owner.name));
    }
}

// Marks the layer's output as written; what it reads must have been before.
void follow_order(const Model& model, const Layer& layer, Unwritten& unwritten) {
    for (const int index : tensors_read(layer)) {
        const Tensor& read = model.tensors[static_cast<size_t>(index)];
        if (unwritten.any(read.view_of == -1 ? index : read.view_of)) {
            fail(fmt::format("Layer {} reads tensor {} before any layer writes it; order the layers by execution.",
                             layer.name, read.name));
        }
        if (read.whole >= 0) {
            fail(fmt::format("Layer {} reads tensor {}, a part; let it read the whole.", layer.name, read.name));
        }
    }
    if (model.tensors[static_cast<size_t>(layer.output)].view_of != -1 || !unwritten.write(layer.output)) {
        fail(fmt::format("Layer {} writes tensor {}, which is written already; give every layer its own output.",
                         layer.name, model.tensors[static_cast<size_t>(layer.output)].name));
    }
}

}  // namespace

void validate(const Model& model) {
    for (const Tensor& tensor : model.tensors) {
        validate_tensor(tensor);
    }
    for (const Tensor& tensor : model.tensors) {
        if (tensor.whole != -1) {
            validate_part(model, tensor);
        }
        if (tensor.view_of != -1) {
            validate_view(model, tensor);
        }
    }
    validate_port(model, model.output, "output");
    Unwritten unwritten(model);
    follow_inputs(model, unwritten);
    for (const ConstantTensor& constant : model.constants) {
        follow_constant(model, constant, unwritten);
    }
    for (const Layer& layer : model.layers) {
        require_tensor(model, layer.output, "Layer " + layer.name);
        for (const int read : tensors_read(layer)) {
            require_tensor(model, read, "Layer " + layer.name);
        }
        validate_layer(model, layer);
        follow_order(model, layer, unwritten);
    }
    for (size_t i = 0; i < model.tensors.size(); ++i) {
        if (model.tensors[i].view_of == -1 && unwritten.any(static_cast<int>(i))) {
            fail(fmt::format("Tensor {} is written by no layer; remove it or add its layer.", model.tensors[i].name));
        }
    }
}

}  // namespace napier::golden
