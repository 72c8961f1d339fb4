#include "sim/mx/mx_decode.hpp"

namespace napier::sim {

namespace {

enum Kind : uint8_t { finite, nan, infinite };

struct Table {
    std::array<int64_t, 256> values;
    std::array<Kind, 256> kinds;
};

constexpr Table table_of(const spec::Element& element) {
    Table table{};
    const int sign = 1 << (element.bits - 1);
    for (int code = 0; code < 2 * sign; ++code) {
        const int magnitude = code & (sign - 1), place = magnitude >> element.mantissa_bits;
        const int64_t mantissa = magnitude - (place << element.mantissa_bits);
        int64_t value = mantissa;
        if (element.exponent_bits == 0) {
            value = code - 2 * (code & sign);
        } else {
            if (place > 0) value = (mantissa + (int64_t{1} << element.mantissa_bits)) << (place - 1);
            if ((code & sign) != 0) value = -value;
        }
        const bool special = element.specials != spec::Specials::none && magnitude > element.maximum;
        const bool infinity = element.specials == spec::Specials::infinity && magnitude == element.maximum + 1;
        table.values[static_cast<size_t>(code)] = infinity ? ((code & sign) != 0 ? -1 : 1) : special ? 0 : value;
        table.kinds[static_cast<size_t>(code)] = infinity ? infinite : special ? nan : finite;
    }
    return table;
}

constexpr std::array<Table, spec::element_count> tables = [] {
    std::array<Table, spec::element_count> all{};
    for (const spec::Element& element : spec::elements) all[static_cast<size_t>(element.code)] = table_of(element);
    return all;
}();

// The code of `bits` (4, 6 or 8) at place i.
uint8_t code_at(const uint8_t* codes, int bits, int i) {
    if (bits == 8) return codes[i];
    const int first = bits * i, byte = first >> 3, lsb = first & 7;
    const unsigned two = codes[byte] | (lsb + bits > 8 ? static_cast<unsigned>(codes[byte + 1]) << 8 : 0u);
    return static_cast<uint8_t>(two >> lsb & ((1u << bits) - 1));
}

}  // namespace

DecodedBlock mx_decode(int element, uint8_t scale, const uint8_t* codes) {
    const spec::Element& format = spec::elements[element];
    const Table& table = tables[static_cast<size_t>(element)];
    DecodedBlock block{};
    block.nan = scale == spec::scale_nan;
    block.narrow = format.specials == spec::Specials::none;
    block.exponent = scale - spec::scale_bias + format.step_exponent;
    for (int i = 0; i < spec::block_elements; ++i) {
        const uint8_t code = code_at(codes, format.bits, i);
        const int64_t value = table.values[code];
        const uint32_t bit = uint32_t{1} << i;
        if (table.kinds[code] == infinite) {
            (value < 0 ? block.minus_infinities : block.plus_infinities) |= bit;
            continue;
        }
        if (table.kinds[code] == nan) block.nan = true;
        if (value == 0) block.zeros |= bit;
        block.values[static_cast<size_t>(i)] = value;
    }
    return block;
}

}  // namespace napier::sim
