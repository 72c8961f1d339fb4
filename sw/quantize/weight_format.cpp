#include "sw/quantize/weight_format.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/quantize/integer.hpp"
#include "sw/quantize/palette.hpp"
#include "sw/quantize/powers.hpp"
#include "sw/quantize/ternary.hpp"
#include "sw/quantize/vector_scale.hpp"

namespace napier::quantize {

namespace {

constexpr int two_scales_largest = 7;  // both scales as integers of 4 bits

constexpr WeightFormat formats[] = {
    {"int8", 8, "integers -127..127", [](const FloatWeights& w, Clip clip) { return quantize_integer(w, 8, clip); }},
    {"int4", 4, "integers -7..7", [](const FloatWeights& w, Clip clip) { return quantize_integer(w, 4, clip); }},
    {"apot", 8, "sums of two powers of two", [](const FloatWeights& w, Clip) { return quantize_apot(w); }},
    {"vsq", 4, "vectors of 16, -7..7 times 0..15", [](const FloatWeights& w, Clip) { return quantize_vsq(w); }, true},
    {"palette", 4, "a table of 16 a layer", [](const FloatWeights& w, Clip) { return quantize_palette(w); }},
    {"shift", 4, "powers of two", [](const FloatWeights& w, Clip) { return quantize_shift(w); }},
    {"ttq", 2, "-n, 0, +p", [](const FloatWeights& w, Clip) { return quantize_two_scales(w, two_scales_largest); }},
    {"ternary", 2, "-1, 0, +1", [](const FloatWeights& w, Clip) { return quantize_ternary(w, Threshold::best); }},
    {"binary", 1, "-1, +1", [](const FloatWeights& w, Clip) { return quantize_binary(w); }},
};

// Formats of which activations or sums differ, too.
constexpr std::string_view not_weights_alone[] = {"adder", "xnor"};

}  // namespace

std::span<const WeightFormat> weight_formats() { return formats; }

const WeightFormat& find_weight_format(std::string_view name) {
    for (const WeightFormat& format : formats) {
        if (format.name == name) {
            return format;
        }
    }
    for (const std::string_view other : not_weights_alone) {
        if (name.starts_with(other)) {
            throw Error(ErrorKind::unsupported,
                        fmt::format("a float32 model cannot be converted to {}, which changes more than the weights; "
                                    "train it with the nodes of docs/import.md", name));
        }
    }
    std::string names;
    for (const WeightFormat& format : formats) {
        names += (names.empty() ? "" : ", ") + std::string(format.name);
    }
    throw Error(ErrorKind::usage, fmt::format("there is no format '{}'; give one of {}", name, names));
}

}  // namespace napier::quantize
