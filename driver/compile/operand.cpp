#include "driver/compile/operand.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "driver/compile/transfer.hpp"
#include "sw/formats/formats.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

struct Shape {
    int in, out;    // channels of a group of the layer
    int tiles;      // column tiles of a group
    int word;       // bytes of a weight word
};

Shape shape_of(const Model& model, const Layer& layer, const spec::Machine& machine) {
    const int out = model.tensors[size_t(layer.output)].channels / layer.groups;
    return {model.tensors[size_t(layer.input)].channels / layer.groups, out,
            (out + machine.columns - 1) / machine.columns, spec::weight_word_bytes(machine)};
}

// True if the tensor's own bytes are the words.
bool stands_as_words(const Model& model, const Layer& layer, const spec::Machine& machine) {
    const Shape shape = shape_of(model, layer, machine);
    return !layer.operand.outputs_are_pixels && shape.word == machine.columns && shape.out % machine.columns == 0 &&
           model.tensors[size_t(layer.operand.tensor)].channels % machine.beat_bytes == 0;
}

constexpr const char* spread_operation = "Spread";
constexpr const char* transpose_operation = "Transpose";

// A layer that copies int8 values with weights of 0 and 1.
Layer copying(const Model& model, int input, int output, const char* operation) {
    Layer layer;
    layer.name = model.tensors[size_t(output)].name;
    layer.operation = operation;
    layer.input = input;
    layer.output = output;
    const size_t channels = size_t(model.tensors[size_t(output)].channels);
    layer.bias.assign(channels, 0);
    layer.significand.assign(channels, 1);
    layer.shift.assign(channels, 0);
    return layer;
}

int append(Model& model, Tensor tensor, const std::string& suffix) {
    tensor.name += suffix;
    tensor.vector_scales.clear();
    model.tensors.push_back(tensor);
    return static_cast<int>(model.tensors.size()) - 1;
}

void choose_format(Layer& layer, size_t in_per_group) {
    layer.format = formats::cheapest(layer.weight, spec::Operation::product, in_per_group).name;
}

// [pixel][group][column tile][byte of the word].
Layer spread(Model& model, const Layer& user, const Shape& shape, const spec::Machine& machine) {
    Tensor words = model.tensors[size_t(user.operand.tensor)];
    words.channels = user.operand.groups * shape.tiles * shape.word;
    const int output = append(model, words, "/words");
    Layer layer = copying(model, user.operand.tensor, output, spread_operation);
    layer.groups = user.operand.groups;
    layer.weight.assign(size_t(words.channels) * size_t(shape.out), 0);
    for (int channel = 0; channel < words.channels; ++channel) {
        const int column = channel % shape.word, from = channel / shape.word % shape.tiles * machine.columns + column;
        if (column >= machine.columns || from >= shape.out) continue;
        layer.weight[size_t(channel) * size_t(shape.out) + size_t(from)] = 1;
    }
    choose_format(layer, size_t(shape.out));
    return layer;
}

// [column tile][channel][byte of the word]: pixels are turned into columns, a block of channels, as many as fill a
// beat, at a time.
Layer transposed(Model& model, const Layer& user, const Shape& shape, const spec::Machine& machine) {
    const Tensor from = model.tensors[size_t(user.operand.tensor)];
    const int block = std::gcd(from.channels, machine.beat_bytes), columns = machine.columns;
    Tensor view = from;
    view.height = from.height * from.width;
    view.width = from.channels / block;
    view.channels = block;
    view.view_of = from.view_of >= 0 ? from.view_of : user.operand.tensor;
    const int input = append(model, view, "/blocks");
    Tensor words = view;
    words.name = from.name;
    words.view_of = -1;
    words.height = shape.tiles;
    words.channels = block * shape.word;
    const int output = append(model, words, "/transposed");
    Layer layer = copying(model, input, output, transpose_operation);
    layer.window.kernel_h = layer.window.stride_y = columns;
    layer.window.pad_bottom = shape.tiles * columns - view.height;
    layer.weight.assign(size_t(words.channels) * size_t(columns * block), 0);
    for (int channel = 0; channel < block; ++channel) {
        for (int column = 0; column < columns; ++column) {
            const size_t to = size_t(channel * shape.word + column);
            layer.weight[to * size_t(columns * block) + size_t(column * block + channel)] = 1;
        }
    }
    choose_format(layer, size_t(block));
    return layer;
}

}  // namespace

bool multiplies_tensors(const spec::Machine& machine) {
    return !spec::is_real(machine) && (machine.formats >> spec::format_int8 & 1) != 0 && machine.weight_bits == 8;
}

std::string operand_problem(const Model& model, const Layer& layer, const spec::Machine& machine) {
    const std::string& name = model.tensors[size_t(layer.operand.tensor)].name;
    if (!multiplies_tensors(machine)) {
        return fmt::format("multiplies by tensor '{}', for which machine '{}' has no array of int8 weights, a byte a "
                           "column", name, machine.name);
    }
    for (const int tensor : {layer.input, layer.operand.tensor}) {
        const Tensor& of = model.tensors[size_t(tensor)];
        if (of.zero_point == 0) continue;
        return fmt::format("multiplies by tensor '{}', and tensor '{}' has the zero point {}, which the array does not "
                           "subtract", name, of.name, of.zero_point);
    }
    return "";
}

bool only_moves(const Layer& layer) {
    return layer.operation == spread_operation || layer.operation == transpose_operation;
}

int64_t operand_terms(const Model& model, const Layer& layer) {
    return layer.operand.tensor < 0 ? 0 : model.tensors[size_t(layer.input)].channels / layer.groups;
}

OperandPlace operand_place(const Model& model, const Layer& layer, const spec::Machine& machine, int group) {
    const Shape shape = shape_of(model, layer, machine);
    const int64_t part = group / (layer.groups / layer.operand.groups);
    const Tensor& operand = model.tensors[size_t(layer.operand.tensor)];
    if (layer.operand.outputs_are_pixels) {
        return {part * shape.in * shape.word, int64_t{operand.channels} * shape.word, shape.word};
    }
    if (layer.operand.words == layer.operand.tensor) return {part * shape.out, machine.columns, operand.channels};
    const int64_t of_group = int64_t{shape.tiles} * shape.word;
    return {part * of_group, shape.word, layer.operand.groups * of_group};
}

void load_operand(const Plan& plan, const std::vector<TileBoxes>& tiles, const OperandPlace& place, int64_t memory,
                  int word, const CommandNote& note, std::vector<Draft>& drafts) {
    const Geometry& g = plan.geometry;
    const int64_t bytes = spec::weight_word_bytes(*g.machine), pass = g.machine->rows * bytes;
    int64_t passes = 0, before = 0;  // of a tile
    for (const PassBox& box : tiles.front().boxes) passes += box.passes();
    const int64_t count = static_cast<int64_t>(tiles.size());
    for (const PassBox& box : tiles.front().boxes) {
        const int first = box.group * g.vector_bytes, end = (box.group + box.groups) * g.vector_bytes;
        Transfer words;
        words.space = Space::weight;
        words.memory = memory + place.first + tiles.front().column_tile * place.tile + first * place.row;
        words.buffer = word * bytes + before * pass;
        words.length = bytes;
        words.loops = {{std::min(end, g.in_channels) - first, place.row, bytes}, {count, place.tile, passes * pass}};
        emit(words, *g.machine, note, drafts);
        before += box.passes();
        if (end <= g.in_channels) continue;
        Transfer zeros;
        zeros.space = Space::weight;
        zeros.fill = true;
        zeros.buffer = words.buffer + (g.in_channels - first) * bytes;
        zeros.length = (end - g.in_channels) * bytes;
        zeros.loops = {{count, 0, passes * pass}};
        emit(zeros, *g.machine, note, drafts);
    }
}

Model with_operand_words(const Model& model, const spec::Machine& machine) {
    Model result = model;
    std::map<std::pair<int, int>, int> written;  // words of a tensor, by its groups; 0: transposed, for any
    for (size_t i = 0; i < result.layers.size(); ++i) {
        const Layer user = result.layers[i];
        if (user.operand.tensor < 0 || user.operand.words >= 0) continue;
        if (!operand_problem(result, user, machine).empty()) continue;
        if (stands_as_words(result, user, machine)) {
            result.layers[i].operand.words = user.operand.tensor;
            continue;
        }
        const std::pair<int, int> key{user.operand.tensor,
                                      user.operand.outputs_are_pixels ? 0 : user.operand.groups};
        if (written.count(key) == 0) {
            const Shape shape = shape_of(result, user, machine);
            const Layer copy = key.second == 0 ? transposed(result, user, shape, machine)
                                               : spread(result, user, shape, machine);
            written[key] = copy.output;
            result.layers.insert(result.layers.begin() + static_cast<ptrdiff_t>(i), copy);
            ++i;
        }
        result.layers[i].operand.words = written[key];
    }
    return result;
}

}  // namespace napier::driver
