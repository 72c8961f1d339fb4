#pragma once
// The host's steps in a program file: numbers and names in its header, tables of float32 behind the constants.

#include <cstdint>
#include <span>
#include <vector>

#include <nlohmann/json.hpp>

#include "driver/compile/program.hpp"

namespace napier::driver {

nlohmann::ordered_json host_json(const std::vector<HostStep>& steps);

// Steps of a program whose tensors and layers are there, their tables, which take at most `bytes`, with zeros. Throws
// what nlohmann::json does, or std::out_of_range with the name of what leads nowhere.
void read_host(const nlohmann::ordered_json& json, Program& program, uint64_t commands, uint64_t bytes);

// The tables of all steps, four bytes a value, the lowest first.
void append_host_values(const std::vector<HostStep>& steps, std::vector<uint8_t>& bytes);
// False if those are not the bytes of these steps' tables.
bool read_host_values(std::span<const uint8_t> bytes, std::vector<HostStep>& steps);

}  // namespace napier::driver
