#pragma once
// A value of a network that is being built.

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "sw/zoo/layer.hpp"

namespace napier::zoo {

struct Value {
    std::string name;
    std::vector<int64_t> dims;          // batch first; images are N, C, H, W and tokens N, T, C
    double low = -4.0, high = 4.0;      // where nearly all elements lie; the range of its quantizer
    double mean = 0.0, deviation = 1.0; // expected, over all elements
    bool is_fusable = false;            // of a layer that a Relu can join
    bool is_symmetric = false;          // its quantizer has the zero point 0: for products of two activations
    bool is_open = false;               // of a product, rectified or not, that a sum can join

    double spread() const { return std::hypot(mean, deviation); }  // root of the mean of squares
    int64_t channels() const { return dims.size() == 4 ? dims[1] : dims.back(); }
    int64_t height() const { return dims.size() == 4 ? dims[2] : dims.size() == 3 ? dims[1] : 1; }
    int64_t width() const { return dims.size() == 4 ? dims[3] : 1; }
};

// The same, to be quantized around 0.
inline Value symmetric(Value value) {
    value.is_symmetric = true;
    return value;
}

// Kernel, stride and padding, the same on both sides; groups of a convolution.
struct Window {
    int64_t kernel_height = 1, kernel_width = 1, stride = 1, pad_height = 0, pad_width = 0, groups = 1;
};

// The layer's window and groups.
inline void set_window(Layer& layer, const Window& window) {
    layer.kernel_height = window.kernel_height;
    layer.kernel_width = window.kernel_width;
    layer.stride = window.stride;
    layer.pad_height = window.pad_height;
    layer.pad_width = window.pad_width;
    layer.groups = window.groups;
}

inline Window square(int64_t kernel, int64_t stride = 1, int64_t pad = 0, int64_t groups = 1) {
    return {kernel, kernel, stride, pad, pad, groups};
}

// What follows a product: a bias, or a batch normalization, which integers have folded into weights and biases.
enum class Tail { none, bias, batch_norm };

}  // namespace napier::zoo
