"""Faults of the importer."""

from mutation import Mutation


def fault(path, text, before, after):
    # [files]: cases that read the trained models, which the copy of the tree leaves out.
    return Mutation(f"sw/import/{path}", text, before, after, "import", "~[files]~[mutants]")


MUTATIONS = [
    fault("external_data.cpp", "a second hard link is taken", "status.st_nlink != 1", "status.st_nlink < 1"),
    fault("external_data.cpp", "links are followed", "O_RDONLY | O_NOFOLLOW |", "O_RDONLY |"),
    fault("external_data.cpp", "a length past the end is taken", "length > size - offset)", "length > size)"),
    fault("constant.cpp", "products of dimensions overflow", "count > limit / dim", "count > limit"),
    fault("order.cpp", "nodes out of order stay so", "return in_place_ ? order_ : sorted_;", "return order_;"),
    fault("tensor_reader.cpp", "the high half of a byte is the first int4",
          "static_cast<int>(i % per_byte) * kind.bits", "static_cast<int>(per_byte - 1 - i % per_byte) * kind.bits"),
    fault("scale_layer.cpp", "the input's zero point is forgotten",
          "bias -= has_products() ? input_zero_ * sum : 0;", "bias -= 0 * sum;"),
    fault("scale_layer.cpp", "a negative step does not negate the bias",
          "(step < 0.0 ? -from_.bias_steps[o] : from_.bias_steps[o])", "from_.bias_steps[o]"),
    fault("scale_layer.cpp", "Relu clamps at 0 instead of the zero point",
          "bound(expression.low, grid)), layer.clamp_high)",
          "bound(expression.low, grid) - grid.zero_point), layer.clamp_high)"),
    fault("convolution.cpp", "weights stay channels first", "weight[(o * in + i) * taps + tap]",
          "weight[o * in * taps + tap * in + i]"),
    fault("convolution.cpp", "weights of distances stand beside the input's zero point",
          "value = static_cast<int8_t>(moved);", "value = static_cast<int8_t>(value);"),
    fault("scale_layer.cpp", "distances are corrected for the zero point", "bias -= has_products() ? input",
          "bias -= has_products() || input_zero_ > 0 ? input"),
    fault("product.cpp", "a flattened image is read channels last", "place = place * reach.window.of(axis) + at;",
          "place = place + at * reach.window.of(axis);"),
    fault("pool.cpp", "padding that does not count is taken as counting", "if (placed.has_padding &&",
          "if (!placed.has_padding &&"),
    fault("pool.cpp", "an average is a sum", "step /= static_cast<double>(taps);", "step /= 1.0 + 0.0 * taps;"),
    fault("window.cpp", "SAME_LOWER pads like SAME_UPPER", "? total / 2 : total - total / 2;",
          "? total / 2 : total / 2;"),
    fault("window.cpp", "dilation does not widen the window", "return dilation * (kernel - 1) + 1;", "return kernel;"),
    fault("normalize.cpp", "the mean is not scaled", "offset[o] -= mean[o] * factor[o];", "offset[o] -= mean[o];"),
    fault("normalize.cpp", "a negative factor keeps the bounds' order", "if (values[0] < 0.0) {",
          "if (values[0] < -1e9) {"),
    fault("arithmetic.cpp", "a difference is a sum", "if (sign < 0.0) {\n        multiply_channels(",
          "if (sign < -1.0) {\n        multiply_channels("),
    fault("arithmetic.cpp", "residuals of other shapes are added",
          "residual.extents != expression.extents || residual.view != expression.view",
          "residual.extents.channels != expression.extents.channels"),
    fault("quantize.cpp", "uint8 is taken for int8",
          "parameters.kind->bits == 8 && !parameters.kind->is_signed ? -128 : 0",
          "parameters.kind->bits == 9 ? -128 : 0"),
    fault("quant.cpp", "narrow takes nothing off", "return {-half + is_narrow, half - 1};",
          "return {-half, half - 1 + 0 * is_narrow};"),
    fault("layers.cpp", "an input is read in two shapes", "activation.generation != now.generation) {",
          "activation.generation > now.generation) {"),
    fault("pad.cpp", "any number pads", "pad_value(lowering, node) != zero_of(",
          "pad_value(lowering, node) < zero_of("),
    fault("scale_layer.cpp", "a sum of exactly zero is -1", "std::floor(bias / std::abs(step)) +",
          "std::ceil(bias / std::abs(step)) - 1.0 +"),
    fault("weights.cpp", "a weight outside int8 wraps", "value < -128 || value > 127", "value < -129 || value > 512"),
]
