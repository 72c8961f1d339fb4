#pragma once
// A tensor of real numbers in microscaling blocks along one axis: codes, scales, and what they stand for.

#include <span>
#include <vector>

#include "sw/golden/mx/block.hpp"
#include "sw/quantize/weights.hpp"

namespace napier::quantize {

// Place (outer, along, inner) of a tensor is the value (outer * extent + along) * inner_count + inner: the axes before
// and after the one of the blocks, each taken as one.
struct BlockedTensor {
    const spec::Element* element = nullptr;
    size_t outer_count = 1, extent = 0, inner_count = 1;
    // Element `along % 32` of block (outer * blocks() + along / 32) * inner_count + inner; zeros after the last.
    std::vector<golden::mx::Block> block;
    std::vector<float> value;  // what the codes stand for, in the tensor's order

    size_t blocks() const { return (extent + spec::block_elements - 1) / spec::block_elements; }
};

// Blocks of 32 along `axis`, from -rank to rank - 1, the last filled with zeros (golden::mx::convert). shape: the
// tensor's, last axis fastest. Error (usage): no such axis, or the shape is not that of the values; (input): as
// require_finite, or a value near 2^128 whose code stands for more than float32 holds.
BlockedTensor quantize_mx(std::span<const float> values, std::span<const size_t> shape, int axis,
                          const spec::Element& element, golden::mx::ScaleRule rule);

// values: those that were quantized.
QuantizationError error_of(std::span<const float> values, const BlockedTensor& quantized);

}  // namespace napier::quantize
