"""A small vision transformer in QDQ form with seeded weights, and what onnxruntime makes of it.

Writes sw/models/transformer.onnx, and for IMAGES random images transformer_tensors/<tensor>.npy: every quantized
tensor as int8 [images][pixels][channels], the way the machine holds it, and transformer_logits.npy.

One block: patches of an image, a class token, an embedding of places, LayerNormalization, attention of two heads with a
bias for each pair of tokens as its mask, both residuals, a Gelu and a product of two activations; the class token's
scores. Needs onnxruntime alone, no training.
"""

import os

import numpy
import onnx
from onnx import TensorProto, helper

from graph import GraphBuilder
from parameters import MODEL_FOLDER
from session import make_session

NAME = "transformer"
OPSET, IR_VERSION = 17, 8
IMAGES, SIZE, PATCH, CHANNELS, HEADS, HIDDEN, CLASSES = 4, 16, 4, 32, 2, 64, 10
SIDE = SIZE // PATCH
TOKENS = SIDE * SIDE + 1
DEPTH = CHANNELS // HEADS
RANDOM = numpy.random.default_rng(20)


def finished(graph, output, shape):
    """The checked model that ends with a float value."""
    proto = helper.make_graph(
        graph.nodes, graph.name, [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, SIZE, SIZE])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)], graph.initializers)
    model = helper.make_model(proto, producer_name="napier-train", opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model, full_check=True)
    return model


class Network:
    """A graph whose activations are quantized around 0, with the range that they have on the images."""

    def __init__(self, images):
        self.graph, self.images = GraphBuilder(NAME), images
        self.quantized = {}  # name -> function of an image's integers to [pixels][channels]

    def values(self, name):
        """Of a value on every image."""
        graph = self.graph
        proto = helper.make_graph(graph.nodes, graph.name,
                                  [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, SIZE, SIZE])],
                                  [onnx.ValueInfoProto(name=name)], graph.initializers)
        model = helper.make_model(proto, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = IR_VERSION
        session = make_session(model)
        return numpy.stack([session.run(None, {"input": image})[0] for image in self.images])

    def activation(self, name, order):
        """order: of an image's values to [pixels][channels]."""
        scale = numpy.float32(numpy.abs(self.values(name)).max() / 127)
        self.quantized[name + "_quantized"] = order
        return self.graph.activation(name, scale, numpy.int8(0))

    def node(self, operator, name, inputs, **attributes):
        return self.graph.node(operator, name, inputs, name, **attributes)

    def integers(self, name, values):
        return self.graph.constant(name, numpy.array(values, numpy.int64))

    def normal(self, shape, spread):
        return RANDOM.normal(0.0, spread, shape).astype(numpy.float32)

    def weight(self, name, shape, axis):
        """Random int8 with a scale for each output channel, so that products have about the variance 1."""
        integers = RANDOM.integers(-127, 128, shape, numpy.int8)
        depth = integers.size / shape[axis]
        scale = RANDOM.uniform(0.8, 1.2, shape[axis]).astype(numpy.float32) / numpy.float32(73 * numpy.sqrt(depth))
        constants = [self.graph.constant(name + "_quantized", integers), self.graph.constant(name + "_scale", scale),
                     self.graph.constant(name + "_zero_point", numpy.zeros(shape[axis], numpy.int8))]
        return self.graph.node("DequantizeLinear", name + "_dequantize", constants, name, axis=axis), scale

    def bias(self, name, input_name, scale):
        """Random int32 on the accumulator's grid."""
        step = (scale * self.scale(input_name)).astype(numpy.float32)
        integers = numpy.rint(self.normal(scale.shape, 0.3) / step).astype(numpy.int32)
        return self.graph.parameter(name, integers, step)

    def scale(self, name):
        wanted = name.removesuffix("_dequantized") + "_scale"
        return next(onnx.numpy_helper.to_array(one) for one in self.graph.initializers if one.name == wanted)

    def dense(self, name, value, shape, quantized=None):
        """A product with a bias; its float value. quantized: of which the value is a view."""
        weight, scale = self.weight(name + "_weight", shape, 1)
        product = self.node("MatMul", name + "_product", [value, weight])
        return self.node("Add", name, [product, self.bias(name + "_bias", quantized or value, scale)])


def rows(values):
    """[1, pixels, channels], or [1, channels]."""
    return values.reshape(-1, values.shape[-1])


def image_rows(values):
    """[1, channels, height, width]."""
    return values[0].transpose(1, 2, 0).reshape(-1, values.shape[1])


def head_rows(values):
    """[1, heads, tokens, n]."""
    return values[0].transpose(1, 0, 2).reshape(values.shape[2], -1)


def tokens_of(network):
    """The patches behind the class token, with their places."""
    image = network.activation("input", image_rows)
    weight, scale = network.weight("patches_weight", (CHANNELS, 3, PATCH, PATCH), 0)
    bias = network.bias("patches_bias", image, scale)
    network.node("Conv", "patches", [image, weight, bias], kernel_shape=[PATCH] * 2, strides=[PATCH] * 2)
    value = network.activation("patches", image_rows)
    value = network.node("Reshape", "flat", [value, network.integers("flat_shape", [1, CHANNELS, SIDE * SIDE])])
    value = network.node("Transpose", "turned", [value], perm=[0, 2, 1])
    token = network.graph.constant("class_token", network.normal((1, 1, CHANNELS), 0.5))
    network.node("Concat", "tokens", [token, value], axis=1)
    value = network.activation("tokens", rows)
    places = RANDOM.integers(-127, 128, (1, TOKENS, CHANNELS), numpy.int8)
    places = network.graph.parameter("places", places, numpy.float32(1 / 127))
    network.node("Add", "placed", [value, places])
    return network.activation("placed", rows)


def normalized(network, name, value):
    gain = network.graph.constant(name + "_gain", 1 + network.normal(CHANNELS, 0.1))
    offset = network.graph.constant(name + "_offset", network.normal(CHANNELS, 0.1))
    network.node("LayerNormalization", name, [value, gain, offset], axis=-1, epsilon=1e-6)
    return network.activation(name, rows)


def attention(network, value):
    network.dense("joint", value, (CHANNELS, 3 * CHANNELS))
    joint = network.activation("joint", rows)
    heads = []
    for i, name in enumerate("qkv"):
        part = network.node("Slice", name, [joint, network.integers(name + "_start", [i * CHANNELS]),
                                            network.integers(name + "_end", [(i + 1) * CHANNELS]),
                                            network.integers(name + "_axis", [2])])
        part = network.node("Reshape", name + "_split",
                            [part, network.integers(name + "_shape", [1, TOKENS, HEADS, DEPTH])])
        heads.append(network.node("Transpose", name + "_heads", [part], perm=[0, 2, 1, 3]))
    keys = network.node("Transpose", "k_turned", [heads[1]], perm=[0, 1, 3, 2])
    product = network.node("MatMul", "qk", [heads[0], keys])
    network.node("Mul", "scores", [product, network.graph.constant("scores_factor", numpy.float32(DEPTH ** -0.5))])
    scores = network.activation("scores", head_rows)
    bias = network.graph.constant("pair_bias", network.normal((HEADS, TOKENS, TOKENS), 0.5))
    network.node("Softmax", "shares", [network.node("Add", "biased", [scores, bias])], axis=-1)
    network.node("MatMul", "mixed", [network.activation("shares", head_rows), heads[2]])
    mixed = network.activation("mixed", head_rows)
    mixed = network.node("Transpose", "mixed_tokens", [mixed], perm=[0, 2, 1, 3])
    mixed = network.node("Reshape", "joined", [mixed, network.integers("joined_shape", [1, TOKENS, CHANNELS])])
    return network.dense("projected", mixed, (CHANNELS, CHANNELS), "mixed_dequantized")


def feed_forward(network, value):
    network.dense("gate", value, (CHANNELS, HIDDEN))
    gate = network.activation("gate", rows)
    half = network.graph.constant("half", numpy.float32(0.5))
    one = network.graph.constant("one", numpy.float32(1.0))
    root = network.graph.constant("root", numpy.float32(numpy.sqrt(2.0)))
    error = network.node("Erf", "error", [network.node("Div", "divided", [gate, root])])
    error = network.node("Mul", "weighted", [gate, network.node("Add", "raised", [error, one])])
    network.node("Mul", "gelu", [error, half])
    gate = network.activation("gelu", rows)
    network.dense("up", value, (CHANNELS, HIDDEN))
    network.node("Mul", "gated", [gate, network.activation("up", rows)])
    return network.dense("down", network.activation("gated", rows), (HIDDEN, CHANNELS))


def build(images):
    network = Network(images)
    value = tokens_of(network)
    network.node("Add", "sum1", [attention(network, normalized(network, "norm1", value)), value])
    value = network.activation("sum1", rows)
    network.node("Add", "sum2", [feed_forward(network, normalized(network, "norm2", value)), value])
    value = normalized(network, "norm3", network.activation("sum2", rows))
    value = network.node("Slice", "first", [value, network.integers("first_start", [0]),
                                            network.integers("first_end", [1]), network.integers("first_axis", [1])])
    value = network.node("Reshape", "first_flat", [value, network.integers("first_shape", [1, CHANNELS])])
    network.dense("logits", value, (CHANNELS, CLASSES), "norm3_dequantized")
    return network, network.activation("logits", rows)


def main():
    images = RANDOM.normal(0.0, 1.0, (IMAGES, 1, 3, SIZE, SIZE)).astype(numpy.float32)
    network, output = build(images)
    onnx.save(finished(network.graph, output, [1, CLASSES]), os.path.join(MODEL_FOLDER, NAME + ".onnx"))
    folder = os.path.join(MODEL_FOLDER, NAME + "_tensors")
    os.makedirs(folder, exist_ok=True)
    recorded = {name: numpy.stack([order(image) for image in network.values(name)])
                for name, order in network.quantized.items()}
    for i, name in enumerate("qkv"):
        recorded[name] = recorded["joint_quantized"][:, :, i * CHANNELS:(i + 1) * CHANNELS].copy()
    recorded["first"] = recorded["norm3_quantized"][:, :1].copy()
    for name in ("joint", "gate"):  # no tensors of the machine
        del recorded[name + "_quantized"]
    for name, values in recorded.items():
        numpy.save(os.path.join(folder, name + ".npy"), values)
    numpy.save(os.path.join(MODEL_FOLDER, NAME + "_logits.npy"), network.values(output).reshape(IMAGES, CLASSES))
    print(f"  {NAME}: {len(recorded)} tensors of {IMAGES} images")


if __name__ == "__main__":
    main()
