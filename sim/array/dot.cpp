#include "sim/array/dot.hpp"

#include <string>

#include "sw/base/error.hpp"

namespace napier::sim {

namespace {

// 0, 1, 2, 4 ... 64, by exponent.
constexpr int16_t powers[] = {0, 1, 2, 4, 8, 16, 32, 64};

}  // namespace

int16_t weight_value(const spec::Format& format, uint32_t code) {
    switch (format.code) {
        case spec::format_xnor: return static_cast<int16_t>(code);  // eight weights, a bit each
        case spec::format_int8:
        case spec::format_adder:
        case spec::format_palette: return static_cast<int8_t>(code);
        case spec::format_vsq:
        case spec::format_int4: return static_cast<int16_t>((code ^ 8) - 8);
        case spec::format_binary: return static_cast<int16_t>(1 - 2 * static_cast<int>(code));
        case spec::format_shift: return static_cast<int16_t>(powers[code & 7] * (1 - static_cast<int>(code >> 3) * 2));
        case spec::format_apot: {
            const int both = powers[code >> 4 & 7] + powers[code & 7];
            return static_cast<int16_t>(code < 128 ? both : -both);
        }
        case spec::format_ternary:
            if ((code & 1) == 0) return 0;
            return (code & 2) == 0 ? 1 : -1;
        default:
            throw Error(ErrorKind::unsupported, std::string("The simulator does not know the format ") + format.name +
                                                    "; add it to sim/array/dot.cpp.");
    }
}

}  // namespace napier::sim
