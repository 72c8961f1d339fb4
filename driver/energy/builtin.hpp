#pragma once
// The energy tables that come with the program: the files of driver/energy/tables.

#include <span>

namespace napier::driver {

struct BuiltinTable {
    const char* name;
    const char* json;
};

std::span<const BuiltinTable> builtin_tables();

}  // namespace napier::driver
