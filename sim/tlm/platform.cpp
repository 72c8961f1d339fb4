#include "sim/tlm/platform.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <mutex>

#include "sim/tlm/accelerator.hpp"
#include "sim/tlm/memory_target.hpp"
#include "sw/base/error.hpp"
#include "sw/spec/machine.hpp"

// SystemC's library has a main that calls it; a program with its own sc_main takes that one.
extern "C" [[gnu::weak, gnu::visibility("default")]] int sc_main(int, char**) { return 0; }

namespace napier::sim {

using ::sc_core::sc_time;
using ::sc_core::SC_ZERO_TIME;

namespace {
constexpr size_t stack_bytes = 1 << 20;

// Of a place that nobody uses.
MemoryConfig unused() {
    MemoryConfig config;
    config.size = 4096;
    return config;
}
}

// An accelerator, its memory, and the process that stands for the software.
class Platform::Slot : public ::sc_core::sc_module {
public:
    explicit Slot(::sc_core::sc_module_name name)
        : sc_module(name), accelerator("accelerator", spec::machines[0], unused(), Timing::exact),
          memory("memory", unused()) {
        SC_HAS_PROCESS(Slot);
        socket.bind(accelerator.registers);
        accelerator.memory.bind(memory.socket);
        accelerator.interrupt.bind(interrupt);
        SC_THREAD(work);
        set_stack_size(stack_bytes);
    }

    // Carries a job out as software of the platform, while time passes.
    void run(std::function<void()> job) {
        job_ = std::move(job);
        asked_.notify(SC_ZERO_TIME);
        while (job_) ::sc_core::sc_start();
    }

    void access(::tlm::tlm_command command, uint32_t offset, uint32_t& value) {
        ::tlm::tlm_generic_payload payload;
        payload.set_command(command);
        payload.set_address(offset);
        payload.set_data_ptr(reinterpret_cast<uint8_t*>(&value));
        payload.set_data_length(sizeof value);
        payload.set_streaming_width(sizeof value);
        sc_time delay = SC_ZERO_TIME;
        socket->b_transport(payload, delay);
        wait(delay);
    }

    bool wait_interrupt(uint64_t cycles) {
        const uint64_t most = (~uint64_t{0} - ::sc_core::sc_time_stamp().value()) / accelerator.period().value();
        if (!interrupt.read()) {
            wait(sc_time::from_value(std::min(cycles, most) * accelerator.period().value()),
                 interrupt.posedge_event());
        }
        return interrupt.read();
    }

    bool taken = false;
    ::tlm_utils::simple_initiator_socket<Slot> socket{"socket"};
    ::sc_core::sc_signal<bool> interrupt{"interrupt"};
    Accelerator accelerator;
    MemoryTarget memory;

private:
    void work() {
        while (true) {
            while (!job_) wait(asked_);
            job_();
            job_ = nullptr;
            ::sc_core::sc_pause();
        }
    }

    std::function<void()> job_;
    ::sc_core::sc_event asked_;
};

// The places; SystemC keeps what was elaborated to the end of the process.
struct Platform::Kernel {
    std::array<std::unique_ptr<Slot>, most_platforms> slots;
    std::mutex mutex;

    static Kernel& instance() {
        static Kernel* const kernel = new Kernel;
        return *kernel;
    }

    Slot& take() {
        const std::lock_guard held(mutex);
        if (!slots[0]) elaborate();
        const auto found = std::find_if(slots.begin(), slots.end(), [](const auto& slot) { return !slot->taken; });
        if (found == slots.end()) {
            throw Error(ErrorKind::device,
                        fmt::format("All {} SystemC devices of this process are in use: SystemC elaborates once, so no "
                                    "more can be made; close one, or use the device 'sim'.", most_platforms));
        }
        (*found)->taken = true;
        return **found;
    }

    void elaborate() {
        if (::sc_core::sc_get_status() != ::sc_core::SC_ELABORATION) {
            throw Error(ErrorKind::device, "This process has begun a SystemC simulation of its own, and SystemC "
                                           "elaborates once; open a SystemC device before, or use the device 'sim'.");
        }
        for (size_t i = 0; i < slots.size(); ++i) {
            slots[i] = std::make_unique<Slot>(fmt::format("napier_{}", i).c_str());
        }
        ::tlm::tlm_global_quantum::instance().set(sc_time(100, ::sc_core::SC_US));
        for (const auto& slot : slots) slot->run([] {});
    }
};

Platform::Platform(const spec::Machine& machine, const MemoryConfig& config, bool loose)
    : slot_(Kernel::instance().take()) {
    const std::lock_guard held(Kernel::instance().mutex);
    slot_.accelerator.become(machine, config, loose ? Timing::loose : Timing::exact);
    slot_.memory.model() = MemoryModel(config);
    slot_.run([] { ::sc_core::wait(SC_ZERO_TIME); });
}

Platform::~Platform() {
    const std::lock_guard held(Kernel::instance().mutex);
    slot_.accelerator.become(spec::machines[0], unused(), Timing::exact);
    slot_.memory.model() = MemoryModel(unused());
    slot_.taken = false;
}

uint32_t Platform::read_register(uint32_t offset) {
    const std::lock_guard held(Kernel::instance().mutex);
    uint32_t value = 0;
    slot_.run([&] { slot_.access(::tlm::TLM_READ_COMMAND, offset, value); });
    return value;
}

void Platform::write_register(uint32_t offset, uint32_t value) {
    const std::lock_guard held(Kernel::instance().mutex);
    slot_.run([&] { slot_.access(::tlm::TLM_WRITE_COMMAND, offset, value); });
}

bool Platform::wait_interrupt(uint64_t cycles) {
    const std::lock_guard held(Kernel::instance().mutex);
    bool high = false;
    slot_.run([&] { high = slot_.wait_interrupt(cycles); });
    return high;
}

uint64_t Platform::cycle() { return slot_.accelerator.cycle(); }

void Platform::reset() {
    const std::lock_guard held(Kernel::instance().mutex);
    slot_.accelerator.reset();
}

void Platform::configure(const MemoryConfig& config) {
    slot_.accelerator.configure(config);
    slot_.memory.model().configure(config);
}

const CommandTrace& Platform::trace() const { return slot_.accelerator.trace(); }

MemoryModel& Platform::memory() { return slot_.memory.model(); }

}  // namespace napier::sim
