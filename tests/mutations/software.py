"""Faults of the golden model and the driver."""

from mutation import Mutation

MUTATIONS = [
    Mutation("sw/golden/requantize.cpp", "ties round up instead of to even",
             "above || (tie && odd)", "above || (tie && (odd || shift > 0))", "sw"),
    Mutation("sw/golden/requantize.cpp", "truncates instead of the floor",
             "if (remainder < 0) {", "if (remainder < -unit) {", "sw"),
    Mutation("sw/golden/requantize.cpp", "the residual's zero point is forgotten",
             "residual - column.residual_zero", "residual", "sw"),
    Mutation("sw/golden/layer.cpp", "dilation is taken for stride",
             "kx * window.dilation_x", "kx * window.stride_x", "sw"),
    Mutation("sw/golden/layer.cpp", "padding is 0 instead of the zero point",
             ": tensor.zero_point;", ": 0;", "sw"),
    Mutation("sw/golden/scaling.cpp", "a significand of exactly 2^24 is allowed",
             "nearest_even(scaled) < significand_limit", "nearest_even(scaled) <= significand_limit", "sw"),
    Mutation("sw/golden/accumulator_bound.cpp", "partial sums are not bounded",
             "partial.high += std::max<int64_t>(term.high, 0);", "partial.high += 0 * term.high;", "sw"),
    Mutation("sw/formats/formats.cpp", "the ternary code 10 reads as -1",
             "return !present ? 0 : negated ? -1 : +1;", "return negated ? -1 : present ? +1 : 0;", "sw"),
    Mutation("sw/golden/interpreter/legality.cpp", "a tile of one pixel too many is allowed",
             "> machine.accumulator_depth)", "> machine.accumulator_depth + 1)", "sw"),
    Mutation("sw/golden/interpreter/load.cpp", "the memory's stride in y is that in x",
             "y * field(load::memory_stride_y)", "y * field(load::memory_stride_x)", "sw"),
    Mutation("sw/golden/interpreter/tokens.cpp", "a token is given to the wrong queue",
             "++count_[own][peer];", "++count_[peer][own];", "sw"),
    Mutation("driver/compile/tokens.cpp", "a write does not wait for earlier reads",
             "if (access.write) require(reader);", "if (access.write && reader < 0) require(reader);", "driver"),
    Mutation("driver/compile/exec.cpp", "the tile's first tap in x is forgotten",
             "(origin_x - tile.x.begin) * pixel", "(origin_x - tile.x.begin + box.kx) * pixel", "driver"),
    Mutation("driver/compile/weights.cpp", "lanes of a weight stand one bit too far",
             "lane * width, width,", "lane * width + lane, width,", "driver"),
]
