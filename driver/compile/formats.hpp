#pragma once
// Which number format of a machine runs a layer, and in how many planes.

#include <string>
#include <vector>

#include "sw/model/model.hpp"
#include "sw/spec/spec.hpp"

namespace napier::driver {

struct FormatChoice {
    const spec::Format* format = nullptr;
    int planes = 1;  // more than one: of trits (sw/formats/planes.hpp), each in `format`
    std::string reason;
};

// Everything that can run the layer exactly, the best first as choose_format() counts; the one named `wanted` alone if
// it is among them. Error (unsupported): nothing can.
std::vector<FormatChoice> format_choices(const Model& model, const Layer& layer, const spec::Machine& machine,
                                         const std::string& wanted = "");

// The layer as the machine runs it: a layer with scales of its input's vectors, on a machine that neither multiplies
// sums by scales nor needs planes of trits for it, has them in its weights, if int8 holds these products. The sums, and
// so all outputs, are the same. Else the layer itself.
Layer for_machine(const Model& model, const Layer& layer, const spec::Machine& machine);

// Of the machine's formats that compute the layer's operation and hold every weight, the one with the most lanes, then
// the least code; or the one named `wanted`, if it is among them. A format without a weight that annuls counts only if
// the bytes of a vector that belong to no channel do no harm (Geometry::is_exact). Else planes of trits in the
// machine's format with the most lanes that holds -1, 0 and +1.
// layer: for_machine. Error (unsupported): there is neither; names what the weights need and the machines that can.
FormatChoice choose_format(const Model& model, const Layer& layer, const spec::Machine& machine,
                           const std::string& wanted = "");

// A format of the machine that holds the layer's weights one by one, without tables or scales; null: none.
const spec::Format* lone_channel_format(const Layer& layer, const spec::Machine& machine);

}  // namespace napier::driver
