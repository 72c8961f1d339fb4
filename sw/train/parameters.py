"""Trained parameters as NumPy arrays, between training and export.

build/train/<kind>.npz holds, for layer in conv1..conv4 and gemm:
    <layer>_weight          int8 [outputs, inputs(, 3, 3)]
    <layer>_weight_scale    float32 [outputs], real weight = weight * scale
for the convolutions also <layer>_gamma, _beta, _mean, _variance, float32
[outputs] (batch normalization, epsilon EPSILON); for gemm also gemm_bias,
float32 [10]; and for every activation <name>_scale (float32) and
<name>_zero_point (int8 or uint8, which is also the type of the tensor).
For kind float the weights are float32 and there are no scales.
"""

import os

import numpy

EPSILON = 1e-5
HERE = os.path.dirname(os.path.abspath(__file__))
WORK_FOLDER = os.path.join(HERE, "..", "..", "build", "train")
MODEL_FOLDER = os.path.join(HERE, "..", "models")
# Quantized models; the tensors of the first three are recorded, of the others labels and logits.
TENSOR_MODELS = ("digits_ternary", "digits_int8", "digits_ternary_bn")
MODELS = TENSOR_MODELS + ("digits_int4", "digits_apot", "digits_palette", "digits_shift", "digits_ttq",
                          "digits_binary")
CHAIN_MODEL = "digits_chain"  # of float32, without residual and pool
FLOAT_MODELS = ("digits_float", CHAIN_MODEL)
FLOAT_MODEL = FLOAT_MODELS[0]
CONVERTED_MODEL = "digits_vsq"  # by napier quantize, from CHAIN_MODEL
RECTIFIED_MODEL = "digits_rectified"  # by export_rectified.py, from digits_int8
CUSTOM_MODELS = ("digits_adder", "digits_xnor", "digits_mxfp4")  # onnxruntime cannot run them
CONVOLUTIONS = ("conv1", "conv2", "conv3", "conv4")


def _array(tensor, kind=numpy.float32):
    return tensor.detach().numpy().astype(kind)


def _weight_arrays(kind, name, quantizer, weight):
    if kind == "float":
        return {name + "_weight": _array(weight)}
    return {name + "_weight": _array(quantizer.integers(weight), numpy.int8),
            name + "_weight_scale": _array(quantizer.scales(weight))}


def save_parameters(kind, network):
    """Write build/train/<kind>.npz from a trained network.DigitNetwork."""
    arrays = {}
    for name, layer in network.convolutions() if hasattr(network, "convolutions") else ():
        normalization = layer.normalization
        assert normalization.eps == EPSILON
        arrays.update(_weight_arrays(kind, name, layer.quantizer, layer.weight))
        arrays[name + "_gamma"] = _array(normalization.weight)
        arrays[name + "_beta"] = _array(normalization.bias)
        arrays[name + "_mean"] = _array(normalization.running_mean)
        arrays[name + "_variance"] = _array(normalization.running_var)
    arrays.update(_weight_arrays(kind, "gemm", network.gemm_quantizer, network.gemm.weight))
    arrays["gemm_bias"] = _array(network.gemm.bias)
    for name, activation in network.activations.items() if kind != "float" else ():
        scale, zero_point, lowest, _ = activation.scale_and_zero_point()
        kind_of_tensor = numpy.uint8 if lowest == 0 else numpy.int8
        arrays[name + "_scale"] = _array(scale)
        arrays[name + "_zero_point"] = numpy.array(zero_point, kind_of_tensor)
    os.makedirs(WORK_FOLDER, exist_ok=True)
    numpy.savez(os.path.join(WORK_FOLDER, kind + ".npz"), **arrays)


def load_parameters(kind):
    """Read build/train/<kind>.npz into a dictionary of arrays."""
    with numpy.load(os.path.join(WORK_FOLDER, kind + ".npz")) as stored:
        return {name: stored[name] for name in stored.files}


def fold_normalization(parameters, layer, input_scale):
    """Fold a convolution's batch normalization into integers.

    Returns (weight int8, weight scale float32 [outputs], bias int32 [outputs]
    in units of input_scale * weight scale). Channels with negative gamma have
    their weights negated, so that scales stay positive.
    """
    deviation = numpy.sqrt(parameters[layer + "_variance"].astype(numpy.float64) + EPSILON)
    factor = parameters[layer + "_gamma"] / deviation
    signs = numpy.where(factor < 0, -1, 1).astype(numpy.int8)
    weight = parameters[layer + "_weight"] * signs[:, None, None, None]
    scale = (parameters[layer + "_weight_scale"] * numpy.abs(factor)).astype(numpy.float32)
    shift = parameters[layer + "_beta"] - parameters[layer + "_mean"] * factor
    return weight, scale, round_bias(shift, input_scale, scale)


def round_bias(bias, input_scale, weight_scale):
    """Real bias [outputs] -> int32 in units of input_scale * weight_scale."""
    unit = input_scale.astype(numpy.float64) * weight_scale.astype(numpy.float64)
    rounded = numpy.rint(bias / unit)
    assert numpy.all(numpy.abs(rounded) < 2 ** 31)
    return rounded.astype(numpy.int32)


def normalization_on_grid(parameters, layer, input_scale):
    """Beta moved so that folding gives the rounded integer bias; float32."""
    _, scale, bias = fold_normalization(parameters, layer, input_scale)
    deviation = numpy.sqrt(parameters[layer + "_variance"].astype(numpy.float64) + EPSILON)
    factor = parameters[layer + "_gamma"] / deviation
    shift = bias * input_scale.astype(numpy.float64) * scale.astype(numpy.float64)
    return (shift + parameters[layer + "_mean"] * factor).astype(numpy.float32)
