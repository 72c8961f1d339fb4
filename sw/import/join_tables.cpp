#include "sw/import/join_tables.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sw/import/split_products.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx {

namespace {

// How many layers read a tensor, and whether the model's user does.
int reader_count(const Model& model, int tensor) {
    int count = model.output.tensor == tensor ? 1 : 0;
    for (const Layer& layer : model.layers) {
        const std::vector<int> read = tensors_read(layer);
        count += static_cast<int>(std::count(read.begin(), read.end(), tensor));
    }
    return count;
}

// The layer that makes the tensor, if a table may follow its outputs; else null.
Layer* maker_of(Model& model, int tensor) {
    const auto found = std::find_if(model.layers.begin(), model.layers.end(),
                                    [&](const Layer& layer) { return layer.output == tensor; });
    const bool can = found != model.layers.end() && found->host.function.empty() &&
                     !model.tensors[static_cast<size_t>(tensor)].one_bit;
    return can && reader_count(model, tensor) == 1 ? &*found : nullptr;
}

// The maker's outputs, looked up in its own table if it has one, then in the copy's.
void take_table(Layer& maker, Layer& copy) {
    OutputTable& table = maker.table;
    if (table.entries.empty()) {
        table = std::move(copy.table);
    } else {
        for (int8_t& entry : table.entries) {
            entry = copy.table.entries[static_cast<uint8_t>(entry)];
        }
        table.function += ", " + copy.table.function;
    }
    maker.output = copy.output;
}

}  // namespace

void join_tables(Model& model) {
    bool joins = false;
    for (size_t i = 0; i < model.layers.size();) {
        Layer& copy = model.layers[i];
        Layer* maker = copy.table.entries.empty() ? nullptr : maker_of(model, copy.input);
        if (!copy.table.entries.empty()) {
            model.notes.push_back(fmt::format("layer {}: {} as a table of its outputs",
                                              name_text((maker ? *maker : copy).name), copy.table.function));
        }
        if (!maker) {
            ++i;
            continue;
        }
        take_table(*maker, copy);
        model.layers.erase(model.layers.begin() + static_cast<std::ptrdiff_t>(i));
        joins = true;
    }
    if (joins) {
        drop_tensors(model);
    }
}

}  // namespace napier::onnx
