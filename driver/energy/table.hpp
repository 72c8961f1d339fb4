#pragma once
// What each thing that a machine does costs. A table is a JSON file; every number has a node and a source.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace napier::driver {

// A number of a table, for reports.
struct EnergyEntry {
    std::string name;
    double energy = 0.0;  // in the table's unit
    std::string node, source;
};

struct SramPoint {
    double capacity_bytes = 0.0;
    double byte_energy = 0.0;
};

struct EnergyTable {
    std::string name, text;
    std::string unit;                        // of all energies: "pJ", or of a relative table what 1 is
    std::map<std::string, double> products;  // by number format: one product of a PE without its accumulation
    double accumulate = 0.0;                 // one sum of a PE handed on
    double output = 0.0, residual = 0.0;     // one value in the post-processor, and its residual
    double register_bit = 0.0;               // one bit written to a register of the array
    double dram_byte = 0.0;
    double leakage_cycle = 0.0;              // 0 if the table gives none
    std::vector<SramPoint> sram;             // rising capacities
    std::vector<EnergyEntry> entries;

    // One product in a format. Error (unsupported): the table does not price it.
    double product(const std::string& format) const;

    // A byte of a memory of that capacity: on straight lines between the table's points in logarithms of both, and on
    // the nearest line outside; the one point's energy if there is one.
    double sram_byte(double capacity_bytes) const;
};

// text: JSON as docs/profile.md describes it; name: for sentences. Error (input): no JSON, a key missing or unknown, a
// number that is negative or not finite, a number without node or source, a name that no operation has.
EnergyTable parse_energy_table(const std::string& text, const std::string& name);

// A table that comes with the program, or a file. Error (usage): neither.
EnergyTable find_energy_table(const std::string& name_or_file);

// Names of those that come with the program, separated by commas.
std::string energy_table_names();

}  // namespace napier::driver
