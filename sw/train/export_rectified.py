"""Writes digits_rectified.onnx: digits_int8 with a Relu behind conv3 in the place of its quantizer.

What is added is then a rectified layer, and the sum has one rounding. The
weights are those of digits_int8, trained without that Relu.
"""

import os

import onnx

from parameters import MODEL_FOLDER, RECTIFIED_MODEL

SOURCE = "digits_int8"
LAYER = "conv3_output"


def rectified(model):
    """The model with a Relu in the place of the quantizer of LAYER."""
    graph = model.graph
    quantizers = {LAYER + "_quantize", LAYER + "_dequantize"}
    kept = []
    for node in graph.node:
        if node.name == LAYER + "_dequantize":
            kept.append(onnx.helper.make_node("Relu", [LAYER], [node.output[0]], name="conv3_relu"))
        elif node.name not in quantizers:
            kept.append(node)
    constants = [entry for entry in graph.initializer
                 if entry.name not in (LAYER + "_scale", LAYER + "_zero_point")]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(kept)
    graph.initializer.extend(constants)
    graph.name = RECTIFIED_MODEL
    model.doc_string = "8x8 digits, int8 weights, a Relu before the sum"
    onnx.checker.check_model(model, full_check=True)
    return model


def main():
    path = os.path.join(MODEL_FOLDER, RECTIFIED_MODEL + ".onnx")
    onnx.save(rectified(onnx.load(os.path.join(MODEL_FOLDER, SOURCE + ".onnx"))), path)
    print(f"  {RECTIFIED_MODEL}.onnx: {os.path.getsize(path)} bytes")


if __name__ == "__main__":
    main()
