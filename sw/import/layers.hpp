#pragma once
// The model under construction: tensors with their grids, layers, ports, notes.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sw/import/value.hpp"
#include "sw/model/model.hpp"

namespace napier::onnx {

// Of layers, by number, that copy some channels of their input.
using Parts = std::map<size_t, std::vector<int64_t>>;

class Layers {
public:
    // The tensor that one of the file's inputs fills. Its shape may change until the first layer reads it.
    Activation add_input(const std::string& name, const Shape& shape, bool channels_first, Form form, int offset);
    // A tensor that no layer computes yet, seen as view.
    Activation add_tensor(const std::string& name, const Extents& extents, const View& view, const Grid& grid);
    // The layer that computes a tensor on that grid from an expression, and the tensor.
    // Refusal: the numbers do not fit the machine's integers.
    Activation add_layer(const Expression& expression, const Grid& grid, const std::string& tensor_name);

    // The layer of the host, and its output on that grid.
    Activation add_host(const HostExpression& host, const Grid& grid, const std::string& tensor_name);
    // The tensor of an input of integers, not yet known of how many rows.
    Indices add_indices(const std::string& name, const Shape& shape);
    // The layer of the host that gives the rows of a table, and its output on that grid. Refusal: the grid is of one
    // bit, or has scales of vectors.
    Activation add_gather(const Gathered& gathered, const Grid& grid, const std::string& tensor_name);
    // A tensor of these values for every image.
    Activation add_constant(const std::string& name, const Extents& extents, const View& view, const Grid& grid,
                            std::vector<int8_t> values);
    // The last layer copies these channels of its input, and nothing else.
    void note_part(std::vector<int64_t> channels) { parts_[model_.layers.size() - 1] = std::move(channels); }
    const Parts& parts() const { return parts_; }

    // The layer that copies a tensor through a table of what the curve makes of its values, and its output on that
    // grid.
    // Refusal: the curve is not a number somewhere, or the grid has more than one scale.
    Activation add_lookup(const Curve& curve, const Grid& grid, const std::string& node_name,
                          const std::string& tensor_name);

    bool has_grid(int tensor) const { return state(tensor).has_grid; }
    const Grid& grid(int tensor) const { return state(tensor).grid; }
    void set_grid(int tensor, const Grid& grid);
    // Of a tensor that an input fills: integer = stored value + offset.
    int input_offset(int tensor) const;
    void set_input_offset(int tensor, int offset) { port_of(tensor).stored_offset = offset; }

    // A layer will read it. Refusal: its tensor was laid out anew since.
    void read(const Activation& activation);

    // True while an input of the graph may still be laid out in another shape with the same order of values.
    bool may_lay_out(const Activation& activation) const;
    // The input in another shape: the same values in the same order. shape: rank 2 to 4, the first 1.
    Activation lay_out(const Activation& activation, const Shape& shape);
    // The input of shape [1, height, width, channels] or [1, width, channels] in channels-first view.
    Activation lay_out_channels_last(const Activation& activation);
    // The input of shape [1, heads, tokens, channels] as tokens of the channels of all heads, in that view.
    Activation lay_out_heads(const Activation& activation);

    void note(const std::string& sentence) { model_.notes.push_back(sentence); }
    Model& model() { return model_; }

private:
    struct State {
        bool has_grid = false;
        Grid grid;
        bool is_read = false;           // by a layer
        bool is_in_file_order = false;  // an input whose values stand as in the file
        bool channels_first = true;     // an input's view
        int generation = 0;
    };

    const State& state(int tensor) const { return states_[static_cast<size_t>(tensor)]; }
    State& state(int tensor) { return states_[static_cast<size_t>(tensor)]; }
    Port& port_of(int tensor);  // the input that fills it
    Port& add_port() { return model_.input.tensor < 0 ? model_.input : model_.more_inputs.emplace_back(); }
    // Refusal: activations of -1 and +1 are read by a layer that cannot.
    void check_one_bit(const Expression& expression) const;
    // Refusal: the scales of the residual's vectors are not those of the output's times one number.
    void check_residual(const Expression& expression, const Grid& grid) const;
    void set_extents(int tensor, const Extents& extents);
    Activation add_table_layer(const Activation& input, OutputTable table, const Grid& grid,
                               const std::string& node_name, const std::string& tensor_name);
    void set_scaling(Layer& layer, const Expression& expression, const Grid& grid);

    Model model_;
    Parts parts_;
    std::vector<State> states_;
};

}  // namespace napier::onnx
