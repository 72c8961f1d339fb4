// Does a program survive its file, and is every damaged file refused?

#include "driver/compile/program_file.hpp"

#include <catch2/catch.hpp>

#include "driver/compile/compile.hpp"
#include "sw/base/error.hpp"
#include "sw/spec/machine.hpp"
#include "tests/support/random_model.hpp"

namespace napier::test {
namespace {

driver::Program make_program() {
    Random random(3);
    driver::CompileOptions options;
    options.memory_base = driver::page_size;
    return driver::compile(random_model(random, {}), spec::find_machine("odd"), options);
}

bool refused(std::span<const uint8_t> bytes) {
    try {
        driver::program_from_bytes(bytes, "test");
    } catch (const Error& error) {
        return error.kind() == ErrorKind::input;
    }
    return false;
}

// The file with another header instead of the first `length` bytes after its size.
std::vector<uint8_t> with_header(const std::vector<uint8_t>& bytes, size_t length, const std::string& header) {
    std::vector<uint8_t> result(bytes.begin(), bytes.begin() + 8);
    for (size_t i = 0; i < 8; ++i) result.push_back(static_cast<uint8_t>(uint64_t{header.size()} >> 8 * i));
    result.insert(result.end(), header.begin(), header.end());
    result.insert(result.end(), bytes.begin() + static_cast<ptrdiff_t>(16 + length), bytes.end());
    return result;
}

}  // namespace

TEST_CASE("A program is the same after writing and reading") {
    const driver::Program program = make_program();
    const std::vector<uint8_t> bytes = driver::to_bytes(program);
    const driver::Program read = driver::program_from_bytes(bytes, "test");
    CHECK(driver::to_bytes(read) == bytes);
    CHECK(read.commands == program.commands);
    CHECK(read.constants == program.constants);
    CHECK(driver::listing(read) == driver::listing(program));
    CHECK(read.memory_end == program.memory_end);
    REQUIRE(read.tensors.size() == program.tensors.size());
    CHECK(read.tensors.front().scale == program.tensors.front().scale);
    CHECK(read.input.tensor == program.input.tensor);
    CHECK(bytes.size() % 64 == program.constants.size() % 64);
}

TEST_CASE("A program file cut off anywhere is refused") {
    const std::vector<uint8_t> bytes = driver::to_bytes(make_program());
    for (size_t size = 0; size < bytes.size(); size += size < 400 ? 1 : 61) {
        INFO(size);
        CHECK(refused(std::span(bytes).first(size)));
    }
}

TEST_CASE("A program file with a wrong header is refused") {
    const std::vector<uint8_t> bytes = driver::to_bytes(make_program());
    const size_t length = bytes[8] | size_t{bytes[9]} << 8 | size_t{bytes[10]} << 16;
    const std::string header(bytes.begin() + 16, bytes.begin() + static_cast<ptrdiff_t>(16 + length));
    REQUIRE(!refused(with_header(bytes, length, header)));
    const std::pair<const char*, const char*> changes[] = {
        {"\"commands\":", "\"komments\":"},     {"\"constants\":", "\"constants\":1"},
        {"\"residual\":-1", "\"residual\":99"}, {"\"residual\":-1", "\"residual\":-2"},
        {"\"kept\":true", "\"kept\":null"},     {"\"input\":{\"tensor\":0", "\"input\":{\"tensor\":9"},
        {"[[0,", "[[7,"},                       {"[[0,", "[[-1,"},
        {"\"notes\":[[0,", "\"notes\":[[0,0,0,0],[0,"}, {"{", "["},
        {"\"scale\":", "\"scale\":-"},         {"\"scale\":", "\"scale\":0,\"old\":"},
        {"\"int8\",\"scale\"", "\"inu8\",\"scale\""}, {"\"floor\"", "\"flour\""},
        {"\"zero_point\":", "\"zero_point\":1e9,\"old\":"},
    };
    for (const auto& [from, to] : changes) {
        INFO(from << " to " << to);
        const size_t at = header.find(from);
        REQUIRE(at != std::string::npos);
        std::string changed = header;
        changed.replace(at, std::string(from).size(), to);
        CHECK(refused(with_header(bytes, length, changed)));
    }
}

}  // namespace napier::test
