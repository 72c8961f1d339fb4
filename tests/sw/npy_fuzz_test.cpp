// Does the .npy reader end in an array or a sentence, whatever the bytes? Meant for a build with sanitizers, too.

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

#include "sw/io/npy.hpp"
#include "tests/support/random.hpp"

namespace {

using namespace napier;
using Bytes = std::vector<uint8_t>;

// One change: a bit, a byte, a piece lost, doubled, or overwritten by a token of the grammar.
void mutate(test::Random& random, Bytes& file) {
    static const std::vector<std::string> tokens = {
        "(", ")", ",", "'", "{", "}", ":", "shape", "descr", "True", "False", "fortran_order", "18446744073709551615",
        "4294967296", "-1", "<f4", "|u1", "\x93NUMPY", "0", "\"", "L", "\n", " "};
    if (file.empty()) {
        file.push_back(static_cast<uint8_t>(random.number(0, 255)));
    }
    const size_t at = static_cast<size_t>(random.between(0, static_cast<int64_t>(file.size()) - 1));
    const size_t length = std::min(file.size() - at, static_cast<size_t>(random.number(1, 40)));
    const auto place = file.begin() + static_cast<std::ptrdiff_t>(at);
    switch (random.number(0, 5)) {
        case 0: file[at] ^= static_cast<uint8_t>(1 << random.number(0, 7)); break;
        case 1: file[at] = static_cast<uint8_t>(random.number(0, 255)); break;
        case 2: file.erase(place, place + static_cast<std::ptrdiff_t>(length)); break;
        case 3: {
            const Bytes piece(place, place + static_cast<std::ptrdiff_t>(length));
            file.insert(place, piece.begin(), piece.end());
            break;
        }
        case 4: {
            const std::string& token = random.pick(tokens);
            for (size_t i = 0; i < token.size() && at + i < file.size(); ++i) {
                file[at + i] = static_cast<uint8_t>(token[i]);
            }
            break;
        }
        default: {
            const std::string& token = random.pick(tokens);
            file.insert(place, token.begin(), token.end());
        }
    }
}

}  // namespace

TEST_CASE("mutated .npy files end in an array of its data or in a sentence") {
    test::Random random(20240229);
    const std::vector<Bytes> seeds = {
        io::format_npy(io::make_array<uint8_t>({2, 3}, {1, 2, 3, 4, 5, 6})),
        io::format_npy(io::make_array<float>({1, 2, 1}, {0.5f, 2.0f})),
        io::format_npy(io::make_array<int64_t>({}, {5})),
        io::format_npy(io::make_array<int32_t>({0}, {})),
    };
    int arrays = 0, sentences = 0;
    for (int i = 0; i < 60000; ++i) {
        Bytes file = random.pick(seeds);
        for (int change = random.number(1, 3); change > 0; --change) {
            mutate(random, file);
        }
        try {
            const io::Array array = io::parse_npy(file, "fuzzed");
            size_t bytes = io::element_size(array.type);
            for (const size_t extent : array.shape) {
                bytes *= extent;
            }
            REQUIRE(bytes == array.bytes.size());
            REQUIRE(array.bytes.size() < file.size());
            ++arrays;
        } catch (const Error& error) {
            REQUIRE(std::string(error.what()).size() > 10);
            ++sentences;
        }
    }
    CHECK(arrays > 500);
    CHECK(sentences > 30000);
}
