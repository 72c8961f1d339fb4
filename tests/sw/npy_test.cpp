// Do .npy files come back as they were written, and does every malformed one get a sentence?

#include <catch2/catch.hpp>

#include <algorithm>
#include <limits>
#include <string>

#include "sw/io/file.hpp"
#include "sw/io/npy.hpp"
#include "tests/support/folder.hpp"

namespace {

using namespace napier;
using Catch::Matchers::Contains;
using Bytes = std::vector<uint8_t>;

// A file of the given version, header text and number of data bytes.
Bytes file_of(const std::string& header, size_t data, int version = 1) {
    const std::string magic = "\x93NUMPY";
    Bytes file(magic.begin(), magic.end());
    file.push_back(static_cast<uint8_t>(version));
    file.push_back(0);
    for (size_t i = 0; i < (version == 1 ? 2u : 4u); ++i) {
        file.push_back(static_cast<uint8_t>(header.size() >> (8 * i)));
    }
    file.insert(file.end(), header.begin(), header.end());
    for (size_t i = 0; i < data; ++i) {
        file.push_back(static_cast<uint8_t>(i));
    }
    return file;
}

std::string sentence(const Bytes& file) {
    try {
        io::parse_npy(file, "x.npy");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::input);
        CHECK_THAT(error.what(), Contains("x.npy: "));
        return error.what();
    }
    return "";
}

std::string header_sentence(const std::string& header, size_t data = 6) {
    return sentence(file_of(header, data));
}

template <typename Element>
void check_round_trip(const std::vector<Element>& values, const std::vector<size_t>& shape) {
    const io::Array array = io::make_array(shape, values);
    const Bytes file = io::format_npy(array);
    CHECK((file.size() - array.bytes.size()) % 64 == 0);
    const io::Array back = io::parse_npy(file, "x.npy");
    CHECK(back.type == array.type);
    CHECK(back.shape == shape);
    CHECK(back.bytes == array.bytes);
    CHECK(back.values<Element>() == values);
}

}  // namespace

TEST_CASE("every element type and rank survives writing and reading") {
    check_round_trip<uint8_t>({0, 1, 255}, {3});
    check_round_trip<int8_t>({-128, 0, 127, 5, 6, 7}, {2, 3});
    check_round_trip<int32_t>({INT32_MIN, INT32_MAX}, {1, 2, 1});
    check_round_trip<int64_t>({INT64_MIN, INT64_MAX, 0, 1}, {2, 2});
    check_round_trip<float>({0.5f, -0.0f, std::numeric_limits<float>::denorm_min(), 1e30f}, {1, 1, 1, 1, 1, 1, 2, 2});
    check_round_trip<uint8_t>({42}, {});
    check_round_trip<uint8_t>({}, {0});
    check_round_trip<float>({}, {3, 0, 5});
}

TEST_CASE("the bytes are those numpy writes") {
    const Bytes file = io::format_npy(io::make_array<int8_t>({2, 3}, {1, 2, 3, 4, 5, 6}));
    const std::string header(file.begin() + 10, file.begin() + 128);
    CHECK(header == "{'descr': '|i1', 'fortran_order': False, 'shape': (2, 3), }" + std::string(58, ' ') + "\n");
    CHECK(file[8] == 118);
    CHECK(file.size() == 128 + 6);
    const Bytes vector = io::format_npy(io::make_array<float>({1}, {1.0f}));
    CHECK_THAT(std::string(vector.begin(), vector.end()), Contains("'<f4', 'fortran_order': False, 'shape': (1,), }"));
}

TEST_CASE("headers in other spellings are read") {
    for (const char* header : {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }\n",
                               "{\"shape\":(2,3),\"fortran_order\":False,\"descr\":\"<u1\"}",
                               "  { 'shape' : ( 2 , 3 , ) , 'descr' : '|u1' , 'fortran_order' : False }  \n"}) {
        const io::Array array = io::parse_npy(file_of(header, 6), "x.npy");
        CHECK(array.shape == std::vector<size_t>{2, 3});
        CHECK(array.values<uint8_t>() == Bytes{0, 1, 2, 3, 4, 5});
    }
    CHECK(io::parse_npy(file_of("{'descr': '|u1', 'fortran_order': False, 'shape': (6,), }", 6, 2), "x").count() == 6);
}

TEST_CASE("files that are no .npy, of another version, or cut short") {
    const Bytes good = io::format_npy(io::make_array<uint8_t>({6}, {1, 2, 3, 4, 5, 6}));
    for (size_t length = 0; length < good.size(); ++length) {
        REQUIRE_FALSE(sentence(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length))).empty());
    }
    for (const std::ptrdiff_t length : {9, 10, 127}) {
        CHECK_THAT(sentence(Bytes(good.begin(), good.begin() + length)), Contains("ends inside its header"));
    }
    Bytes longer = good;
    longer.push_back(0);
    CHECK_THAT(sentence(longer), Contains("asks for 6 bytes of data and the file holds 7"));
    CHECK_THAT(sentence({'P', 'K', 3, 4, 0, 0, 0, 0, 0, 0}), Contains("not a .npy file"));
    Bytes version = good;
    version[6] = 3;
    CHECK_THAT(sentence(version), Contains("neither 1.0 nor 2.0"));
    version[6] = 1;
    version[7] = 1;
    CHECK_THAT(sentence(version), Contains("neither 1.0 nor 2.0"));
}

TEST_CASE("header lengths that lie") {
    Bytes file = file_of("{'descr': '|u1', 'fortran_order': False, 'shape': (6,), }", 6, 2);
    for (const uint32_t length : {0xffffffffu, 0x7fffffffu, 0x10001u, 0x10000u, 100u, 0u}) {
        for (size_t i = 0; i < 4; ++i) {
            file[8 + i] = static_cast<uint8_t>(length >> (8 * i));
        }
        CHECK_FALSE(sentence(file).empty());
    }
}

TEST_CASE("shapes that lie, overflow or are none") {
    const auto shaped = [](const std::string& shape, const char* type = "|u1") {
        const std::string front = std::string("{'descr': '") + type + "', 'fortran_order': False, 'shape': ";
        return header_sentence(front + shape + "}");
    };
    CHECK(shaped("(6,)").empty());
    CHECK(shaped("(2, 3)").empty());
    CHECK_THAT(shaped("(7,)"), Contains("asks for 7 bytes of data and the file holds 6"));
    CHECK_THAT(shaped("(4611686018427387904, 4)"), Contains("asks for 18446744073709551615 bytes"));
    CHECK_THAT(shaped("(4294967296, 4294967296)"), Contains("asks for"));
    CHECK_THAT(shaped("(4611686018427387905,)", "<f4"), Contains("asks for"));
    CHECK_THAT(shaped("(18446744073709551616,)"), Contains("too large"));
    CHECK_THAT(shaped("(99999999999999999999999999,)"), Contains("too large"));
    CHECK_THAT(shaped("(-6,)"), Contains("whole numbers"));
    CHECK_THAT(shaped("(6.0,)"), Contains("lacks ')'"));
    CHECK_THAT(shaped("(6)"), Contains("no tuple"));
    CHECK_THAT(shaped("6"), Contains("lacks '('"));
    CHECK_THAT(shaped("(,)"), Contains("whole numbers"));
    CHECK_THAT(shaped("(6,,)"), Contains("whole numbers"));
    CHECK_THAT(shaped("(1,1,1,1,1,1,1,1,6)"), Contains("more than 8 dimensions"));
    CHECK_THAT(shaped("(0, 4611686018427387904, 4)"), Contains("asks for 0 bytes"));
}

TEST_CASE("types and orders that are not read") {
    for (const char* type : {">f4", "<f8", "|O", "<u4", "|b1", "<i2", "", "|S6", "<c8"}) {
        CHECK_THAT(header_sentence(std::string("{'descr': '") + type + "', 'fortran_order': False, 'shape': (6,)}"),
                   Contains("none of little-endian"));
    }
    CHECK_THAT(header_sentence("{'descr': '|u1', 'fortran_order': True, 'shape': (6,)}"), Contains("Fortran order"));
    CHECK_THAT(header_sentence("{'descr': [('a', '|u1')], 'fortran_order': False, 'shape': (6,)}"), Contains("lacks"));
}

TEST_CASE("dictionaries that are none") {
    const std::string good = "{'descr': '|u1', 'fortran_order': False, 'shape': (6,)}";
    CHECK(header_sentence(good).empty());
    CHECK_THAT(header_sentence(""), Contains("lacks '{'"));
    CHECK_THAT(header_sentence("{}"), Contains("lacks one of the keys"));
    CHECK_THAT(header_sentence("{'descr': '|u1', 'fortran_order': False}"), Contains("lacks one of the keys"));
    CHECK_THAT(header_sentence(good + "x"), Contains("text after"));
    CHECK_THAT(header_sentence("{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (6,)}"),
               Contains("twice"));
    CHECK_THAT(header_sentence("{'other': 1, 'descr': '|u1', 'fortran_order': False, 'shape': (6,)}"),
               Contains("none of descr"));
    CHECK_THAT(header_sentence("{'descr': '|u1, 'fortran_order': 0}"), Contains("lacks"));
    CHECK_THAT(header_sentence("{'descr': '|u1"), Contains("without an end"));
    CHECK_THAT(header_sentence("{'descr': '|u1', 'fortran_order': 0, 'shape': (6,)}"), Contains("no True or False"));
    for (size_t length = 0; length < good.size(); ++length) {
        REQUIRE_FALSE(header_sentence(good.substr(0, length)).empty());
    }
}

TEST_CASE("an array is read as the type it holds only") {
    const io::Array array = io::make_array<int8_t>({2}, {1, 2});
    CHECK_THROWS_WITH(array.values<uint8_t>(), Contains("holds int8 where uint8 is needed"));
    CHECK_THROWS_AS(io::make_array<int8_t>({3}, {1, 2}), Error);
    CHECK_THROWS_AS(io::make_array<int8_t>({1, 1, 1, 1, 1, 1, 1, 1, 2}, {1, 2}), Error);
}

TEST_CASE("files are written whole or not at all") {
    const test::TemporaryFolder folder;
    const std::string path = folder.file("a.npy");
    io::write_npy(path, io::make_array<int32_t>({2}, {7, 8}));
    io::write_npy(path, io::make_array<int32_t>({3}, {7, 8, 9}));
    CHECK(io::read_npy(path).values<int32_t>() == std::vector<int32_t>{7, 8, 9});
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
    CHECK_THROWS_AS(io::write_file(folder.file("missing/a"), std::string("text")), Error);
    std::filesystem::create_directory(folder.file("taken"));
    CHECK_THROWS_AS(io::write_file(folder.file("taken"), std::string("text")), Error);
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 2);
    io::write_file(folder.file("empty"), std::string());
    CHECK(io::read_file(folder.file("empty")).empty());
}

TEST_CASE("files that cannot be read") {
    const test::TemporaryFolder folder;
    CHECK_THROWS_WITH(io::read_file(folder.file("none")), Contains("cannot open"));
    CHECK_THROWS_WITH(io::read_file(folder.path()), Contains("not a regular file"));
    io::write_file(folder.file("ten"), std::string(10, 'x'));
    CHECK_THROWS_WITH(io::read_file(folder.file("ten"), 9), Contains("10 bytes are more than the 9 allowed"));
    CHECK(io::read_file(folder.file("ten"), 10).size() == 10);
}
