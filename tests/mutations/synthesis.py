"""Faults of the statement for high-level synthesis."""

from mutation import Mutation

MUTATIONS = [
    Mutation("hls/products.hpp", "a negative ternary weight counts without its present bit",
             "if (!present) return 0;", "if (!present && !negative) return 0;", "hls"),
    Mutation("hls/pe.hpp", "new weights count in the cycle in which they come",
             "sum = sum_in.read();", "sum = sum_in.read();\n        if (load.read()) held_ = weights.read();", "hls"),
    Mutation("hls/float32.hpp", "ties round up", "(rest == 4 && whole.test(0))", "rest == 4", "hls"),
    Mutation("hls/float32.hpp", "what is moved out of the window is forgotten",
             "(kept << places) == magnitude ? kept : Window(kept | Window(1))", "kept", "hls"),
    Mutation("hls/mx_block.hpp", "an infinity times zero is an infinity", "(infinite && zero)",
             "(infinite && zero && minus)", "hls"),
    Mutation("hls/pam.hpp", "an overflow keeps its pattern", "if (sum >= 0x7F80) return 0x7FC0;", "", "hls"),
]
