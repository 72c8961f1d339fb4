# napier_verilate(<target> TOP <module> [PARAMETERS A=1 B=2 ...] [DEFINES C=d ...] [PREFIX <class>] [TRACE] [SHARED])
# A static library of one verilated module. The class is V<module> unless PREFIX names it; its header is "<class>.h".
# DEFINES: macros of the preprocessor.
# TRACE: a whole machine; it writes waves, and with NAPIER_COVERAGE counts its lines and toggles.
# SHARED: one C++ function for all instances of the modules that rtl/lint/shared.vlt names; slower, but much less of it.
# All C++ of a module goes into two translation units, so that the list of outputs is known before Verilator runs.

set(NAPIER_VERILATED_OPTIMIZATION "-O2" CACHE STRING "Compiler optimization of verilated code")
set(NAPIER_TRACE_DEPTH 4 CACHE STRING "Levels of modules in waves; the PEs are below the default, they double the code")
set(NAPIER_VERILATOR_OPTIONS "-Wall" CACHE STRING "Verilator's warnings; each is fatal")
option(NAPIER_COVERAGE "Count lines and toggles of the verilated machines (tests/coverage)" OFF)
find_program(NAPIER_VERILATOR verilator)
find_path(NAPIER_VERILATOR_INCLUDE verilated.h PATHS /usr/share/verilator/include /usr/local/share/verilator/include)

function(napier_verilated_runtime)
    if(TARGET verilated_runtime)
        return()
    endif()
    add_library(verilated_runtime STATIC
        ${NAPIER_VERILATOR_INCLUDE}/verilated.cpp ${NAPIER_VERILATOR_INCLUDE}/verilated_threads.cpp
        ${NAPIER_VERILATOR_INCLUDE}/verilated_vcd_c.cpp ${NAPIER_VERILATOR_INCLUDE}/verilated_cov.cpp)
    target_include_directories(verilated_runtime SYSTEM PUBLIC
        ${NAPIER_VERILATOR_INCLUDE} ${NAPIER_VERILATOR_INCLUDE}/vltstd)
    target_compile_definitions(verilated_runtime PUBLIC VM_TRACE=1 VM_TRACE_VCD=1 VM_TRACE_FST=0 VM_SC=0
        VM_COVERAGE=$<BOOL:${NAPIER_COVERAGE}>)
    target_compile_options(verilated_runtime PRIVATE -w)
    napier_shareable(verilated_runtime)
    find_package(Threads REQUIRED)
    target_link_libraries(verilated_runtime PUBLIC Threads::Threads)
endfunction()

function(napier_verilate target)
    cmake_parse_arguments(ARG "TRACE;SHARED" "TOP;PREFIX" "PARAMETERS;DEFINES" ${ARGN})
    if(NOT ARG_PREFIX)
        set(ARG_PREFIX V${ARG_TOP})
    endif()
    napier_verilated_runtime()
    set(root ${PROJECT_SOURCE_DIR})
    set(folder ${PROJECT_BINARY_DIR}/verilated/${target})
    file(GLOB_RECURSE rtl_sources CONFIGURE_DEPENDS ${root}/rtl/*.sv)
    set(source ${rtl_sources})
    list(FILTER source INCLUDE REGEX "/${ARG_TOP}\\.sv$")
    if(NOT source)
        message(FATAL_ERROR "No file rtl/**/${ARG_TOP}.sv holds the module ${ARG_TOP} of ${target}; correct its TOP.")
    endif()
    set(overrides)
    foreach(parameter IN LISTS ARG_PARAMETERS)
        list(APPEND overrides -G${parameter})
    endforeach()
    foreach(define IN LISTS ARG_DEFINES)
        list(APPEND overrides +define+${define})
    endforeach()
    if(ARG_TRACE)
        list(APPEND overrides --trace --trace-depth ${NAPIER_TRACE_DEPTH})
        if(NAPIER_COVERAGE)
            list(APPEND overrides --coverage-line --coverage-toggle --coverage-max-width 1024)
        endif()
    endif()
    if(ARG_SHARED)
        list(APPEND overrides -fno-gate rtl/lint/shared.vlt)
    endif()
    set(parts ${folder}/${ARG_PREFIX}_fast.cpp ${folder}/${ARG_PREFIX}_slow.cpp)
    add_custom_command(
        OUTPUT ${parts} ${folder}/${ARG_PREFIX}.h
        COMMAND ${CMAKE_COMMAND} -E rm -rf ${folder}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}
        COMMAND ${NAPIER_VERILATOR} --cc -O3 --x-assign unique --x-initial unique ${NAPIER_VERILATOR_OPTIONS}
            --top-module ${ARG_TOP} --prefix ${ARG_PREFIX} --Mdir ${folder} ${overrides} -f rtl/filelist.f ${source}
        COMMAND ${CMAKE_COMMAND} -DFOLDER=${folder} -DPREFIX=${ARG_PREFIX} -P ${root}/rtl/verilated_parts.cmake
        DEPENDS ${rtl_sources} ${root}/rtl/filelist.f ${root}/rtl/lint/waivers.vlt ${root}/rtl/lint/shared.vlt
            ${root}/rtl/verilated_parts.cmake
        WORKING_DIRECTORY ${root}
        COMMENT "Verilating ${target}" VERBATIM)
    set_source_files_properties(${folder}/${ARG_PREFIX}_slow.cpp PROPERTIES COMPILE_OPTIONS "-O0")
    add_library(${target} STATIC ${parts})
    target_include_directories(${target} SYSTEM PUBLIC ${folder})
    target_compile_options(${target} PRIVATE -w ${NAPIER_VERILATED_OPTIMIZATION})
    target_link_libraries(${target} PUBLIC verilated_runtime)
endfunction()
