"""Records what onnxruntime makes of activation functions between two quantizers, for every quantized value.

Writes sw/models/activations/<name>.onnx, a graph in QDQ form with the input [1, 1, 16, 16], and of the input whose
quantized values are -128 to 127 (or 0 to 255) in order outputs.json: name -> the 256 quantized outputs.
"""

import json
import os

import numpy
import onnx
from onnx import TensorProto, helper

from graph import GraphBuilder
from parameters import MODEL_FOLDER
from session import make_session

FOLDER = os.path.join(MODEL_FOLDER, "activations")
OPSET = 18
IR_VERSION = 8
SHAPE = [1, 1, 16, 16]
CONTRIBUTED = "com.microsoft"  # domain of onnxruntime's own operators


class Function:
    """A graph from the value `x` on; each method adds a node and returns its output."""

    def __init__(self, name):
        self.graph = GraphBuilder(name)
        self.count = 0

    def node(self, operator, *inputs, **attributes):
        self.count += 1
        output = f"{operator.lower()}_{self.count}"
        return self.graph.node(operator, output, list(inputs), output, **attributes)

    def number(self, value):
        self.count += 1
        return self.graph.constant(f"number_{self.count}", numpy.float32(value))


def unary(operator, **attributes):
    return lambda f, x: f.node(operator, x, **attributes)


def silu(f, x):
    return f.node("Mul", x, f.node("Sigmoid", x))


def squared_relu(f, x):
    positive = f.node("Relu", x)
    return f.node("Mul", positive, positive)


def gelu_by_erf(f, x):
    error = f.node("Erf", f.node("Div", x, f.number(numpy.sqrt(2.0))))
    return f.node("Mul", f.node("Mul", x, f.node("Add", error, f.number(1.0))), f.number(0.5))


def gelu_by_tanh(f, x):
    cubic = f.node("Mul", f.node("Pow", x, f.number(3.0)), f.number(0.044715))
    inner = f.node("Mul", f.node("Add", x, cubic), f.number(numpy.sqrt(2.0 / numpy.pi)))
    bracket = f.node("Add", f.node("Tanh", inner), f.number(1.0))
    return f.node("Mul", f.node("Mul", x, f.number(0.5)), bracket)


def hard_swish_by_clip(f, x):
    bounded = f.node("Clip", f.node("Add", x, f.number(3.0)), f.number(0.0), f.number(6.0))
    return f.node("Div", f.node("Mul", x, bounded), f.number(6.0))


def greater_of_two(f, x):
    return f.node("Max", f.node("Neg", x), f.node("Mul", x, f.number(0.3)))


# name -> function, scale and zero point of its input
FUNCTIONS = {
    "hard_swish": (unary("HardSwish"), 0.05, numpy.int8(-7)),
    "hard_swish_by_clip": (hard_swish_by_clip, 0.07, numpy.uint8(120)),
    "hard_sigmoid": (unary("HardSigmoid", alpha=1.0 / 6.0, beta=0.5), 0.031, numpy.int8(3)),
    "hard_sigmoid_default": (unary("HardSigmoid"), 0.04, numpy.uint8(131)),
    "sigmoid": (unary("Sigmoid"), 0.06, numpy.int8(0)),
    "silu": (silu, 0.045, numpy.int8(-20)),
    "gelu_by_erf": (gelu_by_erf, 0.033, numpy.int8(-5)),
    "gelu_by_tanh": (gelu_by_tanh, 0.033, numpy.uint8(111)),
    "gelu": (unary("Gelu", domain=CONTRIBUTED), 0.029, numpy.int8(9)),
    "quick_gelu": (unary("QuickGelu", domain=CONTRIBUTED, alpha=1.702), 0.029, numpy.int8(-30)),
    "squared_relu": (squared_relu, 0.025, numpy.int8(-128)),
    "squared_relu_signed": (squared_relu, 0.03, numpy.int8(-1)),
    "tanh": (unary("Tanh"), 0.025, numpy.int8(4)),
    "leaky_relu": (unary("LeakyRelu", alpha=0.1), 0.08, numpy.int8(-60)),
    "elu": (unary("Elu", alpha=0.7), 0.04, numpy.int8(-50)),
    "selu": (unary("Selu"), 0.04, numpy.uint8(90)),
    "celu": (unary("Celu", alpha=0.6), 0.04, numpy.int8(-50)),
    "softplus": (unary("Softplus"), 0.05, numpy.int8(0)),
    "softsign": (unary("Softsign"), 0.09, numpy.int8(0)),
    "mish": (unary("Mish"), 0.04, numpy.int8(-40)),
    "thresholded_relu": (unary("ThresholdedRelu", alpha=0.5), 0.03, numpy.int8(0)),
    "greater_of_two": (greater_of_two, 0.05, numpy.int8(10)),
}


def finish(function, output, dtype):
    """The checked model."""
    graph = helper.make_graph(
        function.graph.nodes, function.graph.name,
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, SHAPE)],
        [helper.make_tensor_value_info(output, helper.np_dtype_to_tensor_dtype(numpy.dtype(dtype)), SHAPE)],
        function.graph.initializers)
    domains = sorted({node.domain for node in function.graph.nodes if node.domain})
    imports = [helper.make_opsetid("", OPSET), *(helper.make_opsetid(domain, 1) for domain in domains)]
    model = helper.make_model(graph, producer_name="napier-train", opset_imports=imports)
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model, full_check=not domains)
    return model


def build(name, output_scale, output_zero):
    """(model, its output); without a scale the float output."""
    body, scale, zero_point = FUNCTIONS[name]
    function = Function(name)
    x = function.graph.activation("input", numpy.float32(scale), numpy.asarray(zero_point))
    result = body(function, x)
    if output_scale is None:
        return finish(function, result, numpy.float32)
    constants = [function.graph.constant("output_scale", numpy.float32(output_scale)),
                 function.graph.constant("output_zero_point", numpy.asarray(output_zero))]
    output = function.graph.node("QuantizeLinear", "output_quantize", [result] + constants, "output")
    return finish(function, output, output_zero.dtype)


def every_value(zero_point, scale):
    """The input whose quantized values are all there are, in order."""
    kind = numpy.iinfo(zero_point.dtype)
    values = numpy.arange(kind.min, kind.max + 1, dtype=numpy.float32) - numpy.float32(zero_point)
    return (values * numpy.float32(scale)).reshape(SHAPE)


def record(name):
    """Writes the model; the 256 outputs."""
    _, scale, zero_point = FUNCTIONS[name]
    values = every_value(zero_point, scale)
    real = make_session(build(name, None, None)).run(None, {"input": values})[0]
    low, high = min(0.0, float(real.min())), float(real.max())
    output_scale = numpy.float32((high - low) / 255.0)
    output_zero = numpy.int8(numpy.clip(round(-128 - low / float(output_scale)), -128, 127))
    model = build(name, output_scale, output_zero)
    onnx.save(model, os.path.join(FOLDER, name + ".onnx"))
    return make_session(model).run(None, {"input": values})[0].reshape(-1).astype(int).tolist()


def main():
    os.makedirs(FOLDER, exist_ok=True)
    outputs = {name: record(name) for name in FUNCTIONS}
    with open(os.path.join(FOLDER, "outputs.json"), "w", encoding="ascii") as file:
        json.dump(outputs, file, indent=None, separators=(",", ":"))
        file.write("\n")
    print(f"  {len(outputs)} activation functions, 256 values each")


if __name__ == "__main__":
    main()
