#include "driver/cli/real_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "driver/cli/images.hpp"
#include "driver/compile/real/compile.hpp"
#include "sw/base/error.hpp"
#include "sw/formats/bfloat16.hpp"
#include "sw/formats/element.hpp"
#include "sw/golden/mx/block.hpp"

namespace napier::driver {
namespace {

using golden::real::TensorValues;

bool is_block(const TensorPlace& place) { return place.format != "float32" && place.format != "bfloat16"; }

// [channel][pixel] to [pixel][channel].
std::vector<float> channels_last(const std::vector<float>& values, size_t channels) {
    const size_t pixels = values.size() / channels;
    std::vector<float> result(values.size());
    for (size_t i = 0; i < values.size(); ++i) result[i % pixels * channels + i / pixels] = values[i];
    return result;
}

}  // namespace

Values to_memory(const TensorPlace& place, const TensorValues& values) {
    Values bytes(static_cast<size_t>(place.bytes()));
    uint8_t* to = reinterpret_cast<uint8_t*>(bytes.data());
    if (is_block(place)) {
        const spec::Element& element = formats::find_element(place.format);
        for (const formats::Block& block : values.block) {
            formats::pack(element, block, to);
            to += formats::packed_bytes(element);
        }
        return bytes;
    }
    for (const float value : values.value) {
        const uint16_t half = formats::to_bfloat16(value);
        if (place.format == "float32") std::memcpy(to, &value, sizeof value), to += sizeof value;
        else std::memcpy(to, &half, sizeof half), to += sizeof half;
    }
    return bytes;
}

TensorValues from_memory(const TensorPlace& place, const Values& bytes) {
    TensorValues values;
    const uint8_t* from = reinterpret_cast<const uint8_t*>(bytes.data());
    const size_t count = size_t(place.height) * size_t(place.width) * size_t(place.channels);
    if (!is_block(place)) {
        for (size_t i = 0; i < count; ++i) {
            uint32_t pattern = 0;
            if (place.format == "float32") std::memcpy(&pattern, from + 4 * i, 4);
            else pattern = uint32_t{from[2 * i]} << 16 | uint32_t{from[2 * i + 1]} << 24;
            values.value.push_back(std::bit_cast<float>(pattern));
        }
        return values;
    }
    const spec::Element& element = formats::find_element(place.format);
    const size_t blocks = bytes.size() / static_cast<size_t>(formats::packed_bytes(element));
    const size_t pixel = blocks / (size_t(place.height) * size_t(place.width));
    for (size_t i = 0; i < blocks; ++i, from += formats::packed_bytes(element)) {
        values.block.push_back(formats::unpack(element, from));
        const size_t first = i % pixel * spec::block_elements, channels = size_t(place.channels);
        for (size_t c = 0; c < std::min<size_t>(spec::block_elements, channels - first); ++c) {
            const formats::Block& block = values.block.back();
            values.value.push_back(golden::mx::dequantize(element, block.scale, block.element[c]));
        }
    }
    return values;
}

Program RealNetwork::compile(const spec::Machine& machine, const CompileOptions& options) const {
    return driver::compile(model_, machine, options);
}

Values RealNetwork::input_of(const Program& program, const std::vector<float>& image) const {
    const RealTensor& tensor = model_.tensors[size_t(model_.input.tensor)];
    const std::vector<float> values =
        model_.input.channels_first ? channels_last(image, size_t(tensor.channels)) : image;
    return to_memory(program.tensors[size_t(program.input.tensor)], golden::real::keep(tensor, values));
}

std::vector<Values> RealNetwork::read_inputs(const Program& program, const std::vector<std::string>& paths,
                                             size_t limit) const {
    if (paths.size() != 1) {
        throw Error(ErrorKind::input, fmt::format("Model '{}' has one input, and {} files of images came; give one.",
                                                  model_.name, paths.size()));
    }
    const RealTensor& tensor = model_.tensors[size_t(model_.input.tensor)];
    const size_t elements = size_t(tensor.height) * size_t(tensor.width) * size_t(tensor.channels);
    std::vector<Values> inputs;
    for (const std::vector<float>& image : read_real_images(paths[0], elements, limit)) {
        inputs.push_back(input_of(program, image));
    }
    return inputs;
}

std::vector<Values> RealNetwork::random_inputs(const Program& program, size_t count, uint64_t seed) const {
    const RealTensor& tensor = model_.tensors[size_t(model_.input.tensor)];
    std::mt19937_64 engine(seed);
    std::vector<Values> inputs;
    for (size_t i = 0; i < count; ++i) {
        std::vector<float> image(size_t(tensor.height) * size_t(tensor.width) * size_t(tensor.channels));
        for (float& value : image) value = static_cast<float>(static_cast<int32_t>(engine() >> 32)) * 0x1p-30f;
        inputs.push_back(input_of(program, image));
    }
    return inputs;
}

std::vector<Values> RealNetwork::golden(const Program& program, const Values& input) const {
    std::vector<TensorValues> tensors(model_.tensors.size());
    const auto index = size_t(model_.input.tensor);
    tensors[index] = from_memory(program.tensors[index], input);
    for (const RealLayer& layer : model_.layers) {
        tensors[size_t(layer.output)] = golden::real::run_layer(model_, layer, tensors[size_t(layer.input)]);
    }
    std::vector<Values> result;
    for (size_t i = 0; i < tensors.size(); ++i) result.push_back(to_memory(program.tensors[i], tensors[i]));
    return result;
}

std::vector<float> RealNetwork::scores(const Program& program, const Values& output) const {
    return golden::real::read_output(model_, from_memory(program.tensors[size_t(program.output.tensor)], output));
}

}  // namespace napier::driver
