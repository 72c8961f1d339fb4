#pragma once
// Counts products and parameters of an ONNX graph from its nodes and shapes alone.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sw/zoo/zoo.hpp"

namespace napier::test {

struct Count {
    int64_t weighted_products = 0, activation_products = 0, parameters = 0;
};

// Shapes of values are those that the graph declares; statistics of normalizations, shapes, masks, tables of rotations,
// scales and zero points are no parameters.
Count count(const zoo::Network& network);

}  // namespace napier::test
