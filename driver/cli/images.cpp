#include "driver/cli/images.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "sw/base/error.hpp"
#include "sw/io/npy.hpp"

namespace napier::driver {
namespace {

[[noreturn]] void fail(const std::string& sentence) { throw Error(ErrorKind::input, sentence); }

std::vector<size_t> image_shape(const Model& model, const Port& port) {
    const Tensor& tensor = model.tensors[port.tensor];
    const size_t height = tensor.height, width = tensor.width, channels = tensor.channels;
    const size_t groups = static_cast<size_t>(port.groups);
    if (port.rows > 0) return {height, width, 1};
    if (groups > 1) return {groups, height * width, channels / groups};
    if (port.channels_first) return {channels, height, width};
    return {height, width, channels};
}

std::vector<size_t> without_ones(std::vector<size_t> shape) {
    std::erase(shape, size_t{1});
    return shape;
}

void require_shape(const Model& model, const Port& port, const io::Array& array, const std::string& path) {
    const std::vector<size_t> wanted = image_shape(model, port);
    const size_t elements = wanted[0] * wanted[1] * wanted[2];
    const std::vector<size_t> shape = array.shape;
    if (!shape.empty() && shape[0] > 0) {
        const std::vector<size_t> rest = without_ones({shape.begin() + 1, shape.end()});
        const bool flat = rest.size() == 1 && rest[0] == elements;
        if (rest == without_ones(wanted) || flat) return;
    }
    fail(fmt::format("'{}' has shape {}, but model '{}' takes images of {}, so an array of N x {}; reshape it.", path,
                     fmt::join(shape, " x "), model.name, fmt::join(wanted, " x "), fmt::join(wanted, " x ")));
}

template <typename Element>
std::vector<golden::TensorValues> as_reals(const Model& model, const Port& port, const io::Array& array,
                                           size_t count) {
    const std::vector<Element> values = array.values<Element>();
    const std::vector<float> reals(values.begin(), values.end());
    const size_t elements = reals.size() / array.shape[0];
    std::vector<golden::TensorValues> images;
    for (size_t i = 0; i < count; ++i) {
        images.push_back(golden::quantize_input(model, port, std::span(reals).subspan(i * elements, elements)));
    }
    return images;
}

std::vector<golden::TensorValues> as_bytes(const Model& model, const Port& port, const io::Array& array,
                                           size_t count) {
    const size_t elements = array.bytes.size() / array.shape[0];
    std::vector<golden::TensorValues> images;
    for (size_t i = 0; i < count; ++i) {
        images.push_back(golden::quantize_input(model, port, std::span(array.bytes).subspan(i * elements, elements)));
    }
    return images;
}

template <typename Element>
std::vector<float> reals(const io::Array& array, size_t first, size_t count) {
    const std::vector<Element> values = array.values<Element>();
    return {values.begin() + static_cast<ptrdiff_t>(first), values.begin() + static_cast<ptrdiff_t>(first + count)};
}

std::vector<float> real_image(const io::Array& array, size_t first, size_t count) {
    switch (array.type) {
        case io::ElementType::float32: return reals<float>(array, first, count);
        case io::ElementType::int32: return reals<int32_t>(array, first, count);
        case io::ElementType::int64: return reals<int64_t>(array, first, count);
        case io::ElementType::int8: return reals<int8_t>(array, first, count);
        case io::ElementType::uint8: return reals<uint8_t>(array, first, count);
    }
    return {};
}

template <typename Element>
std::vector<int64_t> as_labels(const io::Array& array) {
    const std::vector<Element> values = array.values<Element>();
    return {values.begin(), values.end()};
}

// The tensor of one input, an image after the other.
std::vector<golden::TensorValues> read_port(const Model& model, const Port& port, const std::string& path,
                                            size_t limit) {
    const io::Array array = io::read_npy(path);
    require_shape(model, port, array, path);
    const size_t count = std::min(limit, array.shape[0]);
    const bool stored = !port.is_float && port.rows == 0;
    const io::ElementType wanted = port.stored_offset == 0 ? io::ElementType::int8 : io::ElementType::uint8;
    if (stored && array.type != wanted) {
        fail(fmt::format("'{}' holds {}, but the input of model '{}' is {}; convert the images.", path,
                         io::element_name(array.type), model.name, io::element_name(wanted)));
    }
    switch (array.type) {
        case io::ElementType::float32: return as_reals<float>(model, port, array, count);
        case io::ElementType::int32: return as_reals<int32_t>(model, port, array, count);
        case io::ElementType::int64: return as_reals<int64_t>(model, port, array, count);
        case io::ElementType::int8:
            return stored ? as_bytes(model, port, array, count) : as_reals<int8_t>(model, port, array, count);
        case io::ElementType::uint8: return as_bytes(model, port, array, count);
    }
    return {};
}

}  // namespace

std::vector<golden::TensorValues> read_images(const Model& model, const std::vector<std::string>& paths,
                                              size_t limit) {
    const std::vector<Port> ports = inputs_of(model);
    std::vector<std::string> names;
    for (const Port& port : ports) names.push_back(port.name);
    if (paths.size() != ports.size()) {
        fail(fmt::format("Model '{}' has {} input{} ({}), and {} file{} of images came; give one for each, in this "
                         "order.", model.name, ports.size(), ports.size() == 1 ? "" : "s", fmt::join(names, ", "),
                         paths.size(), paths.size() == 1 ? "" : "s"));
    }
    std::vector<golden::TensorValues> images;
    for (size_t i = 0; i < ports.size(); ++i) {
        const std::vector<golden::TensorValues> own = read_port(model, ports[i], paths[i], limit);
        if (i == 0) images.resize(own.size());
        if (own.size() != images.size()) {
            fail(fmt::format("'{}' holds {} images, and '{}' holds {}; give as many of each input.", paths[i],
                             own.size(), paths[0], images.size()));
        }
        for (size_t image = 0; image < own.size(); ++image) {
            images[image].insert(images[image].end(), own[image].begin(), own[image].end());
        }
    }
    return images;
}

std::vector<std::vector<float>> read_real_images(const std::string& path, size_t elements, size_t limit) {
    const io::Array array = io::read_npy(path);
    const size_t count = array.shape.empty() ? 0 : array.shape[0];
    if (count == 0 || array.count() / count != elements) {
        fail(fmt::format("'{}' has shape {}, but the model takes images of {} values; reshape it.", path,
                         fmt::join(array.shape, " x "), elements));
    }
    std::vector<std::vector<float>> images;
    for (size_t i = 0; i < std::min(limit, count); ++i) images.push_back(real_image(array, i * elements, elements));
    return images;
}

std::vector<int64_t> read_labels(const std::string& path, size_t count) {
    const io::Array array = io::read_npy(path);
    if (array.count() < count) {
        fail(fmt::format("'{}' holds {} labels for {} images; give one for each.", path, array.count(), count));
    }
    switch (array.type) {
        case io::ElementType::uint8: return as_labels<uint8_t>(array);
        case io::ElementType::int8: return as_labels<int8_t>(array);
        case io::ElementType::int32: return as_labels<int32_t>(array);
        case io::ElementType::int64: return as_labels<int64_t>(array);
        case io::ElementType::float32: break;
    }
    fail(fmt::format("'{}' holds {} values; give the labels as integers.", path, io::element_name(array.type)));
}

}  // namespace napier::driver
