"""What one planted fault is."""

import dataclasses

# Kinds by the beginning of the path; the first that fits counts.
KINDS = {
    "hardware": ("rtl/",),
    "simulator": ("sim/",),
    "golden": ("sw/golden/", "sw/formats/"),
    "comparators": ("tests/", "driver/session/", "driver/verify/", "driver/device/"),
    "software": ("sw/", "driver/", "hls/"),
}


@dataclasses.dataclass(frozen=True)
class Mutation:
    path: str         # file, from the repository's root
    fault: str        # what is wrong, in words
    before: str       # stands exactly once in the file
    after: str
    suite: str        # executable test_<suite> must fail
    case: str = ""    # Catch2's selection of test cases; empty: all
    ci: bool = False  # planted in every run of CI: cheap to build, and one for each thing that can break

    @property
    def kind(self):
        return next(kind for kind, folders in KINDS.items() if self.path.startswith(folders))
