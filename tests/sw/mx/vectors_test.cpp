// Does the golden model give every line of the vector pack, tests/vectors/mx?

#include <catch2/catch.hpp>

#include <bit>
#include <cmath>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "sw/formats/bfloat16.hpp"
#include "sw/formats/element.hpp"
#include "sw/golden/mx/dot.hpp"
#include "sw/golden/mx/output.hpp"
#include "sw/golden/pam.hpp"

namespace {

using namespace napier;
using golden::mx::Block;

using Words = std::vector<std::string>;

// A word of hexadecimal digits as one number, or as numbers of so many digits each.
uint32_t number(const std::string& word) {
    return static_cast<uint32_t>(std::stoul(word, nullptr, 16));
}
std::vector<uint32_t> numbers(const std::string& word, size_t digits) {
    std::vector<uint32_t> result;
    for (size_t i = 0; i < word.size(); i += digits) {
        result.push_back(number(word.substr(i, digits)));
    }
    return result;
}

float real(const std::string& word) {
    return std::bit_cast<float>(number(word));
}
std::string show(float value) {
    return fmt::format("{:08X}", std::bit_cast<uint32_t>(value));
}

Block block_of(const std::string& scale, const std::string& codes) {
    Block block{static_cast<uint8_t>(number(scale)), {}};
    size_t next = 0;
    for (const uint32_t code : numbers(codes, 2)) {
        block.element.at(next++) = static_cast<uint8_t>(code);
    }
    return block;
}

std::string decode(const Words& words) {
    const double value = formats::decode(formats::find_element(words[0]), number(words[1]));
    return show(std::isnan(value) ? std::bit_cast<float>(formats::float32_nan) : static_cast<float>(value));
}

std::string convert(const Words& words) {
    std::vector<float> values;
    for (const uint32_t pattern : numbers(words[2], 8)) {
        values.push_back(std::bit_cast<float>(pattern));
    }
    const Block block =
        golden::mx::convert(formats::find_element(words[0]), golden::mx::find_scale_rule(words[1]), values);
    std::string text = fmt::format("{:02X} ", block.scale);
    for (size_t i = 0; i < block.element.size(); ++i) {
        if (i < values.size()) {
            text += fmt::format("{:02X}", block.element[i]);
        } else {
            CHECK(block.element[i] == 0);
        }
    }
    return text;
}

std::string scale(const Words& words) {
    // Alone in its block, so that subnormal values count as zeros.
    const std::vector<float> values = {real(words[2])};
    const auto rule = golden::mx::find_scale_rule(words[1]);
    return fmt::format("{:02X}", golden::mx::convert(formats::find_element(words[0]), rule, values).scale);
}

std::string dot(const Words& words) {
    const spec::Element &a = formats::find_element(words[0]), &b = formats::find_element(words[1]);
    const auto product = golden::mx::block_dot(a, block_of(words[2], words[4]), b, block_of(words[3], words[5]));
    return show(golden::mx::accumulate(real(words[6]), product));
}

const std::map<std::string, std::function<std::string(const Words&)>> verbs = {
    {"decode", decode},
    {"encode", [](const Words& words) {
         return fmt::format("{:02X}", formats::encode(formats::find_element(words[0]), real(words[1])));
     }},
    {"scale", scale},
    {"convert", convert},
    {"dequantize", [](const Words& words) {
         return show(golden::mx::dequantize(formats::find_element(words[0]), static_cast<uint8_t>(number(words[1])),
                                            static_cast<uint8_t>(number(words[2]))));
     }},
    {"dot", dot},
    {"finish", [](const Words& words) {
         return show(golden::mx::finish(real(words[0]), real(words[1]), real(words[2]), real(words[3])));
     }},
    {"bfloat16", [](const Words& words) { return fmt::format("{:04X}", formats::to_bfloat16(real(words[0]))); }},
    {"pam", [](const Words& words) {
         return fmt::format("{:04X}", golden::pam_product(static_cast<uint16_t>(number(words[0])),
                                                          static_cast<uint16_t>(number(words[1]))));
     }},
    {"pam_sum", [](const Words& words) {
         return show(golden::pam_accumulate(real(words[0]), static_cast<uint16_t>(number(words[1])),
                                            static_cast<uint16_t>(number(words[2]))));
     }},
};

}  // namespace

TEST_CASE("vectors: the golden model gives every line of the pack") {
    int lines = 0;
    for (const auto& [verb, answer] : verbs) {
        std::ifstream file("tests/vectors/mx/" + verb + ".txt");
        REQUIRE(file);
        for (std::string line; std::getline(file, line);) {
            if (line.starts_with("#")) {
                continue;
            }
            std::istringstream stream(line);
            const Words words{std::istream_iterator<std::string>(stream), {}};
            const std::string result = answer(words);
            INFO(verb << " " << line);
            const bool right = line.ends_with(" " + result);
            CHECK(right);
            ++lines;
        }
    }
    CHECK(lines > 6000);
}
