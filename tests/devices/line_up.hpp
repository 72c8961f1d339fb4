#pragma once
// A model on one device after the other: the same program bytes, and where their results first differ.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "driver/cli/network.hpp"
#include "tests/support/folder.hpp"

namespace napier::test {

struct NamedNetwork {
    std::string name;
    const char* machine;
    std::unique_ptr<driver::Network> network;
};

// The digit model of that name ("ternary") in sw/models; "float" as int8, quantized with the first test images.
NamedNetwork digit_network(const std::string& name, const char* machine);

// A fiftieth of MobileNet v1 from the zoo's builder in the zoo's style "int8" or "ternary".
NamedNetwork reduced_network(const char* style, const char* machine);

struct LineUp {
    std::string name, machine;
    std::vector<uint64_t> cycles;  // of each device, by its counter
    std::string difference;        // a sentence about the first one; empty: identical
};

// Runs a random input on each of the devices ("sim" first). Every byte of memory must be the first one's, every tensor
// the golden model's; the cycles of commands those of the first one where a device knows them, and its counters where
// its memory has the same times: all but "serial".
LineUp line_up(const NamedNetwork& network, std::span<const char* const> devices);

}  // namespace napier::test
