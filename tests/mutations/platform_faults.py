"""Faults of the SystemC module and its platform."""

from mutation import Mutation


def tlm(file, fault, before, after, suite, case="", ci=False):
    return Mutation(f"sim/tlm/{file}", fault, before, after, suite, case, ci)


RANDOM = "*resets of every kind*"
MODELS = "Models in every format*"


def uio(fault, before, after, case, ci=False, file="uio_device.cpp"):
    return Mutation(f"driver/device/{file}", fault, before, after, "driver", case, ci)


FILES = "Each file that is absent*"

MUTATIONS = [
    uio("a lost interrupt is never found", "    while (!asked_for()) {", "    while (true) {",
        "A lost interrupt*"),
    uio("a spurious interrupt counts", "(word(spec::reg_interrupt_status) & word(spec::reg_interrupt_enable)) != 0",
        "word(spec::reg_interrupt_enable) != 0", "A board whose program does not end*", ci=True),
    uio("a board has two users", "    hold(register_file_.descriptor(), fmt", "    (void)(fmt",
        "A board belongs to one user"),
    uio("any machine is the right one", "identity == machine.identity) return;", "identity != 0) return;",
        "Another machine*"),
    uio("a write of control is not waited for", "if (offset != spec::reg_control) return;", "return;",
        "A board that is dead*"),
    uio("the byte past the memory is the board's", "address + count <= memory_base_ + memory_.size()) return;",
        "address + count <= memory_base_ + memory_.size() + 1) return;", "A program that leaves*"),
    uio("addresses count from the file's beginning", "memory_.bytes() + (address - memory_base_), bytes.data()",
        "memory_.bytes() + address % memory_.size() / 2, bytes.data()", "Models of digits on a board*"),
    uio("a file that is too short is mapped", "if (static_cast<uint64_t>(status.st_size) >= bytes) return;", "return;",
        FILES, ci=True, file="mapped_file.cpp"),
    uio("the size of the registers does not matter", "if (size >= least) return size;", "return size;", FILES),
    tlm("accelerator.cpp", "an access takes a cycle more", "const sc_time end = time_of(before + access_cycles);",
        "const sc_time end = time_of(before + access_cycles + 1);", "tlm", MODELS, ci=True),
    tlm("accelerator.cpp", "an event happens a cycle late", "catch_up(next + 1);", "catch_up(next);", "tlm", RANDOM),
    tlm("accelerator.cpp", "the interrupt line rises a cycle late", "look_at_interrupt(time_of(next + 1));",
        "look_at_interrupt(time_of(next + 2));", "tlm", RANDOM),
    tlm("accelerator.cpp", "a read of any width is a register", "payload.get_data_length() != register_bytes ||",
        "payload.get_data_length() < register_bytes ||", "tlm_module", "A register*"),
    tlm("bus_memory.cpp", "a memory's own beats are not taken", "if (timing_.answered) return timing_.read;",
        "if (false) return timing_.read;", "tlm", RANDOM, ci=True),
    tlm("bus_memory.cpp", "a write's error is lost", "burst.error = answer.error;\n        complete",
        "complete", "tlm_module", "An error*"),
    tlm("bus_memory.cpp", "a read's error is lost", "burst.error = answer.error;\n    // The last",
        "// The last", "tlm_module", "An error*"),
    tlm("bus_memory.cpp", "bursts are numbered on after a start", "run_ = ++runs;", "run_ = runs;", "tlm", MODELS),
    tlm("memory_target.cpp", "a burst that fails moves its bytes",
        "return payload.set_response_status(::tlm::TLM_GENERIC_ERROR_RESPONSE);",
        "payload.set_response_status(::tlm::TLM_GENERIC_ERROR_RESPONSE);", "tlm", RANDOM),
    tlm("bus.cpp", "targets see the bus's addresses", "payload.set_address(address - ranges_[i].base);", ";",
        "tlm_module", "Behind a bus*", ci=True),
    tlm("platform.cpp", "a ninth device takes the first one's place",
        "[](const auto& slot) { return !slot->taken; }", "[](const auto& slot) { return slot != nullptr; }", "tlm",
        "SystemC devices*"),
    Mutation("sim/memory/memory_port.cpp", "a memory elsewhere is not told of the bytes",
             "    context_.memory.wrote(burst, write.bus.address, write.bus.bytes);\n", "", "tlm", MODELS),
]
