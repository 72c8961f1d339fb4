# napier_verilate_netlist(<target> <machine>): a static library of the verilated netlist that Yosys writes of a machine
# for the iCE40, with Yosys's models of its cells; its class is Vnetlist_<machine>. Built only for what links it.
set(NAPIER_ICE40_MODELS /usr/share/yosys/ice40/cells_sim.v CACHE FILEPATH "Yosys's models of the cells of the iCE40")

function(napier_verilate_netlist target machine)
    string(REPLACE "-" "_" module ${machine})
    napier_verilated_runtime()
    set(prefix Vnetlist_${module})
    set(root ${PROJECT_SOURCE_DIR})
    set(folder ${PROJECT_BINARY_DIR}/verilated/${target})
    set(netlist ${PROJECT_BINARY_DIR}/netlist/napier_${module}.v)
    file(GLOB_RECURSE rtl_sources CONFIGURE_DEPENDS ${root}/rtl/*.sv)
    add_custom_command(
        OUTPUT ${netlist}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/netlist
        COMMAND ${NAPIER_PYTHON} ${root}/tests/netlist/write_netlist.py --machine ${machine} --output ${netlist}
        DEPENDS ${rtl_sources} ${root}/tests/netlist/write_netlist.py ${root}/rtl/synth/synth.py
        COMMENT "Synthesizing ${machine}" VERBATIM)
    set(parts ${folder}/${prefix}_fast.cpp ${folder}/${prefix}_slow.cpp)
    add_custom_command(
        OUTPUT ${parts} ${folder}/${prefix}.h
        COMMAND ${CMAKE_COMMAND} -E rm -rf ${folder}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}
        COMMAND ${NAPIER_VERILATOR} --cc -O3 --x-assign unique --x-initial unique -Wno-fatal --trace
            -DNO_ICE40_DEFAULT_ASSIGNMENTS --top-module napier_${module} --prefix ${prefix} --Mdir ${folder}
            ${root}/tests/netlist/netlist.vlt ${NAPIER_ICE40_MODELS} ${netlist}
        COMMAND ${CMAKE_COMMAND} -DFOLDER=${folder} -DPREFIX=${prefix} -P ${root}/rtl/verilated_parts.cmake
        DEPENDS ${netlist} ${root}/tests/netlist/netlist.vlt ${root}/rtl/verilated_parts.cmake
        COMMENT "Verilating the netlist of ${machine}" VERBATIM)
    set_source_files_properties(${folder}/${prefix}_slow.cpp PROPERTIES COMPILE_OPTIONS "-O0")
    add_library(${target} STATIC EXCLUDE_FROM_ALL ${parts})
    target_include_directories(${target} SYSTEM PUBLIC ${folder})
    target_compile_options(${target} PRIVATE -w -O1)
    target_link_libraries(${target} PUBLIC verilated_runtime)
endfunction()

# The random programs of lockstep on the netlist of the smallest machine: its verilated cores are not those of the RTL.
# ctest builds it, for which it needs Yosys.
if("tiny" IN_LIST NAPIER_MACHINES)
    napier_verilate_netlist(netlist_tiny tiny)
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/netlist/verilated_machines.hpp @ONLY CONTENT
        "#pragma once\n#include \"Vnetlist_tiny.h\"\n\n\
#define NAPIER_VERILATED_MACHINES(X) X(\"tiny\", Vnetlist_tiny)\n")
    add_executable(lockstep_netlist EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/tests/programs/lockstep.cpp
        ${PROJECT_SOURCE_DIR}/driver/device/verilated/core.cpp)
    target_include_directories(lockstep_netlist BEFORE PRIVATE ${PROJECT_BINARY_DIR}/netlist)
    target_link_libraries(lockstep_netlist PRIVATE netlist_tiny napier_driver)
    add_test(NAME "netlist: build" COMMAND ${CMAKE_COMMAND} --build ${PROJECT_BINARY_DIR} --target lockstep_netlist)
    set_tests_properties("netlist: build" PROPERTIES TIMEOUT 1800 LABELS netlist FIXTURES_SETUP netlist)
    add_test(NAME "netlist: lockstep" COMMAND lockstep_netlist --machine tiny --programs 1000000 --cycles 100000)
    set_tests_properties("netlist: lockstep" PROPERTIES TIMEOUT 600 LABELS netlist FIXTURES_REQUIRED netlist)
endif()
