#include "sw/import/selection.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "sw/golden/validate.hpp"
#include "sw/import/limits.hpp"
#include "sw/import/lowering.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx {

namespace {

// A window of one 1 among zeros along an axis, so far apart that it has exactly the picked outputs, if a command can.
struct Taps {
    int64_t kernel = 1, dilation = 1, stride = 1, before = 0, after = 0;
    int64_t one = 0;  // the tap that is 1
};

// extent: of the tensor, without the padding `padded` before it.
Taps place(const Pick& pick, int64_t extent, int64_t padded) {
    const int64_t first = pick.start - padded, last = first + pick.step * (pick.count - 1);
    const int64_t offset = std::max<int64_t>(0, first);
    Taps taps;
    taps.before = std::max<int64_t>(0, -first);
    taps.after = std::max<int64_t>(0, last - (extent - 1));
    const int64_t whole = taps.before + extent + taps.after;
    taps.stride = pick.count == 1 ? std::min(whole, greatest_step) : pick.step;
    // From the first tap to the last one: at least to the 1, and so far that no further window fits.
    const int64_t least = std::max(offset, whole - pick.count * taps.stride);
    const int64_t most = whole - 1 - (pick.count - 1) * taps.stride;
    if (least == 0) {
        return taps;
    }
    taps.dilation = std::min(greatest_step, offset == 0 ? least : offset);
    const auto gaps = [&] { return (least + taps.dilation - 1) / taps.dilation; };
    while ((offset > 0 && offset % taps.dilation != 0) || gaps() * taps.dilation > most) {
        --taps.dilation;
    }
    taps.kernel = gaps() + 1;
    taps.one = offset / taps.dilation;
    return taps;
}

bool keeps_channels(const Selection& selection) {
    std::vector<int64_t> all(static_cast<size_t>(selection.source.extents.channels));
    std::iota(all.begin(), all.end(), 0);
    return selection.channels == all;
}

}  // namespace

Dimensions dimensions_of(const View& view, const Extents& extents, const char* hint) {
    const size_t rank = view.dims.size();
    Dimensions result;
    result.is_first = view == channels_first(extents, rank);
    if (rank < 2 || rank > 4 || (!result.is_first && view != channels_last(extents, rank))) {
        throw Refusal{"its input is no image", hint, {}};
    }
    result.channel = result.is_first ? 1 : rank - 1;
    if (rank > 2) {
        result.column = result.is_first ? rank - 1 : rank - 2;
    }
    if (rank > 3) {
        result.row = result.column - 1;
    }
    return result;
}

Selection selection_of(const Node& node, const Layers& layers, const Value& value) {
    Selection selection;
    if (const auto* found = std::get_if<SelectionPointer>(&value)) {
        selection = **found;
    } else {
        const auto* activation = std::get_if<Activation>(&value);
        if (!activation || activation->form == Form::unquantized || !layers.has_grid(activation->tensor)) {
            throw Refusal{fmt::format("its input {} is {}", name_text(node.inputs[0]), kind_text(value)),
                          "put QuantizeLinear and DequantizeLinear before it", {}};
        }
        const Extents& extents = activation->extents;
        selection.source = *activation;
        selection.rows.count = extents.height;
        selection.columns.count = extents.width;
        selection.channels.resize(static_cast<size_t>(extents.channels));
        std::iota(selection.channels.begin(), selection.channels.end(), 0);
        selection.extents = extents;
        selection.view = activation->view;
    }
    selection.name = node.name;
    selection.operation = node.operation;
    return selection;
}

Pick picked(const Pick& before, const Pick& part) {
    return {before.start + before.step * part.start, part.count == 1 ? 1 : before.step * part.step, part.count};
}

void select_channels(const Layers& layers, const std::vector<int64_t>& channels, Selection& selection) {
    std::vector<int64_t> result;
    for (const int64_t channel : channels) {
        result.push_back(channel == Selection::zero_channel ? channel
                                                            : selection.channels[static_cast<size_t>(channel)]);
    }
    selection.channels = std::move(result);
    if (!layers.grid(selection.source.tensor).vector_scales.empty() && !keeps_channels(selection)) {
        throw Refusal{"it takes or adds channels of an activation with a scale for each vector of channels",
                      "quantize its input per tensor", {}};
    }
}

Value value_of(Selection selection, const Dimensions& dimensions) {
    const size_t rank = selection.view.dims.size();
    selection.extents = {selection.rows.count, selection.columns.count,
                         static_cast<int64_t>(selection.channels.size())};
    if (selection.extents.channels > golden::greatest_extent) {
        throw Refusal{fmt::format("its result has {} channels", selection.extents.channels), "use fewer", {}};
    }
    selection.view = dimensions.is_first ? channels_first(selection.extents, rank)
                                         : channels_last(selection.extents, rank);
    return std::make_shared<const Selection>(std::move(selection));
}

Expression copy_expression(Layers& layers, const Selection& selection) {
    const Activation& source = selection.source;
    const Padding& padding = source.padding;
    layers.read(source);
    const Taps y = place(selection.rows, source.extents.height - padding.top - padding.bottom, padding.top);
    const Taps x = place(selection.columns, source.extents.width - padding.left - padding.right, padding.left);
    const bool keeps = keeps_channels(selection);
    const int64_t inputs = keeps ? 1 : source.extents.channels;
    const int64_t outputs = selection.extents.channels;
    const int64_t count = element_count({outputs, y.kernel, x.kernel, inputs}, greatest_generated_weights);
    if (count < 0) {
        throw Refusal{fmt::format("the copy that {} {} needs has more than {} weights", selection.operation,
                                  name_text(selection.name), greatest_generated_weights),
                      "slice in two steps, or use fewer channels", {}};
    }
    std::vector<int8_t> weight(static_cast<size_t>(count), 0);
    for (int64_t o = 0; o < outputs; ++o) {
        const int64_t from = selection.channels[static_cast<size_t>(o)];
        if (from != Selection::zero_channel) {
            const int64_t tap = (o * y.kernel + y.one) * x.kernel + x.one;
            weight[static_cast<size_t>(tap * inputs + (keeps ? 0 : from))] = 1;
        }
    }
    Node node;
    node.name = selection.name;
    node.operation = selection.operation;
    Expression expression = identity_expression(node, layers, source);
    const auto whole = [](int64_t value) { return static_cast<int>(value); };
    expression.window = {whole(y.kernel), whole(x.kernel), whole(y.stride), whole(x.stride), whole(y.dilation),
                         whole(x.dilation), whole(y.before), whole(x.before), whole(y.after), whole(x.after)};
    expression.weight = std::make_shared<const std::vector<int8_t>>(std::move(weight));
    if (!keeps) {
        expression.groups = 1;
        expression.step.assign(static_cast<size_t>(outputs), layers.grid(source.tensor).scale);
        expression.bias_steps.assign(static_cast<size_t>(outputs), 0);
        expression.bias.assign(static_cast<size_t>(outputs), 0.0);
    }
    expression.extents = selection.extents;
    expression.view = selection.view;
    return expression;
}

Activation Lowering::copy_selection(const std::string& name) {
    const SelectionPointer selection = std::get<SelectionPointer>(values_.at(name));
    const Expression expression = copy_expression(layers_, *selection);
    const Grid grid = layers_.grid(selection->source.tensor);
    Activation result = layers_.add_layer(expression, grid, name);
    const Activation& source = selection->source;
    const bool has_all_pixels = expression.window == Window{} && selection->extents.height == source.extents.height &&
                                selection->extents.width == source.extents.width;
    const auto& channels = selection->channels;
    if (has_all_pixels && std::count(channels.begin(), channels.end(), Selection::zero_channel) == 0) {
        layers_.note_part(channels);
    }
    result.form = source.form;
    values_[name] = result;
    return result;
}

void Lowering::copy_selections(const Node& node) {
    const auto is = [&](const char* operation) { return node.operation == operation; };
    const bool quantizes = is("QuantizeLinear") || is("Quant") || is("IntQuant");
    for (const std::string& name : node.inputs) {
        const auto found = values_.find(name);
        const auto* selection = found == values_.end() ? nullptr : std::get_if<SelectionPointer>(&found->second);
        const bool is_taken = is("Slice") || is("Pad") || is("Shape") ||
                              (selection && quantizes && (*selection)->source.form == Form::real);
        if (selection && !is_taken) {
            copy_selection(name);
        }
    }
}

}  // namespace napier::onnx
