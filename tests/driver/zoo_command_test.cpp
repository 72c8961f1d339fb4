// Does napier zoo list, show and write networks, and answer wrong words with a sentence?

#include <catch2/catch.hpp>

#include <filesystem>

#include "sw/import/import.hpp"
#include "sw/io/file.hpp"
#include "sw/zoo/zoo.hpp"
#include "tests/driver/command_line.hpp"
#include "tests/support/folder.hpp"

namespace napier::test {

using Catch::Matchers::Contains;

TEST_CASE("napier zoo list names every network with its totals") {
    const Result result = napier("zoo list");
    CHECK(result.code == 0);
    for (const zoo::Entry& entry : zoo::entries()) CHECK_THAT(result.text, Contains(entry.name));
    CHECK_THAT(result.text, Contains("1,814,073,344"));  // ResNet-18
}

TEST_CASE("napier zoo show lists the layers of a network") {
    const Result result = napier("zoo show resnet20");
    CHECK(result.code == 0);
    CHECK_THAT(result.text, Contains("layer3.2.conv2"));
    CHECK_THAT(result.text, Contains("40,551,040 products by weights, 0 of two activations, 269,722 parameters"));
}

TEST_CASE("napier zoo build writes an ONNX file that napier check reads") {
    const TemporaryFolder folder;
    const std::string file = folder.file("m.onnx");
    const Result built = napier("zoo build mobilenet-v1 --format int4 --seed 3 -o " + file);
    CHECK(built.code == 0);
    CHECK_THAT(built.text, Contains("MobileNet v1, width 1 in int4"));
    const Result checked = napier("check --machine edge " + file);
    CHECK(checked.code == 0);
    CHECK_THAT(checked.text, Contains("runs on edge"));
}

TEST_CASE("napier zoo answers wrong words with a sentence and exit code 2") {
    const TemporaryFolder folder;
    const std::string file = folder.file("x.onnx");
    const std::pair<std::string, const char*> lines[] = {
        {"zoo", "A subcommand is required"},
        {"zoo show resnet19", "did you mean 'resnet18'?"},
        {"zoo show zzzzzzzzzzzzzzzzzz", "see napier zoo list"},
        {"zoo build resnet20 --format int9 -o " + file, "there is no format 'int9'"},
        {"zoo build resnet20", "--output is required"},
    };
    for (const auto& [line, sentence] : lines) {
        INFO(line);
        const Result result = napier(line);
        CHECK(result.code == 2);
        CHECK_THAT(result.text, Contains(sentence));
    }
    CHECK_FALSE(std::filesystem::exists(file));
    CHECK(napier("zoo build resnet20 -o /nowhere/x.onnx").code == 1);
}

}  // namespace napier::test
