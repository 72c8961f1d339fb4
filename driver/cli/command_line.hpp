#pragma once
// The `napier` command line: one file a subcommand, each registered here.

#include <CLI/CLI.hpp>

namespace napier::driver {

inline constexpr int exit_good = 0;
inline constexpr int exit_failed = 1;  // something went wrong or differs
inline constexpr int exit_usage = 2;   // the command line makes no sense

// Each adds its subcommand; when the subcommand is given, `result` becomes the exit code.
void add_run(CLI::App& app, int& result);
void add_verify(CLI::App& app, int& result);
void add_check(CLI::App& app, int& result);
void add_compile(CLI::App& app, int& result);
void add_quantize(CLI::App& app, int& result);
void add_profile(CLI::App& app, int& result);
void add_machines(CLI::App& app, int& result);
void add_zoo(CLI::App& app, int& result);
void add_squeezenext(CLI::App& app, int& result);

// Runs the command line; prints errors as sentences and returns the exit code.
int run_command_line(int argc, const char* const* argv);

}  // namespace napier::driver
