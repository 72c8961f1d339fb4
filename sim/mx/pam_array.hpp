#pragma once
// Twin of rtl/mx/pam_array.sv: the weights of a pass, and a vector of products for each activation.

#include <vector>

#include "sim/mx/pam_multiply.hpp"

namespace napier::sim {

class PamArray {
public:
    explicit PamArray(int columns) : weights_(static_cast<size_t>(columns)) {}

    // Cycles from an activation to its products.
    static constexpr int cycles = 2;

    // Takes the weights of a pass, patterns of bfloat16 in memory.
    void load(const uint8_t* word) {
        for (uint16_t& weight : weights_) {
            weight = half(word);
            word += 2;
        }
    }

    // products: a pattern of float32 for each column. activation: a bfloat16 in memory.
    void run(const uint8_t* activation, uint32_t* products) const {
        const uint16_t a = half(activation);
        for (const uint16_t weight : weights_) *products++ = pam_multiply(a, weight);
    }

private:
    static uint16_t half(const uint8_t* bytes) { return static_cast<uint16_t>(bytes[0] | bytes[1] << 8); }

    std::vector<uint16_t> weights_;
};

}  // namespace napier::sim
