// Rows of a constant by an input's integers: a language model's tokens. Source: ONNX operator Gather.
#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "sw/golden/quantize.hpp"
#include "sw/import/attributes.hpp"
#include "sw/import/lowering.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx {

Value gather_rows(Lowering& lowering, const Node& node, const Indices& indices) {
    Gathered gathered{node.name, node.operation, indices, lowering.constant_input(node, 0), {}, {}};
    const Shape& dims = gathered.table->dims();
    const bool is_table = dims.size() == 2 && dims[0] >= 1 && dims[0] <= greatest_rows && dims[1] >= 1;
    if (!is_table || checked_axis(node, integer_attribute(node, "axis", 0), dims.size()) != 0) {
        throw Refusal{fmt::format("it takes values of {} along axis {} by an input's integers", shape_text(dims),
                                  integer_attribute(node, "axis", 0)),
                      fmt::format("take rows (axis 0) of a constant [rows, channels] of at most {} rows",
                                  greatest_rows),
                      {}};
    }
    gathered.extents = {1, indices.shape[1], dims[1]};
    gathered.view = channels_last(gathered.extents, 3);
    return std::make_shared<const Gathered>(std::move(gathered));
}

Indices Layers::add_indices(const std::string& name, const Shape& shape) {
    const Extents extents{1, shape[1], index_bytes};
    const Activation activation = add_tensor(name, extents, channels_last(extents, 3), {});
    add_port() = {activation.tensor, name, 0, false, false};
    return {activation.tensor, shape};
}

// The table is put onto the output's grid at once: nothing is left to compute.
Activation Layers::add_gather(const Gathered& gathered, const Grid& grid, const std::string& tensor_name) {
    if (grid.one_bit || !grid.vector_scales.empty()) {
        throw Refusal{"it quantizes rows of a table to one bit, or with a scale for each vector of channels",
                      "quantize them per tensor, to 2 to 8 bits", {}};
    }
    const Constant& table = *gathered.table;
    const int rows = static_cast<int>(table.dims()[0]);
    Layer layer;
    layer.name = gathered.name;
    layer.operation = gathered.operation;
    layer.input = gathered.indices.tensor;
    layer.host.function = "Gather";
    layer.host.rows.resize(table.count());
    for (size_t i = 0; i < table.count(); ++i) {
        const int value = golden::quantize(static_cast<float>(table.real(i)), grid.scale, grid.zero_point);
        layer.host.rows[i] = static_cast<int8_t>(std::clamp(value, grid.low, grid.high));
    }
    const Activation output = add_tensor(tensor_name, gathered.extents, gathered.view, grid);
    layer.output = output.tensor;
    Port& port = port_of(layer.input);
    port.rows = port.rows == 0 ? rows : std::min(port.rows, rows);
    note(fmt::format("layer {}: {} is work of the host", name_text(layer.name), layer.host.function));
    model_.layers.push_back(std::move(layer));
    return output;
}

}  // namespace napier::onnx
