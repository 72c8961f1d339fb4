#if __has_include(<verilated.h>)  // absent when no machine is built in
#include "driver/device/verilated/coverage.hpp"

#if VM_COVERAGE
#include <fmt/format.h>
#include <unistd.h>
#include <verilated_cov.h>

#include <atomic>
#include <cstdlib>
#endif

namespace napier::driver {

void write_coverage([[maybe_unused]] VerilatedContext& context) {
#if VM_COVERAGE
    static std::atomic<int> files = 0;
    const char* folder = std::getenv("NAPIER_COVERAGE_FOLDER");
    if (folder == nullptr) return;
    context.coveragep()->write(fmt::format("{}/{}_{}.dat", folder, getpid(), files++).c_str());
#endif
}

}  // namespace napier::driver
#endif
