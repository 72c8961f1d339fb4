// Does a fault ever make a session report wrong bytes as right, hang, write where it must not, or not come back?

#include <catch2/catch.hpp>

#include "sw/base/error.hpp"
#include "tests/faults/failing_new.hpp"
#include "tests/faults/known_jobs.hpp"
#include "tests/support/folder.hpp"

namespace napier::test {
namespace {

driver::FaultOptions options(const std::string& device, const std::string& machine, uint64_t faults) {
    driver::FaultOptions options;
    options.device = device;
    options.machine = machine;
    options.faults = faults;
    options.allocations = fail_allocation;
    options.jobs = known_jobs(machine);
    return options;
}

driver::FaultTable run(driver::FaultOptions options) {
    const TemporaryFolder folder;
    options.folder = folder.path();
    return driver::run_faults(options, [](const std::string&) {});
}

uint64_t injected(const driver::FaultTable& table, driver::FaultKind kind) {
    uint64_t sum = 0;
    for (uint64_t count : table.counts[size_t(kind)]) sum += count;
    return sum;
}

}  // namespace

TEST_CASE("2000 faults of every kind on the simulator of odd") {
    const driver::FaultTable table = run(options("sim", "odd", 2000));
    INFO(driver::to_text(table));
    CHECK(table.good());
    CHECK(table.faults == 2000);
    for (int i = 0; i < driver::fault_kind_count; ++i) {
        const driver::FaultKind kind = driver::FaultKind(i);
        INFO(driver::fault_row(kind).name);
        CHECK((injected(table, kind) > 20) == !driver::fault_row(kind).needs_rtl);
    }
    // What spoils bytes spoils the result of these jobs: a fault that is not there would be right.
    for (driver::FaultKind kind : {driver::FaultKind::read_corrupted, driver::FaultKind::write_corrupted,
                                   driver::FaultKind::write_dropped}) {
        CHECK(table.counts[size_t(kind)][size_t(driver::FaultOutcome::right)] == 0);
    }
}

TEST_CASE("120 faults of every kind on the verilated odd") {
    const driver::FaultTable table = run(options("rtl", "odd", 120));
    INFO(driver::to_text(table));
    CHECK(table.good());
}

TEST_CASE("500 faults on tiny, which has no checksums") {
    const driver::FaultTable table = run(options("sim", "tiny", 500));
    INFO(driver::to_text(table));
    CHECK(table.good());
    CHECK(injected(table, driver::FaultKind::read_corrupted) == 0);
}

TEST_CASE("a hard reset in every cycle of a small job") {
    for (const char* device : {"sim", "rtl"}) {
        const driver::FaultTable table = driver::reset_in_every_cycle(options(device, "odd", 0));
        INFO(driver::to_text(table));
        CHECK(table.good());
        CHECK(table.faults > 300);
    }
}

TEST_CASE("A campaign notices wrong bytes that a session does not") {
    driver::FaultOptions trusting = options("sim", "odd", 100);
    trusting.kinds = {driver::FaultKind::write_corrupted};
    trusting.trusting = true;
    const driver::FaultTable table = run(trusting);
    CHECK(table.wrong > 0);
    CHECK(table.not_allowed > 0);
    CHECK_FALSE(table.good());
    CHECK(table.failures.size() == 10);
}

TEST_CASE("a job that is wrong without a fault is no job") {
    driver::FaultOptions wrong = options("sim", "odd", 1);
    wrong.jobs[0].output[0] ^= 1;
    CHECK_THROWS_AS(run(wrong), Error);
}

}  // namespace napier::test
