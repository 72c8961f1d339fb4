#pragma once
// Public networks with their published sizes and seeded weights.

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "sw/zoo/builder.hpp"

namespace napier::zoo {

struct Entry {
    const char* name;
    const char* description;
    int64_t opset;
    void (*build)(Builder&);
};

std::span<const Entry> entries();

// Error (usage): there is no network of that name.
const Entry& find_entry(const std::string& name);

// The network in the numbers of the style. Its weights are made when it is written. Transformers have no reduction.
Network build(const Entry& entry, Style style, uint64_t seed, Reduction reduction = {});

// Writes it as an ONNX file, a layer's weights at a time. written: called behind each tensor, with its place and the
// number of tensors. Error (system): the file cannot be written; (unsupported): more than an ONNX file can hold.
void write_network(const Network& network, const std::string& path,
                   const std::function<void(size_t, size_t)>& written = {});

}  // namespace napier::zoo
