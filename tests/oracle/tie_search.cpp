#include "tests/oracle/tie_search.hpp"

#include <algorithm>
#include <cmath>

#include "sw/golden/quantize.hpp"
#include "tests/oracle/float_error.hpp"

namespace napier::test {

namespace {

using golden::TensorValues;
using Tensors = std::vector<TensorValues>;

class Search {
public:
    Search(const Model& model, const std::vector<float>& wanted) : model_(model), wanted_(wanted) {}

    // The network from layer `first` on, the tensors before it given; true if at most `left` turned values lead to the
    // wanted output.
    bool reach(Tensors tensors, size_t first, int left) const {
        for (size_t i = first; i < model_.layers.size(); ++i) {
            const Layer& layer = model_.layers[i];
            TensorValues& output = tensors[static_cast<size_t>(layer.output)];
            output = golden::run_layer(model_, layer, tensors);
            if (left > 0 && turn(tensors, i, left)) {
                return true;
            }
        }
        const auto& output = tensors[static_cast<size_t>(model_.output.tensor)];
        return golden::dequantize_output(model_, output) == wanted_;
    }

private:
    // Tries every value of layer i's output that is near a tie.
    bool turn(const Tensors& tensors, size_t i, int left) const {
        const Layer& layer = model_.layers[i];
        const Tensor& shape = model_.tensors[static_cast<size_t>(layer.output)];
        for (int y = 0; y < shape.height; ++y) {
            for (int x = 0; x < shape.width; ++x) {
                for (int o = 0; o < shape.channels; ++o) {
                    const OutputValue value = evaluate(model_, layer, tensors, y, x, o, 0.0);
                    const size_t place = golden::element_index(shape, y, x, o);
                    if (value.distance <= value.bound && turn(tensors, i, left, place)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    bool turn(const Tensors& tensors, size_t i, int left, size_t place) const {
        const Layer& layer = model_.layers[i];
        for (const int step : {-1, 1}) {
            Tensors other = tensors;
            int8_t& value = other[static_cast<size_t>(layer.output)][place];
            if (value + step < layer.clamp_low || value + step > layer.clamp_high) {
                continue;
            }
            value = static_cast<int8_t>(value + step);
            if (reach(std::move(other), i + 1, left - 1)) {
                return true;
            }
        }
        return false;
    }

    const Model& model_;
    const std::vector<float>& wanted_;
};

}  // namespace

int flips_to(const Model& model, const TensorValues& input, const std::vector<float>& wanted, int most) {
    Tensors tensors(model.tensors.size());
    tensors[static_cast<size_t>(model.input.tensor)] = input;
    for (int flips = 0; flips <= most; ++flips) {
        if (Search(model, wanted).reach(tensors, 0, flips)) {
            return flips;
        }
    }
    return -1;
}

}  // namespace napier::test
