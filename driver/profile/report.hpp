#pragma once
// A profile as text, JSON, CSV and a trace.

#include <string>
#include <vector>

#include "driver/profile/profile.hpp"

namespace napier::driver {

// For the terminal: a table of layers for each machine, then one of the machines.
std::string profile_text(const Profile& profile);

// For the terminal: for each machine what every layer's cycles go to, and how it is mapped. docs/profile.md.
std::string explain_text(const Profile& profile);

// Everything; keys end with their unit.
std::string profile_json(const Profile& profile);

// A line for each machine and layer, a head with the unit in each name.
std::string profile_csv(const Profile& profile);

// Trace events for Perfetto and chrome://tracing: a process a machine, tracks for load, exec and store (two where
// commands overlap); a cycle is shown as a microsecond.
std::string profile_trace(const Profile& profile);

// One page that needs no network: report.json with tables and charts. Error (system): the chart libraries, which
// `make charts` fetches, are not there.
std::string profile_html(const Profile& profile);
bool has_charts();

// The unit of energies in names of keys and columns: "pj".
std::string energy_suffix(const EnergyTable& table);

}  // namespace napier::driver
