"""All faults to plant."""

import software

MUTATIONS = [*software.MUTATIONS]
