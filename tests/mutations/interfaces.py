"""Faults of what programs in C and Python call."""

from mutation import Mutation


def capi(file, fault, before, after, case, ci=False):
    return Mutation(f"driver/capi/{file}", fault, before, after, "capi", case, ci)


STORED = "Stored bytes*"
NO_RUN = "A device without*"

MUTATIONS = [
    capi("napier.cpp", "an output of too few bytes is written past its end", "if (output_bytes != wanted)",
         "if (output_bytes > wanted)", NO_RUN, ci=True),
    capi("napier.cpp", "threads share the last error", "thread_local std::string last_error",
         "std::string last_error", "Each thread*"),
    capi("napier.cpp", "a pointer that is NULL is used", "if ((pointers && ...)) return;",
         "if ((pointers || ...)) return;", "What cannot be opened*"),
    capi("napier.cpp", "a damaged file is the system's fault", "case ErrorKind::input: return NAPIER_INPUT;",
         "case ErrorKind::input: return NAPIER_SYSTEM;", "What cannot be opened*"),
    capi("runtime.cpp", "a file is taken away before the next is read",
         "std::unique_ptr<Loaded> loaded = read(path);\n    loaded_.reset();",
         "loaded_.reset();\n    std::unique_ptr<Loaded> loaded = read(path);", "A model that is refused*"),
    capi("edges.cpp", "stored bytes go out without their offset", "uint8_t(values[i] - program.output.stored_offset)",
         "uint8_t(values[i])", STORED),
    capi("edges.cpp", "the output has the order of memory", "if (program.output.channels_first) {",
         "if (!program.output.channels_first) {", STORED, ci=True),
    capi("edges.cpp", "an image that is too long is cut off", "if (image.size() != bytes) {",
         "if (image.size() > bytes) {", NO_RUN),
    Mutation("driver/compile/program_file.cpp", "a scale below zero is read", "if (!(place.scale > 0) || ",
             "if (!(place.scale != 0) || ", "driver", "A program file with a wrong header*"),
]
