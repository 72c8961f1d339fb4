"""All faults to plant."""

import hardware
import importer
import quantizers
import simulator
import software

MUTATIONS = [*software.MUTATIONS, *importer.MUTATIONS, *quantizers.MUTATIONS, *hardware.MUTATIONS,
             *simulator.MUTATIONS]
