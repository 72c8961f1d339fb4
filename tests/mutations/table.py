"""All faults to plant."""

import hardware
import importer
import simulator
import software

MUTATIONS = [*software.MUTATIONS, *importer.MUTATIONS, *hardware.MUTATIONS, *simulator.MUTATIONS]
