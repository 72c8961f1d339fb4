"""Faults of machines of real numbers, from their gates to their compiler."""

from mutation import Mutation

RANDOM = "random programs on mx-small"
REFUSED = "a machine of blocks refuses what it was not built for"
MODELS = "random models of blocks and of piecewise-affine products"

MUTATIONS = [
    Mutation("rtl/mx/real_core.sv", "the third column group gets its activations with the second",
             "side_q <= sides[(r-1)*SideBits +: SideBits];", "side_q <= sides[SideBits-1:0];", "lockstep", RANDOM),
    Mutation("rtl/mx/real_core.sv", "a tile is finished when its first columns are",
             "assign drained_o = drains[Words-1];", "assign drained_o = drains[0];", "lockstep", RANDOM),
    Mutation("rtl/array/executor.sv", "a pass does not wait for the accumulators of the one before",
             "(Turn > Rows) ? Turn : Rows;", "Rows;", "lockstep", RANDOM),
    Mutation("rtl/array/command_check.sv", "a lower clamp may be NaN", "|| bad_elements || low_nan || high_nan;",
             "|| bad_elements || high_nan;", "lockstep", REFUSED),
    Mutation("sim/mx/real_core.cpp", "the array drains a cycle early",
             "MxAccumulators::add_cycles(bits) + 1;", "MxAccumulators::add_cycles(bits);", "lockstep", RANDOM),
    Mutation("sim/post/post_processor.cpp", "blocks and scalars take the same time",
             "mx_write_cycles(command.element_output, machine.post_lanes)",
             "mx_write_cycles(spec::scalar_float32, machine.post_lanes)", "lockstep", RANDOM),
    Mutation("sw/golden/interpreter/legality.cpp", "a lower clamp may be NaN",
             "is_number(exec::float_low) && ", "", "sw", "what a machine of blocks refuses"),
    Mutation("sw/formats/block.cpp", "an element's upper bits spill into the next",
             "held & ((1u << element.bits) - 1)", "held", "sw", "a block in memory*"),
    Mutation("driver/compile/real/emit.cpp", "every tap reads the input of the first",
             "part_of(plan_.y, box.ky, 1).positions", "part_of(plan_.y, 0, 1).positions", "driver",
             "buffers so small*"),
    Mutation("driver/compile/real/pack.cpp", "a word's columns stand one behind their place",
             "column % span * pitch]", "(column + 1) % span * pitch]", "driver", MODELS),
    Mutation("driver/compile/real/plan.cpp", "the parts of an axis keep its padding",
             "part.pad -= first * axis.dilation;", "part.pad -= 0;", "driver", "buffers so small*"),
    Mutation("driver/compile/real/formats.cpp", "a block may be filled with what is no zero",
             "if (fills && ", "if (!fills && ", "driver", "what a machine of real numbers*"),
]
