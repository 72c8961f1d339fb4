"""All faults to plant."""

import hardware
import simulator
import software

MUTATIONS = [*software.MUTATIONS, *hardware.MUTATIONS, *simulator.MUTATIONS]
