# The page of `napier profile` in the program, and the chart libraries it needs beside it.
set(web ${PROJECT_SOURCE_DIR}/driver/profile/web)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${web}/page.html ${web}/style.css ${web}/report.js)
file(READ ${web}/page.html page)
file(READ ${web}/style.css style)
file(READ ${web}/report.js script)
set(NAPIER_CHARTS ${PROJECT_BINARY_DIR}/charts/charts.js)
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/embedded/profile_page.cpp @ONLY CONTENT [[
#include "driver/profile/page.hpp"

namespace napier::driver::page {

const char* const html = R"napier(@page@)napier";
const char* const style = R"napier(@style@)napier";
const char* const script = R"napier(@script@)napier";
const char* const charts_path = "@NAPIER_CHARTS@";

}  // namespace napier::driver::page
]])

# Vega and Vega-Lite, as web/package-lock.json names them, in one file: `make charts`. Needs npm and its registry.
add_custom_command(
    OUTPUT ${NAPIER_CHARTS}
    COMMAND ${CMAKE_COMMAND} -E copy ${web}/package.json ${web}/package-lock.json ${PROJECT_BINARY_DIR}/charts
    COMMAND npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
    COMMAND cat node_modules/vega/build/vega.min.js node_modules/vega-lite/build/vega-lite.min.js > charts.js
    DEPENDS ${web}/package.json ${web}/package-lock.json
    WORKING_DIRECTORY ${PROJECT_BINARY_DIR}/charts VERBATIM)
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/charts)
add_custom_target(charts DEPENDS ${NAPIER_CHARTS})
