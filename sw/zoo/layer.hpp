#pragma once
// What a network computes, layer by layer, whatever its numbers.

#include <cstdint>
#include <string>
#include <vector>

namespace napier::zoo {

// One layer. Of convolutions and pools, the input has in_channels x in_height x in_width; a product is a matrix of
// in_height rows and in_channels columns times one of in_channels x out_channels, `groups` times.
struct Layer {
    std::string name;
    std::string operation;  // conv, dwconv, fc, matmul (of two activations), bn, maxpool, gap, add, concat, ...
    int64_t in_channels = 1, in_height = 1, in_width = 1;
    int64_t out_channels = 1, out_height = 1, out_width = 1;
    int64_t kernel_height = 1, kernel_width = 1, stride = 1, pad_height = 0, pad_width = 0;
    int64_t groups = 1;
    int64_t products = 0;    // multiply-accumulates
    int64_t parameters = 0;  // trained numbers: weights, biases, scales and offsets of normalizations
};

// True for conv, dwconv and fc: the layers that multiply by weights.
inline bool has_weights(const Layer& layer) {
    return layer.operation == "conv" || layer.operation == "dwconv" || layer.operation == "fc";
}

struct Totals {
    int64_t weighted_products = 0;    // of convolutions and products by weights
    int64_t activation_products = 0;  // of two activations
    int64_t parameters = 0;
};

inline Totals totals_of(const std::vector<Layer>& layers) {
    Totals totals;
    for (const Layer& layer : layers) {
        (has_weights(layer) ? totals.weighted_products : totals.activation_products) += layer.products;
        totals.parameters += layer.parameters;
    }
    return totals;
}

}  // namespace napier::zoo
