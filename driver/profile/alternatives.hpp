#pragma once
// The same network with its weights in other formats: what its layers would take then.

#include <string>
#include <vector>

#include "sw/model/model.hpp"
#include "sw/spec/spec.hpp"

namespace napier::driver {

// Formats of the machine that any weights can be quantized to, by name.
std::vector<std::string> alternative_formats(const spec::Machine& machine);

// The weights of every convolution and product, quantized to the format a channel at a time; a layer of distances or of
// one-bit activations, an addition or a pool stays. The network then computes something else: its time and energy are
// right, its values mean nothing.
Model with_weights_in(const Model& model, const std::string& format);

}  // namespace napier::driver
