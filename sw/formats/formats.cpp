#include "sw/formats/formats.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sw/base/error.hpp"

namespace napier::formats {

namespace {

// Two's complement.
int decode_int8(uint32_t code) {
    return code < 128 ? static_cast<int>(code) : static_cast<int>(code) - 256;
}
int decode_int4(uint32_t code) {
    return code < 8 ? static_cast<int>(code) : static_cast<int>(code) - 16;
}

int product(int activation, int weight) {
    return activation * weight;
}

// Bit 0 says present, bit 1 negates.
int decode_ternary(uint32_t code) {
    const bool present = (code & 1) != 0;
    const bool negated = (code & 2) != 0;
    return !present ? 0 : negated ? -1 : +1;
}

int add_or_subtract(int activation, int weight) {
    return weight > 0 ? activation : weight < 0 ? -activation : 0;
}

int decode_binary(uint32_t code) {
    return code == 0 ? +1 : -1;
}

// 0, 1, 2, 4 ... 64.
int power(uint32_t exponent) {
    return exponent == 0 ? 0 : 1 << (exponent - 1);
}

// Bits 2..0 say which power, bit 3 negates.
int decode_shift(uint32_t code) {
    const int magnitude = power(code & 7);
    return (code & 8) != 0 ? -magnitude : magnitude;
}

// Bits 6..4 and 2..0 say which powers, bit 7 negates their sum.
int decode_apot(uint32_t code) {
    const int magnitude = power(code >> 4 & 7) + power(code & 7);
    return (code & 0x80) != 0 ? -magnitude : magnitude;
}

// One weight a bit; what a byte of them is worth shows with the activations alone.
int decode_bits(uint32_t code) {
    return static_cast<int>(code);
}

int one_bit_value(int byte, int channel) {
    return (byte >> channel & 1) == 0 ? +1 : -1;
}

// Eight products of +1 and -1.
int product_of_signs(int activations, int weights) {
    int sum = 0;
    for (int channel = 0; channel < 8; ++channel) {
        sum += one_bit_value(activations, channel) * one_bit_value(weights, channel);
    }
    return sum;
}

// Minus the distance of two numbers.
int likeness(int activation, int weight) {
    return activation < weight ? activation - weight : weight - activation;
}

constexpr Arithmetic table[] = {
    {"int8", decode_int8, product},
    {"ternary", decode_ternary, add_or_subtract},
    {"int4", decode_int4, product},
    {"binary", decode_binary, add_or_subtract},
    {"xnor", decode_bits, product_of_signs},
    {"shift", decode_shift, product},
    {"apot", decode_apot, product},
    {"adder", decode_int8, likeness},
    {"palette", decode_int8, product},
    {"vsq", decode_int4, product},
};

constexpr bool table_matches_description() {
    if (std::size(table) != std::size(spec::formats)) {
        return false;
    }
    for (size_t i = 0; i < std::size(table); ++i) {
        if (std::string_view(table[i].name) != spec::formats[i].name) {
            return false;
        }
    }
    return true;
}
static_assert(table_matches_description(), "one row per format of the description, in its order");

}  // namespace

std::span<const Arithmetic> arithmetics() {
    return table;
}

const Arithmetic& arithmetic(const spec::Format& format) {
    for (const Arithmetic& row : table) {
        if (std::string_view(row.name) == format.name) {
            return row;
        }
    }
    throw Error(ErrorKind::unsupported,
                fmt::format("The number format {} has no arithmetic; add its row to sw/formats.", format.name));
}

const spec::Format* find_code(uint32_t code) {
    for (const spec::Format& format : spec::formats) {
        if (static_cast<uint32_t>(format.code) == code) {
            return &format;
        }
    }
    return nullptr;
}

uint32_t code_count(const spec::Format& format) {
    return uint32_t{1} << format.held_bits;
}

uint32_t most_weights(const spec::Format& format) {
    return uint32_t{1} << format.weight_bits;
}

int channel_code_bits(const spec::Format& format) {
    return format.weight_bits / format.channels;
}

int channel_term(const spec::Format& format, int activation, int weight) {
    return format.operation == spec::Operation::match ? activation * weight
                                                      : arithmetic(format).term(activation, weight);
}

std::optional<uint32_t> encode(const spec::Format& format, int weight) {
    if (format.operation == spec::Operation::match) {
        return weight == +1 ? std::optional(0u) : weight == -1 ? std::optional(1u) : std::nullopt;
    }
    const Arithmetic& row = arithmetic(format);
    for (uint32_t code = 0; code < code_count(format); ++code) {
        if (row.decode(code) == weight) {
            return code;
        }
    }
    return std::nullopt;
}

std::optional<int> vector_scale(const spec::Format& format, std::span<const int> weights) {
    for (int scale = 1; scale < 1 << format.scale_bits; ++scale) {
        const bool fits = std::all_of(weights.begin(), weights.end(), [&](int weight) {
            return weight % scale == 0 && encode(format, weight / scale).has_value();
        });
        if (fits) {
            return scale;
        }
    }
    return std::nullopt;
}

std::optional<int> vector_scale(const spec::Format& format, std::span<const int8_t> weights) {
    return vector_scale(format, std::vector<int>(weights.begin(), weights.end()));
}

namespace {

bool holds_vectors(const spec::Format& format, std::span<const int8_t> weights, size_t row) {
    for (size_t first = 0; first < weights.size(); first += row) {
        const std::span<const int8_t> whole = weights.subspan(first, std::min(row, weights.size() - first));
        for (size_t i = 0; i < whole.size(); i += scale_vector) {
            if (!vector_scale(format, whole.subspan(i, std::min(scale_vector, whole.size() - i)))) {
                return false;
            }
        }
    }
    return true;
}

}  // namespace

bool holds(const spec::Format& format, std::span<const int8_t> weights, size_t row) {
    if (spec::is_scaled(format)) {
        return holds_vectors(format, weights, row == 0 ? weights.size() : row);
    }
    std::array<bool, 256> used{};
    for (const int8_t weight : weights) {
        used[static_cast<uint8_t>(weight)] = true;
    }
    uint32_t different = 0;
    for (int weight = -128; weight < 128; ++weight) {
        if (!used[static_cast<uint8_t>(weight)]) {
            continue;
        }
        if (!encode(format, weight)) {
            return false;
        }
        ++different;
    }
    return different <= most_weights(format);
}

bool annuls(const spec::Format& format) {
    const Arithmetic& row = arithmetic(format);
    for (uint32_t code = 0; code < code_count(format); ++code) {
        int activation = least_activation;
        while (activation <= greatest_activation && row.term(activation, row.decode(code)) == 0) {
            ++activation;
        }
        if (activation > greatest_activation) {
            return true;
        }
    }
    return false;
}

const spec::Format& cheapest(std::span<const int8_t> weights, spec::Operation operation, size_t row) {
    const size_t vector = std::clamp<size_t>(row == 0 ? weights.size() : row, 1, scale_vector);
    const auto cost = [&](const spec::Format& format) {
        return std::pair(format.weight_bits + format.scale_bits / static_cast<double>(vector), format.multiplies);
    };
    const spec::Format* best = nullptr;
    for (const spec::Format& format : spec::formats) {
        if (format.operation == operation && (best == nullptr || cost(format) < cost(*best)) &&
            holds(format, weights, row)) {
            best = &format;
        }
    }
    if (best == nullptr) {
        throw Error(ErrorKind::unsupported, "No number format holds all of these weights; quantize them to int8.");
    }
    return *best;
}

}  // namespace napier::formats
