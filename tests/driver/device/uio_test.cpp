// Does a board under Linux, played behind fake device files, run models to the simulator's bytes, and is everything
// that can be wrong with the files told in a sentence?

#include <catch2/catch.hpp>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "driver/cli/network.hpp"
#include "driver/device/uio_device.hpp"
#include "driver/session/session.hpp"
#include "sw/spec/machine.hpp"
#include "tests/support/fake_board.hpp"
#include "tests/support/killed_host.hpp"
#include "tests/support/sentence.hpp"

namespace napier::test {
namespace {

constexpr uint32_t base = 0x3000'0000, bytes = 1 << 20;

std::unique_ptr<driver::Device> open(const FakeBoard& board, const spec::Machine& machine) {
    driver::DeviceConfig config;
    config.uio = board.files();
    return driver::make_device("uio", machine, config);
}

struct Digits {
    Digits(const char* model, const spec::Machine& machine, uint32_t memory_base = base)
        : network(driver::load_network(std::string("sw/models/digits_") + model + ".onnx")) {
        driver::CompileOptions options;
        options.memory_base = memory_base;
        program = network->compile(machine, options);
        images = network->read_inputs(program, {"sw/models/digits_test_images.npy"}, 3);
    }
    std::unique_ptr<driver::Network> network;
    driver::Program program;
    std::vector<driver::Values> images;
};

// What differs between the board's runs and the simulator's.
std::string difference(const char* model, const char* machine_name, BoardFaults faults = {}) {
    const spec::Machine& machine = spec::find_machine(machine_name);
    const Digits digits(model, machine);
    const FakeBoard board(machine, base, bytes, faults);
    const auto uio = open(board, machine);
    driver::DeviceConfig config;
    config.memory = driver::memory_for(digits.program, config.memory);
    const auto sim = driver::make_device("sim", machine, config);
    driver::Session left(*uio, digits.program), right(*sim, digits.program);
    for (const driver::Values& image : digits.images) {
        const driver::RunTimes times = left.run(image), expected = right.run(image);
        if (left.output() != right.output()) return "outputs differ";
        if (left.memory() != right.memory()) return "memories differ";
        if (times.counters != expected.counters) return "counters differ";
        if (!times.commands.empty()) return "the board cannot know the times of commands";
    }
    return "";
}

}  // namespace

TEST_CASE("Models of digits on a board behind device files give the simulator's bytes and counters") {
    CHECK(difference("ternary", "edge") == "");
    CHECK(difference("int8", "odd") == "");
    CHECK(difference("adder", "odd") == "");
    CHECK(difference("mxfp4", "mx-small") == "");
}

TEST_CASE("Interrupts that are lost or spurious change nothing") {
    BoardFaults lost, spurious;
    lost.lost_interrupts = true;
    spurious.spurious_interrupts = true;
    CHECK(difference("ternary", "edge", lost) == "");
    CHECK(difference("ternary", "odd", spurious) == "");
}

TEST_CASE("The board takes the last of two writes, however close they are") {
    const spec::Machine& machine = spec::find_machine("odd");
    const FakeBoard board(machine, base, bytes);
    const auto uio = open(board, machine);
    constexpr uint32_t no_bit = 1u << 31;
    // Ten thousand times, or on a busy host as often as ten seconds let it.
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    for (uint32_t value = 1; value < 20'000 && std::chrono::steady_clock::now() < end; value += 2) {
        uio->write_register(spec::reg_watchdog, value);
        uio->write_register(spec::reg_watchdog, value + 1);
        uio->write_register(spec::reg_control, no_bit);  // returns once the board has taken all
        REQUIRE(uio->read_register(spec::reg_watchdog) == value + 1);
    }
}

TEST_CASE("A lost interrupt is found by its register") {
    const spec::Machine& machine = spec::find_machine("edge");
    BoardFaults lost;
    lost.lost_interrupts = true;
    const FakeBoard board(machine, base, bytes, lost);
    const auto uio = open(board, machine);
    uio->write_register(spec::reg_interrupt_enable, 3);
    uio->write_register(spec::reg_control, 1u << spec::control_start_bit);  // a program of no commands is an error
    CHECK(uio->wait_interrupt(60'000'000'000));                             // ten minutes
}

TEST_CASE("A board whose program does not end in time is told so") {
    const spec::Machine& machine = spec::find_machine("edge");
    const Digits digits("ternary", machine);
    const FakeBoard board(machine, base, bytes);
    const auto uio = open(board, machine);
    uio->write_register(spec::reg_interrupt_enable, 3);
    const auto begin = std::chrono::steady_clock::now();
    CHECK_FALSE(uio->wait_interrupt(5'000'000));  // 50 ms at 100 MHz
    const auto took = std::chrono::steady_clock::now() - begin;
    CHECK(took >= std::chrono::milliseconds(50));
    CHECK(took < std::chrono::seconds(10));
}

TEST_CASE("A board belongs to one user") {
    const spec::Machine& machine = spec::find_machine("edge");
    const FakeBoard board(machine, base, bytes);
    auto uio = open(board, machine);
    CHECK_THAT(sentence_of([&] { open(board, machine); }),
               Catch::Contains("is in use by process " + std::to_string(::getpid())) &&
                   Catch::Contains("end that one first"));
    uio.reset();
    open(board, machine);
}

TEST_CASE("A host that is killed in the middle leaves a board that the next one can use") {
    const spec::Machine& machine = spec::find_machine("odd");
    const Digits digits("ternary", machine);
    const FakeBoard board(machine, base, bytes);
    for (int milliseconds : {5, 20, 60}) {
        CHECK(kill_after(milliseconds, [&] {
            const auto uio = open(board, machine);
            driver::Session session(*uio, digits.program);
            for (;;) session.run(digits.images[0]);
        }));
        const auto uio = open(board, machine);
        driver::Session session(*uio, digits.program);
        session.run(digits.images[1]);
        const auto golden = digits.network->golden(digits.program, digits.images[1]);
        CHECK(session.output() == golden[size_t(digits.program.output.tensor)]);
    }
}

TEST_CASE("A board that is dead is found out") {
    const spec::Machine& machine = spec::find_machine("edge");
    BoardFaults dead;
    dead.dead = true;
    const FakeBoard board(machine, base, bytes, dead);
    const auto uio = open(board, machine);
    CHECK_THAT(sentence_of([&] { uio->reset(); }), Catch::Contains("is the machine's clock on?"));
}

TEST_CASE("Another machine, or none, behind the files is refused") {
    FakeBoard board(spec::find_machine("edge"), base, bytes);
    CHECK_THAT(sentence_of([&] { open(board, spec::find_machine("odd")); }), Catch::Contains("is no machine 'odd'"));
}

TEST_CASE("Each file that is absent, too small or no device file has its sentence") {
    const spec::Machine& machine = spec::find_machine("edge");
    const auto with = [&](const std::function<void(FakeBoard&)>& change) {
        FakeBoard board(machine, base, bytes);
        change(board);
        return sentence_of([&] { open(board, machine); });
    };
    using std::filesystem::remove;
    CHECK_THAT(with([](FakeBoard& board) { remove(board.files().registers); }),
               Catch::Contains("There is no file") && Catch::Contains("for the registers"));
    CHECK_THAT(with([](FakeBoard& board) { remove(board.files().memory); }), Catch::Contains("for the memory"));
    CHECK_THAT(with([](FakeBoard& board) { remove(board.files().memory_attributes + "/phys_addr"); }),
               Catch::Contains("phys_addr' for the attributes"));
    CHECK_THAT(with([](FakeBoard& board) { board.set_attribute("uio/size", "0x800"); }),
               Catch::Contains("says 2048 bytes, but the registers of device 'uio' need 4096"));
    CHECK_THAT(with([](FakeBoard& board) { board.set_attribute("udmabuf/size", "many"); }),
               Catch::Contains("holds 'many' and no number"));
    CHECK_THAT(with([](FakeBoard& board) { board.set_attribute("udmabuf/size", "2097152"); }),
               Catch::Contains("has 1048576 bytes and 2097152 were promised"));
    CHECK_THAT(with([](FakeBoard& board) { board.set_attribute("udmabuf/phys_addr", "0xfff80000"); }),
               Catch::Contains("past 32-bit addresses"));
    const FakeBoard board(machine, base, bytes);
    driver::UioFiles files = board.files();
    files.registers = files.interrupt;
    CHECK_THAT(sentence_of([&] { driver::UioDevice(machine, files); }), Catch::Contains("cannot be mapped"));
}

TEST_CASE("A file that this user may not open has its sentence") {
    CHECK_THAT(driver::why_not_open("/dev/uio0", "registers", EACCES), Catch::Contains("may not be opened by this"));
    CHECK_THAT(driver::why_not_open("/dev/uio0", "registers", EBUSY), Catch::Contains("close what else uses it"));
    if (::geteuid() == 0) return;  // whom nothing stops
    const spec::Machine& machine = spec::find_machine("edge");
    const FakeBoard board(machine, base, bytes);
    std::filesystem::permissions(board.files().memory, std::filesystem::perms::none);
    CHECK_THAT(sentence_of([&] { open(board, machine); }), Catch::Contains("may not be opened by this user"));
}

TEST_CASE("A program that leaves the board's memory is refused before it is written there") {
    const spec::Machine& machine = spec::find_machine("edge");
    const FakeBoard board(machine, base, bytes);
    const auto uio = open(board, machine);
    REQUIRE(uio->fixed_memory());
    CHECK(uio->fixed_memory()->base == base);
    CHECK(uio->fixed_memory()->size == bytes);
    const Digits elsewhere("ternary", machine, 0);
    CHECK_THAT(sentence_of([&] { driver::Session(*uio, elsewhere.program); }), Catch::Contains("leave the board"));
    CHECK_THAT(sentence_of([&] { uio->configure_memory(driver::memory_for(elsewhere.program, {})); }),
               Catch::Contains("compile the program for that memory"));
    std::vector<uint8_t> byte(1);
    uio->read_memory(base + bytes - 1, byte);
    CHECK_THAT(sentence_of([&] { uio->read_memory(base + bytes, byte); }), Catch::Contains("leave the board's memory"));
}

TEST_CASE("A board's files follow from their names") {
    const driver::UioFiles files = driver::find_uio_files("uio3,udmabuf-npu");
    CHECK(files.registers == "/dev/uio3");
    CHECK(files.interrupt == "/dev/uio3");
    CHECK(files.memory == "/dev/udmabuf-npu");
    CHECK(files.register_attributes == "/sys/class/uio/uio3/maps/map0");
    CHECK(files.memory_attributes == "/sys/class/u-dma-buf/udmabuf-npu");
    CHECK(driver::find_uio_files("").registers == "/dev/uio0");
    const auto refused = [](const char* name) {
        return sentence_of([&] { driver::make_device(name, spec::find_machine("edge"), {}); });
    };
    CHECK_THAT(refused("uio:nosuch7,nosuch8"), Catch::Contains("There is no file '/dev/nosuch7'"));
    for (const char* names : {"uio:uio0", "uio:,a", "uio:a,", "uio:a,b,c"}) {
        CHECK_THAT(refused(names), Catch::Contains("give it as uio:uio0,udmabuf0"));
    }
    CHECK_THAT(refused("sim:uio0,udmabuf0"), Catch::Contains("There is no device 'sim:uio0,udmabuf0'"));
}

}  // namespace napier::test
