"""The faults to plant: file, exact text, replacement, and the test that must fail."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Mutation:
    path: str    # file, from the repository's root
    fault: str   # what is wrong, in words
    before: str  # stands exactly once in the file
    after: str
    suite: str   # executable test_<suite> must fail
    case: str = ""  # Catch2's selection of test cases; empty: all


MUTATIONS = [
    Mutation("sw/golden/requantize.cpp", "ties round up instead of to even",
             "above || (tie && odd)", "above || (tie && (odd || shift > 0))", "sw"),
    Mutation("sw/golden/requantize.cpp", "truncates instead of the floor",
             "if (remainder < 0) {", "if (remainder < -unit) {", "sw"),
    Mutation("sw/golden/requantize.cpp", "the residual's zero point is forgotten",
             "residual - column.residual_zero", "residual", "sw"),
]
