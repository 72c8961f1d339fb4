# driver/energy/tables/*.json as text in the program: build/embedded/energy_tables.cpp.
file(GLOB tables CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/driver/energy/tables/*.json)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${tables})
set(rows "")
foreach(table IN LISTS tables)
    file(READ ${table} text)
    get_filename_component(name ${table} NAME_WE)
    string(APPEND rows "    {\"${name}\", R\"json(${text})json\"},\n")
endforeach()
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/embedded/energy_tables.cpp @ONLY CONTENT [[
#include "driver/energy/builtin.hpp"

namespace napier::driver {

namespace {

constexpr BuiltinTable tables[] = {
@rows@};

}  // namespace

std::span<const BuiltinTable> builtin_tables() { return tables; }

}  // namespace napier::driver
]])
