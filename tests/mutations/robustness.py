"""Faults of what makes a session believe nothing: each must let a wrong answer, a hang or a dead device through."""

from mutation import Mutation

SESSION = "driver/session/session.cpp"
CONTROLLER = "driver/session/controller.cpp"
ALL_KINDS = "2000 faults*"
WORDS = "Each word of a completion*"

MUTATIONS = [
    Mutation(SESSION, "done is believed, whatever was done", "if (told == expected) return;",
             "if (told == expected || offset != 0) return;", "driver", "Done after fewer*", ci=True),
    Mutation(SESSION, "the job is not compared", 'require(spec::reg_completed_job, job_, "the job");', "", "driver",
             WORDS),
    Mutation(SESSION, "the checksum of commands is not compared",
             'require(spec::reg_fetch_checksum, fetch_checksum_, "the checksum of its commands");', "", "faults",
             ALL_KINDS, ci=True),
    Mutation(SESSION, "the checksum of loads is not compared",
             'require(spec::reg_load_checksum, expected.load, "loaded");', "", "faults", ALL_KINDS),
    Mutation(SESSION, "the checksum of stores is not compared",
             'require(spec::reg_store_checksum, expected.store, "stored");', "", "faults", ALL_KINDS),
    Mutation(SESSION, "constants are summed as the device holds them",
             "put(program_.constants_address, program_.constants);", "", "driver", "A constant that changes*"),
    Mutation(SESSION, "other bytes are given than were checked", "if (memory_.empty()) device_.read_memory",
             "if (!place.name.empty()) device_.read_memory", "driver", "A session with its traffic*"),
    Mutation(SESSION, "the program is not read back", "if (place.first == bytes.end()) return;",
             "if (place.first == bytes.end() || what[0] == 'p') return;", "driver", "Memory that does not hold*"),
    Mutation(SESSION, "what is too large is loaded in part", "if (program_.memory_end > program_.memory_base)",
             "if (program_.memory_end < program_.memory_base)", "driver", "A device with too little memory*"),
    Mutation(CONTROLLER, "settings are not read back", "if (kept == value) return;",
             "if (kept == value || offset != 0) return;", "driver", "A register that does not keep*", ci=True),
    Mutation(CONTROLLER, "a bus that never drains is waited for", "    device_.reset();\n", "", "faults", ALL_KINDS,
             ci=True),
    Mutation(CONTROLLER, "an interrupt is believed", "if ((now & bit(spec::status_done_bit)) != 0) return End::done;",
             "if (interrupted || (now & bit(spec::status_done_bit)) != 0) return End::done;", "faults", ALL_KINDS),
    Mutation(CONTROLLER, "an idle device counts as running", "if ((now & bit(spec::status_busy_bit)) == 0) {",
             "if ((now & bit(spec::status_busy_bit)) == 2) {", "faults", ALL_KINDS),
    Mutation(CONTROLLER, "a status of all ones is taken for one", "if ((status & ~status_bits) == 0) return status;",
             "if ((status & ~status_bits) < 0xffffffffu) return status;", "driver", "A device that answers all ones*"),
    Mutation(CONTROLLER, "a run that is given up goes on", "cancelled != nullptr && cancelled->load()",
             "cancelled != nullptr && !cancelled->load()", "driver", "A caller gives a run up*"),
    Mutation("driver/session/lease.cpp", "a device is lent twice", "if (!free) {", "if (!free && holder.empty()) {",
             "driver", "Two threads want one device*", ci=True),
    Mutation("driver/verify/fault_campaign.cpp", "wrong bytes are not noticed", "result.wrong = output != job.output;",
             "result.wrong = output.size() != job.output.size();", "faults", "A campaign notices*"),
    Mutation("driver/verify/fault_campaign.cpp", "every outcome is allowed", "return row.may_be_right;", "return true;",
             "faults", "A campaign notices*"),
    Mutation("sim/memory/memory_model.cpp", "a dropped write arrives",
             "if (!strikes(config_.write_dropped, burst.number)) std::copy_n", "std::copy_n", "faults", ALL_KINDS),
    Mutation("sim/control/checksums.cpp", "lanes before a row are not summed",
             "uLong sum = crc32_z(checksum, zeros, before);", "uLong sum = crc32_z(checksum, zeros, 0 * before);",
             "lockstep", "random programs on odd"),
    Mutation("rtl/control/crc32.sv", "the end of a burst is not summed", "next ^ {32{last_i}};",
             "next ^ {32{last_i && sum[0]}};", "rtl_crc32_4", ci=True),
    Mutation("rtl/control/registers.sv", "a job counts as completed before its run",
             "if (busy_o) completed_q <= job_q;", "completed_q <= job_q;", "rtl_registers", ci=True),
]
