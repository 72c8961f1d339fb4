// Does the module keep to TLM-2.0, and work with memories that know nothing of it? SystemC elaborates once in a
// process, so all platforms of this suite are built together.

#include <catch2/catch.hpp>

#include <cstring>
#include <functional>
#include <map>

#include "driver/compile/compile.hpp"
#include "driver/device/processor.hpp"
#include "driver/session/session.hpp"
#include "sim/tlm/accelerator.hpp"
#include "sim/tlm/bus.hpp"
#include "sim/tlm/memory_target.hpp"
#include "sw/golden/layer.hpp"
#include "sw/spec/machine.hpp"
#include "tests/support/random_model.hpp"
#include "tests/support/sentence.hpp"

#include <tlm_utils/peq_with_get.h>

namespace napier::test {
namespace {

using ::sc_core::sc_time;
using ::sc_core::SC_NS;
using ::tlm::tlm_generic_payload;

constexpr uint32_t registers_base = 0x1000'0000, memory_base = 0x2000'0000, memory_size = 1 << 20;

sim::MemoryConfig memory_at(uint32_t base) {
    sim::MemoryConfig config;
    config.base = base;
    config.size = memory_size;
    return config;
}

// A memory of somebody else: an array, blocking transport that takes its time, and nothing of beats.
class BlockingMemory : public ::sc_core::sc_module {
public:
    ::tlm_utils::simple_target_socket<BlockingMemory> socket{"socket"};
    explicit BlockingMemory(::sc_core::sc_module_name name) : sc_module(name), bytes(memory_size) {
        socket.register_b_transport(this, &BlockingMemory::transport);
    }
    std::vector<uint8_t> bytes;
    ::tlm::tlm_command failing = ::tlm::TLM_IGNORE_COMMAND;  // of the accelerator's, answered with an error

private:
    void transport(tlm_generic_payload& payload, sc_time& delay) {
        if (payload.get_extension<sim::BeatTiming>() != nullptr && payload.get_command() == failing) {
            return payload.set_response_status(::tlm::TLM_GENERIC_ERROR_RESPONSE);
        }
        wait(delay + sc_time(70, SC_NS));
        delay = sc_time(30, SC_NS);
        uint8_t* const place = bytes.data() + payload.get_address();
        if (payload.is_read()) std::memcpy(payload.get_data_ptr(), place, payload.get_data_length());
        else std::memcpy(place, payload.get_data_ptr(), payload.get_data_length());
        payload.set_response_status(::tlm::TLM_OK_RESPONSE);
    }
};

// Another: every request is accepted, and answered later in a phase of its own.
class PhasedMemory : public ::sc_core::sc_module {
public:
    ::tlm_utils::simple_target_socket<PhasedMemory> socket{"socket"};
    explicit PhasedMemory(::sc_core::sc_module_name name) : sc_module(name), bytes(memory_size) {
        SC_HAS_PROCESS(PhasedMemory);
        socket.register_nb_transport_fw(this, &PhasedMemory::forward);
        socket.register_b_transport(this, &PhasedMemory::transport);
        SC_METHOD(answer);
        sensitive << waiting_.get_event();
        dont_initialize();
    }
    std::vector<uint8_t> bytes;

private:
    ::tlm::tlm_sync_enum forward(tlm_generic_payload& payload, ::tlm::tlm_phase& phase, sc_time& delay) {
        if (phase != ::tlm::BEGIN_REQ) return ::tlm::TLM_COMPLETED;
        waiting_.notify(payload, delay + sc_time(120, SC_NS));
        return ::tlm::TLM_ACCEPTED;
    }
    void answer() {
        while (tlm_generic_payload* payload = waiting_.get_next_transaction()) {
            sc_time delay = ::sc_core::SC_ZERO_TIME;
            transport(*payload, delay);
            ::tlm::tlm_phase phase = ::tlm::BEGIN_RESP;
            delay = ::sc_core::SC_ZERO_TIME;
            socket->nb_transport_bw(*payload, phase, delay);
        }
    }
    void transport(tlm_generic_payload& payload, sc_time& delay) {
        delay += sc_time(50, SC_NS);
        uint8_t* const place = bytes.data() + payload.get_address();
        if (payload.is_read()) std::memcpy(payload.get_data_ptr(), place, payload.get_data_length());
        else std::memcpy(place, payload.get_data_ptr(), payload.get_data_length());
        payload.set_response_status(::tlm::TLM_OK_RESPONSE);
    }

    ::tlm_utils::peq_with_get<tlm_generic_payload> waiting_{"waiting"};
};

struct Job {
    Job() {
        Random random(5);
        RandomModelOptions options;
        options.formats = {"ternary"};
        model = random_model(random, options);
        driver::CompileOptions choices = driver::CompileOptions::keeping_tensors();
        choices.memory_base = memory_base;
        program = driver::compile(model, spec::find_machine("odd"), choices);
        input = random_values(random, model.tensors[size_t(model.input.tensor)]);
        expected = golden::run_model(model, input);
    }
    Model model;
    driver::Program program;
    golden::TensorValues input;
    std::vector<golden::TensorValues> expected;
};

const Job& job() {
    static const Job job;
    return job;
}

// What the software of one platform saw.
struct Seen {
    bool right = false;
    std::map<uint32_t, std::string> accesses;  // answers to reads of registers by their bytes
    std::string failed[2];                     // what the driver says of a memory that fails its reads, its writes
    uint64_t cycles = 0;
    uint32_t identity = 0;
    std::string refused;
};

template <typename Memory>
class Board : public ::sc_core::sc_module {
public:
    template <typename... Arguments>
    Board(::sc_core::sc_module_name name, sim::Timing timing, Arguments... arguments)
        : sc_module(name), bus("bus"), memory("memory", arguments...),
          accelerator("accelerator", spec::find_machine("odd"), memory_at(memory_base), timing),
          processor("processor", spec::find_machine("odd"), {registers_base, memory_at(memory_base)},
                    [this](driver::Device& device) { work(device); }) {
        processor.socket.bind(bus.initiators);
        accelerator.memory.bind(bus.initiators);
        bus.connect(accelerator.registers, registers_base, 0x1000);
        bus.connect(memory.socket, memory_base, memory_size);
        accelerator.interrupt.bind(interrupt);
        processor.interrupt.bind(interrupt);
    }

    sim::Bus bus;
    Memory memory;
    sim::Accelerator accelerator;
    driver::Processor processor;
    ::sc_core::sc_signal<bool> interrupt{"interrupt"};
    Seen seen;

private:
    void work(driver::Device& device) {
        seen.identity = device.read_register(spec::reg_identity);
        driver::Session session(device, job().program);
        for (int i = 0; i < 2; ++i) {
            seen.cycles = session.run(job().input).counters[spec::counter_cycles];
            seen.right = session.output() == job().expected[size_t(job().model.output.tensor)];
        }
        std::vector<uint8_t> bytes(16);
        seen.refused = sentence_of([&] { device.read_memory(0x7000'0000, bytes); });
        for (const uint32_t count : {1, 4, 8}) {
            const std::span<uint8_t> part(bytes.data(), count);
            seen.accesses[count] = sentence_of([&] { device.read_memory(registers_base, part); });
        }
        seen.accesses[0] = sentence_of([&] { device.read_register(spec::reg_status + 2); });
        if constexpr (requires { memory.failing; }) {
            for (const bool write : {false, true}) {
                memory.failing = write ? ::tlm::TLM_WRITE_COMMAND : ::tlm::TLM_READ_COMMAND;
                seen.failed[write] = sentence_of([&] { session.run(job().input); });
            }
        }
    }
};

struct World {
    World() {
        const driver::Processor* processors[] = {&exact.processor, &loose.processor, &blocking_loose.processor,
                                                 &blocking_exact.processor, &phased_loose.processor,
                                                 &phased_exact.processor};
        for (const driver::Processor* processor : processors) {
            while (!processor->ended) ::sc_core::sc_start();  // each pauses the simulation as its software ends
        }
    }
    Board<sim::MemoryTarget> exact{"exact", sim::Timing::exact, memory_at(0)};
    Board<sim::MemoryTarget> loose{"loose", sim::Timing::loose, memory_at(0)};
    Board<BlockingMemory> blocking_loose{"blocking_loose", sim::Timing::loose};
    Board<BlockingMemory> blocking_exact{"blocking_exact", sim::Timing::exact};
    Board<PhasedMemory> phased_loose{"phased_loose", sim::Timing::loose};
    Board<PhasedMemory> phased_exact{"phased_exact", sim::Timing::exact};
};

World& world() {
    static World world;
    return world;
}

template <typename Memory>
void check(const Board<Memory>& board) {
    CHECK(board.seen.identity == spec::find_machine("odd").identity);
    CHECK(board.seen.right);
    CHECK_THAT(board.seen.refused, Catch::Contains("0x70000000 with TLM_ADDRESS_ERROR_RESPONSE"));
    CHECK_FALSE(board.processor.failure);
}

// Cycles of the job on the simulator alone.
uint64_t simulated() {
    driver::DeviceConfig config;
    config.memory = driver::memory_for(job().program, config.memory);
    const auto device = driver::make_device("sim", spec::find_machine("odd"), config);
    driver::Session session(*device, job().program);
    return session.run(job().input).counters[spec::counter_cycles];
}

}  // namespace

TEST_CASE("Behind a bus, with the memory of the simulator, it takes the simulator's cycles") {
    check(world().exact);
    check(world().loose);
    CHECK(world().exact.seen.cycles == simulated());
    CHECK(world().loose.seen.cycles == simulated());
}

TEST_CASE("A register takes four bytes at a multiple of four, and nothing else") {
    auto accesses = world().exact.seen.accesses;
    CHECK(accesses[4] == "");
    CHECK_THAT(accesses[1], Catch::Contains("TLM_BURST_ERROR_RESPONSE"));
    CHECK_THAT(accesses[8], Catch::Contains("TLM_BURST_ERROR_RESPONSE"));
    CHECK_THAT(accesses[0], Catch::Contains("TLM_ADDRESS_ERROR_RESPONSE"));
}

TEST_CASE("An error that a memory answers with stops the program as one of the bus") {
    for (const auto* board : {&world().blocking_exact, &world().blocking_loose}) {
        CHECK_THAT(board->seen.failed[0], Catch::Contains("read_response"));
        CHECK_THAT(board->seen.failed[1], Catch::Contains("write_response"));
    }
}

TEST_CASE("A memory with blocking transport alone serves both timings") {
    check(world().blocking_loose);
    check(world().blocking_exact);
    CHECK(world().blocking_loose.seen.cycles > simulated() / 2);
}

TEST_CASE("A memory that answers in a phase of its own serves both timings") {
    check(world().phased_loose);
    check(world().phased_exact);
}

}  // namespace napier::test
