"""Faults of microscaling and the piecewise-affine product."""

from mutation import Mutation

SW, QUANTIZE = "sw", "quantize"
MUTATIONS = [
    Mutation("sw/formats/element.cpp", "ties of elements go down", "rest == 0.5 && odd", "rest == 0.5 && !odd", SW),
    Mutation("sw/formats/element.cpp", "an element past the greatest is not clamped",
             "std::min(code, first + ", "std::max(0u, first + ", SW),
    Mutation("sw/formats/element.cpp", "subnormal elements have a binade of their own",
             "std::max(std::ilogb(magnitude), least)", "std::max(std::ilogb(magnitude), least - 1)", SW),
    Mutation("sw/formats/bfloat16.hpp", "ties of bfloat16 go up", "(rest == 0x8000 && (kept & 1) != 0)",
             "rest == 0x8000", SW),
    Mutation("sw/golden/mx/block.cpp", "a scale may be NaN without reason",
             "std::clamp(scale, 0, greatest_scale)", "std::clamp(scale, 0, greatest_scale + 1)", SW),
    Mutation("sw/golden/mx/block.cpp", "subnormal inputs count", "greatest = is_subnormal(value) ? greatest :",
             "greatest =", SW),
    Mutation("sw/golden/mx/block.cpp", "ceil is floor plus one", "is_power_of_two(greatest) ? binade : binade + 1",
             "is_power_of_two(greatest) ? binade + 1 : binade + 1", SW),
    Mutation("sw/golden/mx/block.cpp", "even leaves the tie below a power of two",
             "in_steps >= std::ldexp", "in_steps > std::ldexp", SW),
    Mutation("sw/golden/mx/dot.cpp", "one bias of the scales stays", "- 2 * spec::scale_bias",
             "- spec::scale_bias", SW),
    Mutation("sw/golden/mx/dot.cpp", "a NaN scale on the right is not seen",
             "a.scale == spec::scale_nan || b.scale == spec::scale_nan", "a.scale == spec::scale_nan", SW),
    Mutation("sw/golden/mx/exact.cpp", "bits far below do not break ties", "below = below || size.bit(place);",
             "below = size.bit(place);", SW),
    Mutation("sw/golden/mx/exact.cpp", "subnormal sums keep 24 bits", "least_exponent + point)",
             "least_exponent - 23 + point)", SW),
    Mutation("sw/golden/mx/exact.cpp", "infinities of both signs meet", "std::isinf(b) && a != b",
             "std::isinf(b) && a == b", SW),
    Mutation("sw/golden/mx/output.cpp", "zeros are equal to the clamp",
             "a < b || (a == b && std::signbit(a) && !std::signbit(b))", "a < b", SW),
    Mutation("sw/golden/pam.cpp", "the piecewise-affine product overflows into infinity",
             "if (magnitude >= bfloat16_infinity) {", "if (magnitude > bfloat16_infinity) {", SW),
    Mutation("sw/quantize/microscale.cpp", "blocks run across the axis", "first + i) * tensor.inner_count + inner",
             "first) * tensor.inner_count + inner + i", QUANTIZE),
]
