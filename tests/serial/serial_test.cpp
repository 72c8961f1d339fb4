// Does the board behind a serial line give what the simulator gives, over bad lines too, and is trouble said in a
// sentence?

#include <catch2/catch.hpp>
#include <poll.h>
#include <unistd.h>
#include <zlib.h>

#include <atomic>
#include <thread>

#include "driver/cli/images.hpp"
#include "driver/cli/network.hpp"
#include "driver/compile/compile.hpp"
#include "driver/device/serial_device.hpp"
#include "driver/session/session.hpp"
#include "sw/golden/greatest.hpp"
#include "sw/spec/machine.hpp"
#include "tests/support/board/pty_board.hpp"
#include "tests/support/killed_host.hpp"
#include "tests/support/random_model.hpp"
#include "tests/support/sentence.hpp"

namespace napier::test {
namespace {

using driver::Program;
using driver::Session;

const spec::Machine& tiny() { return spec::find_machine("tiny"); }

std::unique_ptr<driver::Device> open(const PtyBoard& board) {
    return driver::make_device("serial:" + board.path(), tiny(), {});
}

// What a board answers: to hello its version and memory, else one word.
std::vector<uint8_t> answer_bytes(uint8_t sequence, uint8_t operation, uint32_t value) {
    namespace serial = spec::serial;
    std::vector<uint32_t> words{value};
    if (operation == serial::hello) words = {serial::version, 65536};
    std::vector<uint8_t> bytes{serial::answer, sequence, serial::okay, uint8_t(words.size()), 0};
    const auto put = [&](uint32_t word) {
        for (int i = 0; i < 4; ++i) bytes.push_back(uint8_t(word >> (8 * i)));
    };
    for (uint32_t word : words) put(word);
    put(uint32_t(crc32_z(0, bytes.data() + 1, bytes.size() - 1)));
    return bytes;
}

struct SmallJob {
    SmallJob() {
        Random random(5);
        RandomModelOptions options;
        options.formats = {"ternary"};
        options.layers = 2;
        options.greatest_extent = 4;
        const Model model = random_model(random, options);
        program = driver::compile(model, tiny());
        input = random_values(random, model.tensors[size_t(model.input.tensor)]);
        output = golden::run_model(model, input)[size_t(model.output.tensor)];
    }
    Program program;
    std::vector<int8_t> input, output;
};

}  // namespace

TEST_CASE("the ternary digit model classifies digits on the board, with the bytes of the simulator") {
    constexpr size_t count = 4;
    const auto network = driver::load_network("sw/models/digits_ternary.onnx");
    const Program program = network->compile(tiny());
    const auto images = network->read_inputs(program, {"sw/models/digits_test_images.npy"}, count);
    const auto labels = driver::read_labels("sw/models/digits_test_labels.npy", count);
    PtyBoard board;
    const auto serial = open(board);
    driver::DeviceConfig config;
    config.memory = driver::memory_for(program, {});
    const auto sim = driver::make_device("sim", tiny(), config);
    Session on_board(*serial, program), on_sim(*sim, program);
    size_t right = 0;
    for (size_t i = 0; i < count; ++i) {
        on_board.run(images[i]);
        on_sim.run(images[i]);
        REQUIRE(on_board.output() == on_sim.output());
        right += golden::greatest(network->scores(program, on_board.output()), 1).front() == labels[i];
    }
    CHECK(right >= count - 1);
}

TEST_CASE("a line that changes two bytes of a thousand changes no result") {
    const SmallJob job;
    PtyBoard board;
    const auto device = open(board);
    board.set_noise(2);
    Session session(*device, job.program);
    for (int run = 0; run < 3; ++run) {
        session.run(job.input);
        CHECK(session.output() == job.output);
    }
    CHECK(dynamic_cast<driver::SerialDevice&>(*device).retries() > 5);
}

TEST_CASE("memory at any byte") {
    PtyBoard board;
    const auto device = open(board);
    Random random(3);
    std::vector<uint8_t> model(300);
    device->write_memory(40, model);
    for (int i = 0; i < 30; ++i) {
        const size_t first = size_t(random.number(0, 250)), count = size_t(random.number(0, int(300 - first)));
        std::vector<uint8_t> part(count);
        for (uint8_t& byte : part) byte = uint8_t(random.number(0, 255));
        std::copy(part.begin(), part.end(), model.begin() + long(first));
        device->write_memory(40 + uint32_t(first), part);
        std::vector<uint8_t> there(count);
        device->read_memory(40 + uint32_t(first), there);
        REQUIRE(there == part);
    }
    std::vector<uint8_t> there(300);
    device->read_memory(40, there);
    CHECK(there == model);
    CHECK_THAT(sentence_of([&] { device->read_memory(PtyBoard::memory_bytes - 6, there); }),
               Catch::Contains("leave the " + std::to_string(PtyBoard::memory_bytes) + " bytes"));
}

TEST_CASE("registers that do not exist read 0, and writes of them change nothing") {
    PtyBoard board;
    const auto device = open(board);
    CHECK(device->read_register(spec::reg_identity) == tiny().identity);
    device->write_register(spec::reg_watchdog, 77);
    for (const uint32_t offset : {spec::reg_watchdog + 1, spec::reg_watchdog + 4096, 4092u}) {
        CHECK(device->read_register(offset) == 0);
        device->write_register(offset, 5);
    }
    CHECK(device->read_register(spec::reg_watchdog) == 77);
}

TEST_CASE("a line belongs to one user") {
    PtyBoard board;
    const auto device = open(board);
    CHECK_THAT(sentence_of([&] { open(board); }),
               Catch::Contains("is in use by process " + std::to_string(::getpid())) &&
                   Catch::Contains("end that one first"));
}

TEST_CASE("a host that is killed in the middle leaves a board that the next one can use") {
    const SmallJob job;
    PtyBoard board;
    for (int milliseconds : {20, 100, 300}) {
        CHECK(kill_after(milliseconds, [&] {
            const auto device = open(board);
            Session session(*device, job.program);
            for (;;) session.run(job.input);
        }));
        const auto device = open(board);
        Session session(*device, job.program);
        session.run(job.input);
        CHECK(session.output() == job.output);
    }
}

TEST_CASE("an answer that comes late is not taken for that of the next request") {
    const PseudoTerminal terminal;
    const int master = terminal.descriptor();
    // A board that answers the first try of each request when the second comes: one behind, and then both.
    std::atomic<bool> stop = false;
    std::thread board([&] {
        std::vector<uint8_t> bytes;
        uint8_t last = 0;
        for (uint32_t value = 0; !stop;) {
            uint8_t come[64];
            pollfd waits{master, POLLIN, 0};
            if (::poll(&waits, 1, 10) <= 0) continue;
            const ssize_t count = ::read(master, come, sizeof come);
            if (count > 0) bytes.insert(bytes.end(), come, come + count);
            if (bytes.size() < 13) continue;
            const uint8_t sequence = bytes[1], operation = bytes[2];
            bytes.clear();
            const bool late = sequence != last && last != 0;  // answers with the number of the request before
            const auto answer = answer_bytes(late ? last : sequence, operation, late ? value : ++value);
            last = sequence;
            (void)!::write(master, answer.data(), answer.size());
        }
    });
    {
        const auto device = driver::make_device("serial:" + terminal.path(), tiny(), {});
        CHECK(device->read_register(0) == 2);
        CHECK(device->read_register(0) == 3);
    }
    stop = true;
    board.join();
}

TEST_CASE("trouble with a line is a sentence") {
    const auto open_path = [](const std::string& path) {
        return sentence_of([&] { driver::make_device("serial:" + path, tiny(), {}); });
    };
    CHECK_THAT(open_path("/dev/no-such-terminal"), Catch::Contains("does not exist; plug the board in"));
    CHECK_THAT(open_path("/dev/null"), Catch::Contains("is no terminal"));
    CHECK_THAT(open_path("/dev/null@12345"), Catch::Contains("cannot run at 12345 baud; give one of 9600"));
    CHECK_THAT(open_path("/dev/null@fast"), Catch::Contains("'fast' is no rate"));
    {
        PtyBoard board;
        board.set_noise(1000);  // every byte: another baud looks like this
        CHECK_THAT(open_path(board.path()), Catch::Contains("(tried 8 times at 115200 baud)"));
    }
    const PseudoTerminal silent;
    CHECK_THAT(open_path(silent.path()), Catch::Contains("does not answer; check that it has power"));
}

}  // namespace napier::test
