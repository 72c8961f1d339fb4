#pragma once
// The number formats of the array from their definitions: what a stored weight code means and what one product is.
// A new format is one function for its codes (and one for its product, if it has a new one) and one row of the table.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sw/model/model.hpp"
#include "sw/spec/machine.hpp"

namespace napier::formats {

inline constexpr int least_activation = -128, greatest_activation = 127;

// What one lane does. A lane of a format of one-bit channels takes eight of them in a byte: there an activation is the
// byte, a weight is the code.
struct Arithmetic {
    const char* name;                          // of the format in the description
    int (*decode)(uint32_t code);              // weight of a code as a PE holds it, below 2^held_bits
    int (*term)(int activation, int weight);   // f(a, w), the term of the dot product
};

// One row per number format of the description, in its order.
std::span<const Arithmetic> arithmetics();

// The arithmetic of a format of the description.
const Arithmetic& arithmetic(const spec::Format& format);

// The format of that code, or null.
const spec::Format* find_code(uint32_t code);

// True if a format of integers has that code and its codes are indices.
inline bool is_indexed(uint32_t code) {
    const spec::Format* format = find_code(code);
    return format != nullptr && spec::is_indexed(*format);
}

// Likewise, and its passes have scales.
inline bool is_scaled(uint32_t code) {
    const spec::Format* format = find_code(code);
    return format != nullptr && spec::is_scaled(*format);
}

// Bits of one channel's weight in a lane's code; channel i of the lane stands at i times as many.
int channel_code_bits(const spec::Format& format);

// f(a, w) of one channel of a layer; one-bit channels are +1 and -1.
int channel_term(const spec::Format& format, int activation, int weight);

// Number of weight codes of a lane as a PE holds them: 2^held_bits.
uint32_t code_count(const spec::Format& format);

// The least code of one channel whose weight this is, or nothing: the format does not hold it.
std::optional<uint32_t> encode(const spec::Format& format, int weight);

// Most different weights that the format holds side by side: a table's entries, or all it has codes for.
uint32_t most_weights(const spec::Format& format);

// Weights of a layer that share a scale in a format of vectors: input channels of one tap (VS-Quant).
using napier::scale_vector;

// Greatest scale of an input's vector (napier::Tensor): 4 bits, as the scales of weights have in VS-Quant.
inline constexpr int greatest_input_scale = 15;

// The least scale of the format, 1 or more, that divides all weights into numbers with a code; nothing: there is none.
// Weights times the scales of their inputs need more than 8 bits.
std::optional<int> vector_scale(const spec::Format& format, std::span<const int8_t> weights);
std::optional<int> vector_scale(const spec::Format& format, std::span<const int> scaled_weights);

// True if every weight has a code, and a table has room for all of them. In a format with scales: if every vector has
// one; vectors are cut from rows of `row` weights, 0: from all of them.
bool holds(const spec::Format& format, std::span<const int8_t> weights, size_t row = 0);

// True if some weight makes every term 0, so that a lane can be left out of a sum whatever its activation.
bool annuls(const spec::Format& format);

// The format of that operation with the fewest bits a weight, scales included (then without a multiplier), that holds
// every weight exactly; row: as above. Error: none does.
const spec::Format& cheapest(std::span<const int8_t> weights, spec::Operation operation = spec::Operation::product,
                             size_t row = 0);

}  // namespace napier::formats
