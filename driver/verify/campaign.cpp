#include "driver/verify/campaign.hpp"

#include <fmt/format.h>

#include <cstring>

#include "driver/verify/program_generator.hpp"
#include "driver/verify/trouble.hpp"
#include "sw/base/error.hpp"

namespace napier::driver {

namespace {

constexpr uint64_t cycle_limit = 2'000'000;  // of one program
constexpr uint64_t log_every = 500;          // programs

std::string replay(const CampaignOptions& options) {
    return fmt::format("lockstep --machine {} --seed {} --programs {}{}{}{}{}", options.machine, options.seed,
                       options.programs, options.cycles == 0 ? "" : fmt::format(" --cycles {}", options.cycles),
                       options.resets ? "" : " --no-resets", options.errors ? "" : " --no-errors",
                       options.power_up_seed == 0 ? "" : fmt::format(" --power-up-seed {}", options.power_up_seed));
}

class Campaign {
public:
    Campaign(const CampaignOptions& options, const std::function<void(const std::string&)>& log)
        : options_(options), log_(log), machine_(spec::find_machine(options.machine)) {
        DeviceConfig config;
        config.memory.size = page_bytes;
        config.power_up_seed = options.power_up_seed;
        config.waves = options.waves;
        rtl_ = make_device(options.device, machine_, config);
        sim_ = make_device("sim", machine_, config);
        config.values = false;
        times_ = make_device("sim", machine_, config);
    }

    CampaignResult run() {
        log_(replay(options_));
        while (result_.programs < options_.programs && (options_.cycles == 0 || result_.cycles < options_.cycles)) {
            const uint64_t seed = options_.seed + result_.programs;
            result_.difference = one(seed);
            ++result_.programs;
            if (result_.difference) {
                result_.program = fmt::format("lockstep --machine {} --seed {} --programs 1", options_.machine, seed);
                log_(fmt::format("DIFFERENT, seed {}: {}", seed, *result_.difference));
                log_(fmt::format("again: {}", result_.program));
                break;
            }
            if (result_.programs % log_every == 0) log_(summary());
        }
        log_(fmt::format("{}: {} ({})", result_.difference ? "FAIL" : "PASS", summary(), replay(options_)));
        return result_;
    }

private:
    std::string summary() const {
        return fmt::format("{} programs, {} commands, {} cycles, {} runs equal to golden, {} soft resets, {} errors",
                           result_.programs, result_.commands, result_.cycles, result_.golden, result_.resets,
                           result_.errors);
    }

    std::optional<std::string> one(uint64_t seed) {
        seed_ = seed;
        Random random(seed, "campaign");
        TestProgram program = random_program(machine_, seed);
        if (options_.errors && random.chance(15)) add_trouble(program, machine_, random);
        const bool reset = options_.resets && random.chance(10);
        const bool hard = random.chance(10);
        if (hard) rtl_->reset(), sim_->reset(), times_->reset();
        return reset ? with_reset(program, random) : whole(program);
    }

    DeviceRecord spoiled(DeviceRecord record, const char* who) const {
        if (options_.spoil) options_.spoil(seed_, who, record);
        return record;
    }

    std::optional<std::string> whole(const TestProgram& program) {
        const auto run_on = [&](Device& device, const char* who) {
            return spoiled(driver::run(device, program, cycle_limit), who);
        };
        const DeviceRecord rtl = run_on(*rtl_, "rtl"), sim = run_on(*sim_, "sim");
        result_.cycles += rtl.interrupt_cycle;
        result_.commands += rtl.counters[spec::counter_commands];
        auto difference = first_difference(rtl, sim, program);
        if (!difference && !rtl.interrupted)
            difference = fmt::format("Neither device ended within {} cycles.", cycle_limit);
        if (!difference && (rtl.status >> spec::status_done_bit & 1) != 0) {
            difference = difference_from_golden(sim, program);
            result_.golden += program.hazard_free;
        }
        if (!difference) difference = without_values(sim, run_on(*times_, "times"), program);
        if (rtl.error_code != 0) ++result_.errors, recover();
        return difference;
    }

    // Time alone has every cycle and counter, and moves no bytes.
    static std::optional<std::string> without_values(const DeviceRecord& sim, DeviceRecord times,
                                                     const TestProgram& program) {
        times.memory = sim.memory;
        times.job = sim.job;
        auto difference = first_difference(sim, times, program);
        if (difference) *difference = "Without values: " + *difference;
        return difference;
    }

    // A soft reset in some cycle of the run; nothing may move afterwards that does not move in both.
    std::optional<std::string> with_reset(const TestProgram& program, Random& random) {
        const uint64_t when = uint64_t(random.small(1, 6000));
        const auto reset_run = [&](Device& device, const char* who) {
            start(device, program);
            device.wait_interrupt(when - std::min(when, device.cycle()));
            device.write_register(spec::reg_control, 1u << spec::control_reset_bit);
            const auto draining = [&] {
                return device.read_register(spec::reg_status) >> spec::status_draining_bit & 1;
            };
            for (int i = 0; i < 100 && draining() != 0; ++i) device.wait_interrupt(1000);
            if (draining() != 0) device.reset();
            DeviceRecord record = observe(device, program, false);
            record.interrupt_cycle = 0;
            return spoiled(record, who);
        };
        const DeviceRecord rtl = reset_run(*rtl_, "rtl"), sim = reset_run(*sim_, "sim");
        result_.cycles += when;
        ++result_.resets;
        auto difference = first_difference(rtl, sim, program);
        if (!difference) difference = without_values(sim, reset_run(*times_, "times"), program);
        if (difference) *difference = fmt::format("Soft reset in cycle {}: {}", when, *difference);
        return difference;
    }

    // After an error: soft reset, and a hard one if the bus never answers.
    void recover() {
        for (Device* device : {rtl_.get(), sim_.get(), times_.get()}) {
            device->write_register(spec::reg_control, 1u << spec::control_reset_bit);
            for (int i = 0; i < 100; ++i) {
                if ((device->read_register(spec::reg_status) >> spec::status_draining_bit & 1) == 0) break;
                device->wait_interrupt(100);
            }
            if (device->read_register(spec::reg_status) != 0) device->reset();
        }
    }

    const CampaignOptions& options_;
    const std::function<void(const std::string&)>& log_;
    const spec::Machine& machine_;
    std::unique_ptr<Device> rtl_, sim_, times_;
    CampaignResult result_;
    uint64_t seed_ = 0;  // of the program that runs
};

}  // namespace

CampaignResult run_campaign(const CampaignOptions& options, const std::function<void(const std::string&)>& log) {
    return Campaign(options, log).run();
}

}  // namespace napier::driver
