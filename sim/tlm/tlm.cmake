# napier_systemc: Debian's SystemC, whose headers are not clean of every warning. napier_tlm: the accelerator as a
# module of it; who includes its headers needs napier_systemc, too, but for platform.hpp.
find_path(NAPIER_SYSTEMC_INCLUDE NAMES systemc REQUIRED)
find_library(NAPIER_SYSTEMC NAMES systemc REQUIRED)
add_library(napier_systemc INTERFACE)
target_include_directories(napier_systemc SYSTEM INTERFACE ${NAPIER_SYSTEMC_INCLUDE})
target_compile_definitions(napier_systemc INTERFACE SC_CPLUSPLUS=201703L  # as Debian built the library
    SC_INCLUDE_DYNAMIC_PROCESSES)
target_link_libraries(napier_systemc INTERFACE ${NAPIER_SYSTEMC})

file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/sim/tlm/*.cpp)
add_library(napier_tlm STATIC ${sources})
napier_shareable(napier_tlm)
target_link_libraries(napier_tlm PUBLIC napier_sim PRIVATE napier_systemc)
# Instrumented programs keep SystemC's library even if they use nothing of the module; it needs sc_main (platform.cpp).
if(NAPIER_SANITIZE)
    target_link_options(napier_tlm INTERFACE -Wl,--undefined=sc_main)
endif()
