#pragma once
// The steps of a layer: its commands, without tokens, in an order that is correct if each waits for the one before.

#include <array>

#include "driver/compile/constants.hpp"
#include "driver/compile/operand.hpp"
#include "driver/compile/tile.hpp"

namespace napier::driver {

// Words of a buffer that hold the data loaded last. A new region is placed beside the last one if it fits, so that it
// can be loaded while the last one is in use.
class RegionPlacer {
public:
    explicit RegionPlacer(int capacity) : capacity_(capacity) {}
    // First word of a new region of that many words, at most the capacity.
    int place(int64_t words);
    int begin() const { return begin_; }
    int64_t end() const { return end_; }

private:
    int capacity_;
    int begin_ = 0;
    int64_t end_ = 0;
};

// Where the data of all layers stand; regions outlast a layer.
struct Buffers {
    explicit Buffers(const spec::Machine& machine);
    RegionPlacer activation, weight, parameter, residual, output, palette, table;
};

// Addresses of a layer's data in memory, in bytes.
struct LayerAddresses {
    int64_t input = 0, output = 0, residual = 0, factor = 0;
    int64_t weights = 0, parameters = 0, palette = 0, table = 0;
    OperandPlace operand;  // of weights that are a tensor's, from the first of `weights` on
};

// Appends the steps of layer number `layer`.
void emit_layer(const Model& model, int layer, const Plan& plan, const LayerConstants& constants,
                const LayerAddresses& addresses, Buffers& buffers, std::vector<Step>& steps);

}  // namespace napier::driver
