#pragma once
// ONNX files (QDQ or QONNX) to the network that the compiler and the golden model take.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "sw/model/model.hpp"
#include "sw/model/real_model.hpp"

namespace napier {

// A node that cannot run: why, and what to do about it.
struct Unsupported {
    std::string node;       // name in the file; or of an input or output of the model
    std::string operation;  // operator; or "input" or "output"
    std::string reason;
    std::string hint;
};

// "node 'pool' (MaxPool): reason; hint"
std::string describe(const Unsupported& problem);

// Error (input): the file is damaged or breaks ONNX's rules. Error (unsupported): a node cannot run; the sentence names
// the first, check_onnx lists them all.
Model import_onnx(const std::filesystem::path& path);

// Every node that cannot run, in order of execution; empty if import_onnx will succeed. Error (input): as above.
std::vector<Unsupported> check_onnx(const std::filesystem::path& path);

// The same for a file in memory. folder: where its external data may lie; empty for none.
Model import_onnx(std::span<const uint8_t> bytes, const std::string& name, const std::filesystem::path& folder = {});
std::vector<Unsupported> check_onnx(std::span<const uint8_t> bytes, const std::filesystem::path& folder = {});

// True if the model computes with real numbers: it has nodes MXQuantize, PamConv or PamMatMul of the domain napier. It
// is then read by the functions below, which promise and throw what their namesakes do. Error (input): damaged.
bool is_real_onnx(std::span<const uint8_t> bytes, const std::filesystem::path& folder = {});
RealModel import_real_onnx(std::span<const uint8_t> bytes, const std::string& name,
                           const std::filesystem::path& folder = {});
std::vector<Unsupported> check_real_onnx(std::span<const uint8_t> bytes, const std::filesystem::path& folder = {});

bool is_real_onnx(const std::filesystem::path& path);
RealModel import_real_onnx(const std::filesystem::path& path);
std::vector<Unsupported> check_real_onnx(const std::filesystem::path& path);

}  // namespace napier
