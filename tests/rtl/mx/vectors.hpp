#pragma once
// Lines of the vector pack tests/vectors/mx, for modules.

#include <catch2/catch.hpp>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "sw/formats/element.hpp"
#include "tests/rtl/mx/block_operands.hpp"

namespace napier::test {

using VectorLine = std::vector<std::string>;

// The operands and results of each line of a verb.
inline std::vector<VectorLine> vector_lines(const std::string& verb) {
    std::ifstream file("tests/vectors/mx/" + verb + ".txt");
    std::vector<VectorLine> lines;
    for (std::string text; std::getline(file, text);) {
        if (text.starts_with("#")) continue;
        std::istringstream words(text);
        lines.push_back({std::istream_iterator<std::string>(words), {}});
    }
    REQUIRE(lines.size() > 90);
    return lines;
}

inline uint32_t hexadecimal(const std::string& word) {
    return static_cast<uint32_t>(std::stoul(word, nullptr, 16));
}

// Codes of two digits each; those missing are zeros.
inline MxOperand vector_operand(const std::string& element, const std::string& scale, const std::string& codes) {
    MxOperand operand{formats::find_element(element).code, {static_cast<uint8_t>(hexadecimal(scale)), {}}};
    for (size_t i = 0; 2 * i < codes.size(); ++i) {
        operand.block.element.at(i) = static_cast<uint8_t>(hexadecimal(codes.substr(2 * i, 2)));
    }
    return operand;
}

}  // namespace napier::test
