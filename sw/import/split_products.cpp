#include "sw/import/split_products.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "sw/import/makers.hpp"

namespace napier::onnx {

namespace {

// Channels of the outputs of a product by weights.
Layer part_of(const Layer& product, const Layer& copy, const std::vector<int64_t>& channels) {
    const size_t row = product.weight.size() / product.bias.size();
    Layer part = product;
    part.name = copy.name;
    part.output = copy.output;
    part.weight.clear();
    part.bias.clear();
    part.significand.clear();
    part.shift.clear();
    for (const int64_t channel : channels) {
        const size_t o = static_cast<size_t>(channel);
        const auto first = product.weight.begin() + static_cast<std::ptrdiff_t>(o * row);
        part.weight.insert(part.weight.end(), first, first + static_cast<std::ptrdiff_t>(row));
        part.bias.push_back(product.bias[o]);
        part.significand.push_back(product.significand[o]);
        part.shift.push_back(product.shift[o]);
    }
    return part;
}

bool is_plain_product(const Layer& layer) {
    return layer.host.function.empty() && layer.operand.tensor < 0 && layer.factor < 0 && layer.residual < 0 &&
           !layer.greatest && layer.groups == 1 && layer.table.entries.empty();
}

// The places of the copies that read a tensor; none if anything else reads it.
std::vector<size_t> copies_of(const Model& model, int tensor, const Parts& parts) {
    std::vector<size_t> result;
    for (size_t i = 0; i < model.layers.size(); ++i) {
        const std::vector<int> read = tensors_read(model.layers[i]);
        if (std::find(read.begin(), read.end(), tensor) == read.end()) {
            continue;
        }
        if (parts.count(i) == 0) {
            return {};
        }
        result.push_back(i);
    }
    return model.output.tensor == tensor ? std::vector<size_t>() : result;
}

}  // namespace

void split_products(Model& model, const Parts& parts) {
    std::vector<bool> is_whole(model.layers.size(), false);  // a product of which only parts are left
    for (size_t i = 0; i < model.layers.size(); ++i) {
        if (!is_plain_product(model.layers[i]) || parts.count(i) != 0) {
            continue;
        }
        for (const size_t copy : copies_of(model, model.layers[i].output, parts)) {
            model.layers[copy] = part_of(model.layers[i], model.layers[copy], parts.at(copy));
            is_whole[i] = true;
        }
    }
    std::vector<Layer> kept;
    for (size_t i = 0; i < model.layers.size(); ++i) {
        if (!is_whole[i]) {
            kept.push_back(std::move(model.layers[i]));
        }
    }
    if (kept.size() != model.layers.size()) {
        model.layers = std::move(kept);
        drop_tensors(model);
    } else {
        model.layers = std::move(kept);
    }
}

}  // namespace napier::onnx
