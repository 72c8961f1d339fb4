# napier_verilated: the verilated machines of NAPIER_MACHINES behind one header, "verilated_machines.hpp":
#   NAPIER_VERILATED_MACHINES(X) expands to X("<machine>", <class>) for each of them.
# Each machine alone is the library verilated_<machine>, class Vnapier_<machine>.
add_library(napier_verilated INTERFACE)
set(includes "")
set(table "#define NAPIER_VERILATED_MACHINES(X)")
if(EXISTS ${PROJECT_SOURCE_DIR}/rtl/napier.sv)
    foreach(machine IN LISTS NAPIER_MACHINES)
        string(REPLACE "-" "_" module ${machine})
        set(shared "")
        if(machine MATCHES "^(mx|pam)(-|$)")
            set(shared SHARED)
        endif()
        napier_verilate(verilated_${module} TOP napier_${module} TRACE ${shared})
        napier_shareable(verilated_${module})
        target_link_libraries(napier_verilated INTERFACE verilated_${module})
        string(APPEND includes "#include \"Vnapier_${module}.h\"\n")
        string(APPEND table " \\\n    X(\"${machine}\", Vnapier_${module})")
    endforeach()
endif()
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/verilated/verilated_machines.hpp
    CONTENT "#pragma once\n${includes}\n${table}\n" @ONLY)
target_include_directories(napier_verilated INTERFACE ${PROJECT_BINARY_DIR}/verilated)
