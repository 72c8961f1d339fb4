// encode_elements NAME FIRST COUNT: the golden code of every float32 pattern from FIRST on, a byte each, to standard
// output. A NaN in an element format without NaN is 0xFF, which is no code of those but mxint8's.

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <vector>

#include "sw/base/error.hpp"
#include "sw/formats/element.hpp"

namespace {

constexpr uint64_t patterns_at_once = 1 << 20;

void encode(const napier::spec::Element& element, uint64_t first, uint64_t end) {
    const bool has_nan = element.specials != napier::spec::Specials::none;
    std::vector<uint8_t> codes;
    for (uint64_t at = first; at < end; at += codes.size()) {
        codes.clear();
        for (uint64_t pattern = at; pattern < end && pattern < at + patterns_at_once; ++pattern) {
            const float value = std::bit_cast<float>(static_cast<uint32_t>(pattern));
            const bool encodable = has_nan || !std::isnan(value);
            codes.push_back(encodable ? static_cast<uint8_t>(napier::formats::encode(element, value)) : 0xFF);
        }
        if (std::fwrite(codes.data(), 1, codes.size(), stdout) != codes.size()) {
            throw napier::Error(napier::ErrorKind::system, "Standard output takes no more bytes.");
        }
    }
}

}  // namespace

int main(int count, char** words) {
    if (count != 4) {
        std::fputs("encode_elements NAME FIRST COUNT\n", stderr);
        return 2;
    }
    try {
        const uint64_t first = std::strtoull(words[2], nullptr, 0);
        encode(napier::formats::find_element(words[1]), first, first + std::strtoull(words[3], nullptr, 0));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "encode_elements: %s\n", error.what());
        return 1;
    }
}
