"""A small builder of quantized ONNX graphs in QDQ form.

Naming: the float tensor `x_output` of an operation is followed by
QuantizeLinear node `x_output_quantize` -> tensor `x_output_quantized` and
DequantizeLinear node `x_output_dequantize` -> tensor `x_output_dequantized`,
with initializers `x_output_scale` and `x_output_zero_point`. A parameter `p`
is initializer `p_quantized`, `p_scale`, `p_zero_point` and node `p_dequantize`.
"""

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 13
IR_VERSION = 8


class GraphBuilder:
    """Collects nodes and initializers in graph order."""

    def __init__(self, name):
        self.name = name
        self.nodes = []
        self.initializers = []

    def constant(self, name, values):
        """Add an initializer and return its name."""
        self.initializers.append(numpy_helper.from_array(numpy.asarray(values), name))
        return name

    def node(self, operator, name, inputs, output, **attributes):
        """Add a node with one output and return the output's name; `domain` among the attributes."""
        self.nodes.append(helper.make_node(operator, inputs, [output], name=name,
                                           **attributes))
        return output

    def activation(self, name, scale, zero_point, output=None):
        """Quantize and dequantize a float tensor; return the float result.

        scale: float32 scalar; zero_point: int8 or uint8 scalar array.
        """
        constants = [self.constant(name + "_scale", scale),
                     self.constant(name + "_zero_point", zero_point)]
        quantized = self.node("QuantizeLinear", name + "_quantize",
                              [name] + constants, name + "_quantized")
        return self.node("DequantizeLinear", name + "_dequantize",
                         [quantized] + constants, output or name + "_dequantized")

    def parameter(self, name, integers, scale):
        """Dequantize an integer initializer per output channel (axis 0) or as a whole.

        integers: int8 or int32 [outputs, ...]; scale: float32 [outputs] or a scalar.
        """
        zeros = numpy.zeros(scale.shape, integers.dtype)
        inputs = [self.constant(name + "_quantized", integers),
                  self.constant(name + "_scale", scale),
                  self.constant(name + "_zero_point", zeros)]
        axis = {"axis": 0} if scale.ndim else {}
        return self.node("DequantizeLinear", name + "_dequantize", inputs, name, **axis)

    def model(self, input_shape, output_name, output_shape, documentation):
        """Finish: a checked ModelProto with float32 `input` and one output."""
        graph = helper.make_graph(
            self.nodes, self.name,
            [helper.make_tensor_value_info("input", TensorProto.FLOAT, input_shape)],
            [helper.make_tensor_value_info(output_name, TensorProto.FLOAT, output_shape)],
            self.initializers)
        domains = sorted({node.domain for node in self.nodes if node.domain})
        imports = [helper.make_opsetid("", OPSET), *(helper.make_opsetid(domain, 1) for domain in domains)]
        model = helper.make_model(graph, producer_name="napier-train", opset_imports=imports)
        model.ir_version = IR_VERSION
        model.doc_string = documentation
        onnx.checker.check_model(model, full_check=True)
        return model
