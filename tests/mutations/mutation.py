"""What one planted fault is."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Mutation:
    path: str       # file, from the repository's root
    fault: str      # what is wrong, in words
    before: str     # stands exactly once in the file
    after: str
    suite: str      # executable test_<suite> must fail
    case: str = ""  # Catch2's selection of test cases; empty: all
