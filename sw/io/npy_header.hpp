#pragma once
// The dictionary at the head of a .npy file.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace napier::io {

struct NpyHeader {
    std::string descr;  // element type, such as "<f4"
    bool fortran_order = false;
    std::vector<size_t> shape;
};

// Parses a Python dictionary of exactly the keys descr, fortran_order and shape. Error: anything else.
NpyHeader parse_npy_header(std::string_view text, const std::string& name);

}  // namespace napier::io
