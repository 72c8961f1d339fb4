# For Catapult, a commercial high-level synthesis tool that reads SystemC: catapult -shell -file hls/synthesize.tcl
# The processing element of one format; the other units are functions without a clock, to be called from a module.
solution new -state initial
solution options set /Input/CppStandard c++17
solution options set /Input/SearchPath .
solution file add hls/pe.hpp -type C++
directive set -DESIGN_GOAL area
go analyze
directive set -DESIGN_HIERARCHY "napier::hls::Pe<napier::hls::Ternary, 32, 8, 24>"
go compile
directive set -CLOCKS {clock {-CLOCK_PERIOD 10.0}}
go assembly
go architect
go extract
