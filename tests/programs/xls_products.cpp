// xls_products: is what the Verilog computes that XLS makes of hls/xls/products.x the golden model's product, for every
// activation and every weight? Prints a line a format; exit status 1: a difference.

#include <fmt/format.h>

#include "Vproducts.h"
#include "sw/formats/formats.hpp"

namespace {

using namespace napier;

constexpr int product_bits = 20;
// In the order of products.x, the lowest first.
constexpr const char* names[] = {"adder", "apot", "binary", "int4", "int8", "palette", "shift", "ternary", "xnor"};

int product_at(const Vproducts& module, int place) {
    uint32_t bits = 0;
    for (int i = 0; i < product_bits; ++i) {
        const int bit = place * product_bits + i;
        bits |= (module.out[bit / 32] >> (bit % 32) & 1) << i;
    }
    return int32_t(bits << (32 - product_bits)) >> (32 - product_bits);
}

// Every entry of a table of 16 by its index, the others its complement.
uint64_t wrong_entries(Vproducts& module, int place) {
    const formats::Arithmetic& golden = formats::arithmetic(spec::find_format("palette"));
    uint64_t wrong = 0;
    for (int index = 0; index < 16; ++index) {
        for (int entry = -128; entry <= 127; ++entry) {
            for (int byte = 0; byte < 16; ++byte) {
                const uint32_t value = uint8_t(byte == index ? entry : ~entry), shift = 8 * (uint32_t(byte) % 4);
                module.entries[byte / 4] = (module.entries[byte / 4] & ~(0xffu << shift)) | value << shift;
            }
            module.w = uint8_t(index);
            for (int activation = -128; activation <= 127; ++activation) {
                module.a = uint8_t(activation);
                module.eval();
                if (product_at(module, place) != golden.term(activation, entry)) ++wrong;
            }
        }
    }
    return wrong;
}

uint64_t wrong_products(Vproducts& module, const spec::Format& format, int place) {
    const formats::Arithmetic& golden = formats::arithmetic(format);
    uint64_t wrong = 0;
    for (int activation = -128; activation <= 127; ++activation) {
        for (uint32_t code = 0; code < formats::code_count(format); ++code) {
            module.a = uint8_t(activation);
            module.w = uint8_t(code);
            module.eval();
            if (product_at(module, place) != golden.term(activation, golden.decode(code))) ++wrong;
        }
    }
    return wrong;
}

}  // namespace

int main() {
    Vproducts module;
    uint64_t all = 0;
    for (int place = 0; place < int(std::size(names)); ++place) {
        const spec::Format& format = spec::find_format(names[place]);
        const bool indices = format.held_bits != format.weight_bits;
        const uint64_t wrong = indices ? wrong_entries(module, place) : wrong_products(module, format, place);
        const uint64_t cases = uint64_t{256} * (indices ? 16 * 256 : formats::code_count(format));
        fmt::print("{:<8} {:>9} products, {} wrong\n", names[place], cases, wrong);
        all += wrong;
    }
    return all == 0 ? 0 : 1;
}
