"""Faults of profiles and energy tables."""

from mutation import Mutation

MUTATIONS = [
    Mutation("driver/profile/activity.cpp", "a row's first beat counts whole",
             "(address % beat + length + beat - 1) / beat", "(0 * address + length + beat - 1) / beat", "driver",
             "Activities of all*"),
    Mutation("driver/profile/activity.cpp", "the first pass reads a sum",
             "!= 0 ? passes - 1 : passes;", "!= 0 ? passes : passes;", "driver", "What a layer of one tile*"),
    Mutation("driver/profile/energies.cpp", "zero weights cost as much as others",
             "layer.products * layer.planes - layer.zero_weight_products", "layer.products * layer.planes", "driver",
             "A layer's energies*", ci=True),
    Mutation("driver/profile/energies.cpp", "written bytes of buffers cost nothing",
             "return double(bytes.all()) *", "return double(bytes.read) *", "driver", "A layer's energies*"),
    Mutation("driver/energy/table.cpp", "capacities between the points take the nearest point",
             "return a.byte_energy * std::pow(capacity_bytes / a.capacity_bytes, slope);",
             "return slope > 0.0 ? a.byte_energy : b.byte_energy;", "driver", "A byte of a memory*"),
    Mutation("driver/energy/table.cpp", "a number without source passes",
             'text(value, where, "source")});', 'value.value("source", "")});', "driver", "A table that is not sound*"),
    Mutation("driver/squeezenext/graph.cpp", "groups of a convolution are forgotten",
             "layer.groups = groups;", "layer.groups = 1;", "driver",
             "The layers of a file*"),
    Mutation("driver/squeezenext/graph.cpp", "unknown operators are passed over",
             "} else if (!is_one_of(free_operators, node)) {", '} else if (node.operation == "MaxPool") {', "driver",
             "Operators that the estimated*"),
    Mutation("driver/profile/alternatives.cpp", "layers keep their format's name",
             "        layer.format = format;\n", "", "driver", "Only weights*"),
    Mutation("driver/profile/trace.cpp", "overlapping commands share a track",
             "if (ends[track] <= start) return track;", "if (ends[track] <= start || true) return track;", "driver",
             "The trace shows*"),
]
