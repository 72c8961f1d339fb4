#pragma once
// Which number format of a machine runs a layer, and in how many planes.

#include <string>

#include "sw/model/model.hpp"
#include "sw/spec/spec.hpp"

namespace napier::driver {

struct FormatChoice {
    const spec::Format* format = nullptr;
    int planes = 1;  // more than one: of trits (sw/formats/planes.hpp), each in `format`
    std::string reason;
};

// The machine's format with the most lanes that computes the layer's operation, holds every weight, and has a weight
// that annuls, because the last vector of a pixel may have lanes that belong to no channel; else planes of trits in the
// machine's format with the most lanes that holds -1, 0 and +1.
// Error (unsupported): the machine has neither.
FormatChoice choose_format(const Layer& layer, const spec::Machine& machine);

}  // namespace napier::driver
