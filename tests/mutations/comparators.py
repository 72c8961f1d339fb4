"""Faults of what compares: each must be noticed, or every comparison of the project says nothing."""

from mutation import Mutation


def session(fault, before, after, ci=False):
    return Mutation("driver/session/compare.cpp", fault, before, after, "driver", "The first difference of two runs*",
                    ci)


def lockstep(fault, before, after, case, ci=False):
    return Mutation("driver/verify/lockstep.cpp", fault, before, after, "driver", case, ci)


def campaign(fault, before, after, case, ci=False):
    return Mutation("driver/verify/campaign.cpp", fault, before, after, "driver", case, ci)


def checker(fault, before, after, case, ci=False):
    return Mutation("driver/device/verilated/axi_checker.cpp", fault, before, after, "driver", case, ci)


ONE_MORE = "One cycle*"
BYTES = "One bit of memory*"
EQUAL = "A campaign of equal devices*"

MUTATIONS = [
    session("ends of commands are not compared", "if (a[i] == b[i]) continue;",
            "if (a[i].start == b[i].start) continue;", ci=True),
    session("the last byte of memory is not compared", "if (left.memory[i] == right.memory[i]) continue;",
            "if (i + 1 == left.memory.size() || left.memory[i] == right.memory[i]) continue;", ci=True),
    session("only the first counter is compared", "if (left.times.counters[i] == right.times.counters[i]) continue;",
            "if (i > 0 || left.times.counters[i] == right.times.counters[i]) continue;"),
    session("times are never compared", "const bool both = !left.times.commands.empty() &&",
            "const bool both = left.times.commands.empty() &&"),
    session("a shorter memory is equal as far as it goes", "if (left.memory.size() != right.memory.size()) {",
            "if (left.memory.size() < right.memory.size()) {"),
    lockstep("ends of commands are not compared", "if (x == y) continue;", "if (x.start == y.start) continue;",
             ONE_MORE, ci=True),
    lockstep("a command that only one device ran is not compared", "i < std::max(a.size(), b.size())",
             "i < std::min(a.size(), b.size())", ONE_MORE, ci=True),
    lockstep("the last counter is not compared", "for (size_t i = 0; i < spec::counter_count; ++i)",
             "for (size_t i = 0; i + 1 < spec::counter_count; ++i)", ONE_MORE, ci=True),
    lockstep("the status is not compared", "if (left.status != right.status)", "if (left.status < right.status - 1)",
             ONE_MORE),
    lockstep("broken rules of the bus count on the left alone",
             "for (const DeviceRecord* record : {&left, &right})",
             "for (const DeviceRecord* record : {&left, &left})", ONE_MORE, ci=True),
    lockstep("the latest difference is named", "mismatch.cycle < first.cycle", "mismatch.cycle > first.cycle",
             "The earliest of several*"),
    lockstep("the last byte of memory is not compared", "if (place.first == left_bytes.end()) return",
             "if (place.first >= left_bytes.end() - 1) return", BYTES, ci=True),
    lockstep("an error at another address is the golden model's", "outcome.address != record.error_address", "false",
             "An end or an error*", ci=True),
    lockstep("a program that hangs is right", "if ((record.status >> spec::status_done_bit & 1) == 0)",
             "if ((record.status >> spec::status_done_bit & 1) > 1)", "An end or an error*"),
    campaign("the golden model's difference is dropped", "difference = difference_from_golden(sim, program);",
             "difference_from_golden(sim, program);", "A byte wrong on every device*", ci=True),
    campaign("the simulator without values is not compared", "difference = first_difference(sim, times, program);",
             "difference = first_difference(sim, sim, program);", EQUAL),
    campaign("a run that never ends is right", "if (!difference && !rtl.interrupted)",
             "if (!difference && !rtl.interrupted && !sim.interrupted && rtl.status == 0)", EQUAL),
    campaign("what differs after a soft reset is dropped", "if (difference) *difference = fmt::format(\"Soft reset",
             "difference.reset();\n        if (difference) *difference = fmt::format(\"Soft reset", EQUAL, ci=True),
    checker("an address may change before it is accepted", "if (held.valid && now != held)",
            "if (held.valid && now.valid != held.valid)", "addresses", ci=True),
    checker("a burst may end early", "if (lengths_.front() != early_.front())",
            "if (lengths_.front() < early_.front())", "write data"),
    Mutation("driver/verify/trouble.cpp", "a field that the machine lacks is spoiled with -1",
             "std::max<int64_t>(0, most - 1)", "most - 1", "driver", "every field*"),
    Mutation("tests/driver/run_program.cpp", "tensors of the right size are right",
             "place.values(memory) != expected[i]) return",
             "place.values(memory).size() != expected[i].size()) return", "driver",
             "A wrong tensor*", ci=True),
]
