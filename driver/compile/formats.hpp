#pragma once
// Which number format of a machine runs a layer.

#include <string>

#include "sw/model/model.hpp"
#include "sw/spec/spec.hpp"

namespace napier::driver {

struct FormatChoice {
    const spec::Format* format = nullptr;
    std::string reason;
};

// The machine's format with the most lanes that holds every weight of the layer.
// Error (unsupported): none does.
FormatChoice choose_format(const Layer& layer, const spec::Machine& machine);

}  // namespace napier::driver
