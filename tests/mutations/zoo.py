"""Faults of the zoo and of SqueezeNext's study."""

from mutation import Mutation

MUTATIONS = [
    Mutation("sw/zoo/squeezenext.cpp", "every version has the first one's shortcut",
             "SqueezeNext network(builder, version > 1);", "SqueezeNext network(builder, version > 9);", "zoo"),
    Mutation("sw/zoo/pointwise.cpp", "a Relu is quantized before a sum",
             "like.is_open = input.is_open;", "like.is_open = false;", "zoo"),
    Mutation("sw/zoo/pointwise.cpp", "ceil mode is forgotten",
             "(is_ceil ? window.stride - 1 : 0)", "(is_ceil ? 0 : 0)", "zoo"),
    Mutation("sw/zoo/mobilenet.cpp", "squeeze and excite has a quarter of the expanded channels",
             '(1, channels / 4), "Silu"}', '(1, channels * stage.factor / 4), "Silu"}', "zoo"),
    Mutation("sw/zoo/layer_weights.cpp", "the normalization is left out of the weights",
             "weights.values[i] *= norm.factor(i / plan_.per_channel)", "weights.values[i] *= 1.0f", "zoo"),
    Mutation("sw/zoo/layer_weights.cpp", "scales stay the quantizer's",
             "std::sqrt(before / after)", "std::sqrt(1.0 + 0 * before / after)", "zoo", ci=True),
    Mutation("sw/zoo/random.hpp", "the seed does not count", "key_(mixed(seed + step))", "key_(mixed(0 * seed + step))",
             "zoo"),
    Mutation("sw/quantize/onnx_writer.cpp", "tensors of a wrong size are written",
             "if (bytes.size() != value_bytes(tensors[i])) {", "if (bytes.size() > value_bytes(tensors[i]) + 9) {",
             "zoo", "Tensors of the wrong size*"),
    Mutation("sw/io/file.cpp", "a file that was not finished takes its place",
             "::unlink(beside_.c_str());", "::rename(beside_.c_str(), path_.c_str());", "zoo",
             "Tensors of the wrong size*"),
    Mutation("driver/squeezenext/machine.cpp", "the last outputs count as eight",
             "double(std::min(kept_outputs, sizes.outputs - first))", "double(kept_outputs)", "driver",
             "Cycles of both dataflows*"),
    Mutation("driver/squeezenext/machine.cpp", "outputs do not take room in the buffer",
             "inputs * parts(weights + outputs, buffer),", "inputs * parts(weights, buffer),", "driver",
             "Every published time*,A layer that fits*"),
    Mutation("driver/squeezenext/machine.cpp", "the first sum is read, too", "* sizes.taps - 1)", "* sizes.taps)",
             "driver", "The energy of a small layer*"),
]
