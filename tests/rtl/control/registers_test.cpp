// Do the registers keep what they are told, refuse what they should, and show the run as it is?

#include <catch2/catch.hpp>

#include <utility>
#include <vector>

#include "Vregisters.h"
#include "sw/spec/spec.hpp"
#include "tests/rtl/clocked.hpp"

namespace napier::test {

namespace {

constexpr uint32_t identity = 305419896;  // as tests/rtl/CMakeLists.txt builds it
constexpr uint32_t okay = 0, slave_error = 2;
constexpr uint32_t bit(int place) { return 1u << place; }

class Bench {
public:
    Bench() {
        registers_->rst_ni = 0;
        registers_->awvalid_i = registers_->wvalid_i = registers_->arvalid_i = 0;
        registers_->bready_i = registers_->rready_i = 1;
        registers_->finished_i = registers_->halted_i = registers_->quiet_i = registers_->draining_i = 0;
        registers_->error_code_i = 3, registers_->error_address_i = 0xdeadbeef, registers_->error_command_i = 77;
        registers_->counter_value_i = 0, registers_->counter_ready_i = 0;
        registers_->fetch_checksum_i = 11, registers_->load_checksum_i = 22, registers_->store_checksum_i = 33;
        registers_.tick();
        registers_->rst_ni = 1;
    }
    Vregisters* operator->() { return registers_.operator->(); }
    void tick() { registers_.tick(); }

    // The response; ends in the cycle after the write was taken.
    uint32_t write(uint32_t offset, uint32_t value, uint32_t strobe = 15) {
        registers_->awaddr_i = uint16_t(offset), registers_->wdata_i = value, registers_->wstrb_i = uint8_t(strobe);
        registers_->awvalid_i = 1, registers_->wvalid_i = 0;
        registers_.settle();
        REQUIRE_FALSE(registers_->awready_o);
        registers_->wvalid_i = 1;
        registers_.settle();
        REQUIRE(registers_->awready_o);
        REQUIRE(registers_->wready_o);
        registers_.tick();
        registers_->awvalid_i = registers_->wvalid_i = 0;
        registers_.settle();
        REQUIRE(registers_->bvalid_o);
        return registers_->bresp_o;
    }
    // Value and response.
    std::pair<uint32_t, uint32_t> read(uint32_t offset) {
        registers_.tick();
        registers_->araddr_i = uint16_t(offset), registers_->arvalid_i = 1;
        registers_.settle();
        if (offset >= spec::reg_counters && offset < spec::reg_counters + 4 * spec::counter_count && offset % 4 == 0) {
            registers_->counter_value_i = 999;
            registers_.tick();
            registers_->counter_ready_i = 1;
            registers_->counter_value_i = 1000 + registers_->counter_index_o;
            registers_.settle();
        }
        REQUIRE(registers_->arready_o);
        registers_.tick();
        registers_->arvalid_i = registers_->counter_ready_i = 0;
        registers_.settle();
        REQUIRE(registers_->rvalid_o);
        return {registers_->rdata_o, registers_->rresp_o};
    }
    uint32_t value(uint32_t offset) { return read(offset).first; }
    void write_idle(uint32_t offset, uint32_t value) {
        REQUIRE(write(offset, value) == okay);
        tick();
    }

private:
    Clocked<Vregisters> registers_;
};

const std::vector<std::pair<uint32_t, uint32_t>> settings = {
    {spec::reg_program_address, 0xffffffff}, {spec::reg_program_length, 0xffffff}, {spec::reg_read_base, 0xfffff},
    {spec::reg_read_limit, 0x1fffff},        {spec::reg_write_base, 0xfffff},      {spec::reg_write_limit, 0x1fffff},
    {spec::reg_watchdog, 0xffffffff},       {spec::reg_job, 0xffffffff}};

}  // namespace

TEST_CASE("settings are kept, whole words only, and not changed while a program runs") {
    Bench bench;
    for (uint32_t i = 0; i < settings.size(); ++i) bench.write_idle(settings[i].first, 0xa5a50000 + i * 0x01010101);
    for (uint32_t i = 0; i < settings.size(); ++i)
        CHECK(bench.value(settings[i].first) == ((0xa5a50000 + i * 0x01010101) & settings[i].second));
    CHECK(bench.write(spec::reg_watchdog, 1, 7) == slave_error);
    bench.tick();
    bench.write_idle(spec::reg_control, bit(spec::control_start_bit));
    for (uint32_t i = 0; i < settings.size(); ++i) {
        CHECK(bench.write(settings[i].first, 0x12345678) == slave_error);
        CHECK(bench.value(settings[i].first) == ((0xa5a50000 + i * 0x01010101) & settings[i].second));
    }
}

TEST_CASE("registers to read, and offsets that hold none") {
    Bench bench;
    CHECK(bench.value(spec::reg_version) == spec::version);
    CHECK(bench.value(spec::reg_identity) == identity);
    CHECK(bench.value(spec::reg_error_code) == 3);
    CHECK(bench.value(spec::reg_error_address) == 0xdeadbeef);
    CHECK(bench.value(spec::reg_error_command) == 77);
    for (int i = 0; i < spec::counter_count; ++i) CHECK(bench.value(spec::counters[i].offset) == 1000 + uint32_t(i));
    for (uint32_t offset : {spec::reg_counters + 4 * uint32_t(spec::counter_count), 0xffcu, 0x41u, 0x840u}) {
        CHECK(bench.read(offset) == std::pair{0u, slave_error});
        bench.tick();
        CHECK(bench.write(offset, 1) == slave_error);
        bench.tick();
    }
    CHECK(bench.write(spec::reg_identity, 1) == slave_error);
}

TEST_CASE("job and checksums of a run are told once it is done, and only then") {
    Bench bench;
    const auto told = [&] {
        return std::vector<uint32_t>{bench.value(spec::reg_completed_job), bench.value(spec::reg_fetch_checksum),
                                     bench.value(spec::reg_load_checksum), bench.value(spec::reg_store_checksum)};
    };
    const std::vector<uint32_t> nothing(4), done{0x1234, 11, 22, 33};
    CHECK(bench.value(spec::reg_job) == 0);
    bench.write_idle(spec::reg_job, 0x1234);
    CHECK(told() == nothing);
    bench.write_idle(spec::reg_control, bit(spec::control_start_bit));
    CHECK(told() == nothing);
    bench->finished_i = 1;
    bench.tick();
    bench->finished_i = 0;
    CHECK(told() == done);
    bench.write_idle(spec::reg_job, 0x5678);  // of the next: the last one keeps its own
    CHECK(told() == done);
    bench.write_idle(spec::reg_control, bit(spec::control_reset_bit));
    CHECK(told() == nothing);
    CHECK(bench.value(spec::reg_job) == 0x5678);
}

TEST_CASE("a run from start to done") {
    Bench bench;
    bench.write_idle(spec::reg_interrupt_enable, bit(spec::interrupt_enable_done_bit));
    CHECK(bench.write(spec::reg_control, bit(spec::control_start_bit)) == okay);
    CHECK(bench->start_o);
    CHECK(bench->busy_o);
    bench.tick();
    CHECK_FALSE(bench->start_o);
    CHECK(bench.value(spec::reg_status) == bit(spec::status_busy_bit));
    bench.write(spec::reg_control, bit(spec::control_start_bit));
    CHECK_FALSE(bench->start_o);
    bench.tick();
    bench->finished_i = 1;
    bench.tick();
    bench->finished_i = 0;
    CHECK_FALSE(bench->busy_o);
    CHECK(bench->interrupt_o);
    CHECK(bench.value(spec::reg_status) == bit(spec::status_done_bit));
    CHECK(bench.value(spec::reg_interrupt_status) == bit(spec::interrupt_status_done_bit));
    bench.write_idle(spec::reg_interrupt_status, bit(spec::interrupt_status_error_bit));
    CHECK(bench->interrupt_o);
    bench.write_idle(spec::reg_interrupt_status, bit(spec::interrupt_status_done_bit));
    CHECK_FALSE(bench->interrupt_o);
}

TEST_CASE("a fault shows when the bus is quiet, and a reset recovers") {
    Bench bench;
    bench.write_idle(spec::reg_interrupt_enable, bit(spec::interrupt_enable_error_bit));
    bench.write_idle(spec::reg_control, bit(spec::control_start_bit));
    bench->halted_i = bench->draining_i = 1;
    CHECK(bench.value(spec::reg_status) == bit(spec::status_busy_bit));
    CHECK_FALSE(bench->interrupt_o);
    bench->quiet_i = 1;
    bench.tick();
    CHECK(bench->interrupt_o);
    CHECK(bench.value(spec::reg_status) == (bit(spec::status_error_bit) | bit(spec::status_draining_bit)));
    bench.write(spec::reg_control, bit(spec::control_start_bit));
    CHECK_FALSE(bench->start_o);
    bench.tick();
    CHECK(bench.write(spec::reg_control, bit(spec::control_reset_bit) | bit(spec::control_start_bit)) == okay);
    CHECK(bench->soft_reset_o);
    CHECK_FALSE(bench->start_o);
    bench.tick();
    bench->halted_i = bench->quiet_i = 0;
    CHECK_FALSE(bench->soft_reset_o);
    bench.write(spec::reg_control, bit(spec::control_start_bit));
    CHECK_FALSE(bench->start_o);  // still draining
    bench.tick();
    bench->draining_i = 0;
    bench.write(spec::reg_control, bit(spec::control_start_bit));
    CHECK(bench->start_o);
}

}  // namespace napier::test
