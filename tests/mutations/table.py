"""All faults to plant."""

import attention_faults
import comparators
import hardware
import importer
import interfaces
import mapping_faults
import microscaling
import microscaling_units
import platform_faults
import profile_faults
import quantizers
import real_machines
import robustness
import row_faults
import simulator
import software
import synthesis
import table_faults
import window_faults
import zoo

MUTATIONS = [*comparators.MUTATIONS, *software.MUTATIONS, *importer.MUTATIONS, *microscaling.MUTATIONS,
             *quantizers.MUTATIONS, *hardware.MUTATIONS, *microscaling_units.MUTATIONS, *simulator.MUTATIONS,
             *zoo.MUTATIONS, *profile_faults.MUTATIONS, *synthesis.MUTATIONS, *real_machines.MUTATIONS,
             *interfaces.MUTATIONS, *mapping_faults.MUTATIONS, *platform_faults.MUTATIONS, *robustness.MUTATIONS,
             *window_faults.MUTATIONS, *table_faults.MUTATIONS, *attention_faults.MUTATIONS,
             *row_faults.MUTATIONS]
