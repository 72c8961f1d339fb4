// Do reduced copies of the zoo's networks give the same on golden model, simulator and RTL, in every byte and cycle?

#include <catch2/catch.hpp>

#include "driver/cli/command_line.hpp"
#include "sw/zoo/zoo.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/reduced_networks.hpp"

namespace napier::test {
namespace {

constexpr zoo::Reduction reduction{8, 64};

void verify(const zoo::Entry& entry, const char* style, zoo::Reduction reduction = {}) {
    const TemporaryFolder folder;
    const std::string file = folder.file("reduced.onnx");
    zoo::write_network(zoo::build(entry, zoo::find_style(style), 5, reduction), file);
    const char* words[] = {"napier", "verify", file.c_str(), "--machine", "edge"};
    INFO(entry.name << " in " << style);
    CHECK(driver::run_command_line(std::size(words), words) == 0);
}

}  // namespace

TEST_CASE("reduced convolutional networks of the zoo on edge, int8") {
    for (const zoo::Entry& entry : zoo::entries()) {
        if (entry.name == std::string("levit-128s")) break;  // transformers from there on
        verify(entry, "int8", reduction);
    }
}

TEST_CASE("reduced convolutional networks of the zoo on edge, ternary") {
    for (const char* name : {"sqnxt23-v5", "squeezenet-1.1", "alexnet", "tiny-darknet", "mobilenet-v1",
                             "mobilenet-v3-large", "efficientnet-b0", "resnet18", "resnet20"}) {
        verify(zoo::find_entry(name), "ternary", reduction);
    }
}

TEST_CASE("reduced transformers of the zoo on edge") {
    for (const zoo::Entry& entry : reduced_transformers) {
        verify(entry, "int8");
        verify(entry, "ternary");
    }
}

}  // namespace napier::test
