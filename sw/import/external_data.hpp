#pragma once
// Tensor bytes that an ONNX file keeps in a second file of its own folder.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace napier::onnx {

// The bytes of tensor `name`. keys: the tensor's external_data entries (location, offset, length); folder: of the model
// file, empty if there is none; bytes: how many the tensor's shape and type ask for.
// Error: the location is absolute, holds "..", passes through a symbolic link, is no regular file or has a second hard
// link (either may reach outside the folder); offset or length is no number, or reaches past the file's end.
std::vector<uint8_t> read_external(const std::string& name, const std::map<std::string, std::string>& keys,
                                   const std::filesystem::path& folder, uint64_t bytes);

}  // namespace napier::onnx
