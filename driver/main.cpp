#include "driver/cli/command_line.hpp"

int main(int argc, char** argv) { return napier::driver::run_command_line(argc, argv); }
