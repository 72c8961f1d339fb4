// Is every planted error of a program refused, and the program without it accepted?

#include "driver/check/static_check.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>

#include "driver/compile/compile.hpp"
#include "sw/spec/machine.hpp"
#include "tests/driver/run_program.hpp"
#include "tests/support/random_model.hpp"

namespace napier::test {
namespace {

using spec::CommandWords;
namespace load = spec::load;
namespace exec = spec::exec;
namespace store = spec::store;
using Commands = std::vector<CommandWords>;

const spec::Machine& tiny() { return spec::find_machine("tiny"); }

void put(CommandWords& words, const spec::Field& field, int64_t value) { spec::set(words, field, value); }

CommandWords make_load(load::Target target, int64_t address, int64_t word, int64_t bytes) {
    CommandWords words{};
    put(words, spec::common::opcode, static_cast<int64_t>(spec::Opcode::load));
    put(words, load::target, static_cast<int64_t>(target));
    put(words, load::address, address);
    put(words, load::buffer_word, word);
    put(words, load::length, bytes);
    put(words, load::count_x, 1);
    put(words, load::count_y, 1);
    return words;
}

// Four pixels of one vector: activation words 0..3, weight words 0..3, parameter words 0..3, output words 0..3.
CommandWords make_exec() {
    CommandWords words{};
    put(words, spec::common::opcode, static_cast<int64_t>(spec::Opcode::exec));
    put(words, exec::format, spec::format_ternary);
    for (const spec::Field& field : {exec::start, exec::finish, exec::group_count, exec::out_h, exec::kernel_w,
                                     exec::kernel_h, exec::stride_x, exec::stride_y, exec::output_stride}) {
        put(words, field, 1);
    }
    put(words, exec::pixel_stride, 2);
    put(words, exec::out_w, 4);
    put(words, exec::limit_w, 4);
    put(words, exec::limit_h, 1);
    return words;
}

CommandWords make_store(int64_t address) {
    CommandWords words{};
    put(words, spec::common::opcode, static_cast<int64_t>(spec::Opcode::store));
    put(words, store::address, address);
    put(words, store::length, 16);
    put(words, store::count_x, 1);
    put(words, store::count_y, 1);
    return words;
}

void wait_for(CommandWords& words, uint32_t bit) {
    put(words, spec::common::wait, spec::get(words, spec::common::wait) | 1 << bit);
}
void signal_to(CommandWords& words, uint32_t bit) {
    put(words, spec::common::signal, spec::get(words, spec::common::signal) | 1 << bit);
}

// A layer, and a second one that reads what the first stored and reuses its buffers.
// 0..2 loads, 3 exec, 4 store; 5 load, 6 exec, 7 store.
Commands two_layers() {
    Commands program{make_load(load::Target::activation, 0x1000, 0, 32), make_load(load::Target::weight, 0x1100, 0, 16),
                     make_load(load::Target::parameter, 0x1200, 0, 32), make_exec(), make_store(0x2000),
                     make_load(load::Target::activation, 0x2000, 0, 32), make_exec(), make_store(0x2100)};
    signal_to(program[2], spec::load_peer_exec_bit);
    wait_for(program[3], spec::exec_peer_load_bit);
    signal_to(program[3], spec::exec_peer_store_bit);
    wait_for(program[4], spec::store_peer_exec_bit);
    signal_to(program[4], spec::store_peer_load_bit);
    signal_to(program[4], spec::store_peer_exec_bit);
    wait_for(program[5], spec::load_peer_store_bit);
    signal_to(program[5], spec::load_peer_exec_bit);
    wait_for(program[6], spec::exec_peer_load_bit);
    wait_for(program[6], spec::exec_peer_store_bit);
    signal_to(program[6], spec::exec_peer_store_bit);
    wait_for(program[7], spec::store_peer_exec_bit);
    return program;
}

std::string problems_of(const Commands& program, const driver::ProgramSurroundings& surroundings = {}) {
    std::string text;
    for (const std::string& problem : driver::static_check(program, tiny(), surroundings)) text += problem + "\n";
    return text;
}

struct Planted {
    const char* name;
    const char* expected;  // part of a sentence
    std::function<void(Commands&)> plant;
};

void clear(CommandWords& words, const spec::Field& field) { put(words, field, 0); }

// Takes a token's signal and its wait away.
std::function<void(Commands&)> unlink(size_t from, uint32_t signal, size_t to, uint32_t wait) {
    return [=](Commands& program) {
        put(program[from], spec::common::signal, spec::get(program[from], spec::common::signal) & ~(1 << signal));
        put(program[to], spec::common::wait, spec::get(program[to], spec::common::wait) & ~(1 << wait));
    };
}

std::function<void(Commands&)> change(size_t index, const spec::Field& field, int64_t value) {
    return [=](Commands& program) { put(program[index], field, value); };
}

const std::vector<Planted> field_errors = {
    {"opcode", "undefined opcode 9", change(0, spec::common::opcode, 9)},
    {"belongs to no field", "belongs to no field", [](Commands& program) { program[0][15] = 1; }},
    {"format", "number format 0", change(3, exec::format, spec::format_int8)},
    {"length", "length of zero", change(0, load::length, 0)},
    {"count", "group_count of zero", change(3, exec::group_count, 0)},
    {"weight alignment", "multiple of the bus beat", change(1, load::address, 0x1102)},
    {"byte past the word", "a word has 8 bytes", change(0, load::buffer_byte, 8)},
    {"pixels", "the accumulators hold 128", change(3, exec::out_h, 33)},
    {"activation range", "reaches word 259 of the activation buffer", change(0, load::buffer_word, 256)},
    {"weight range", "reaches word 257 of the weight buffer", change(3, exec::weight_base, 254)},
    {"output range", "reaches word 256 of the output buffer", change(3, exec::output_base, 253)},
};

const std::vector<Planted> order_errors = {
    {"weights not awaited", "Command 3 (EXEC) reads words 0 to 3 of the activation buffer that Command 0 (LOAD) writes",
     unlink(2, spec::load_peer_exec_bit, 3, spec::exec_peer_load_bit)},
    {"output not awaited", "Command 4 (STORE) reads words 0 to 3 of the output buffer that Command 3 (EXEC) writes",
     unlink(3, spec::exec_peer_store_bit, 4, spec::store_peer_exec_bit)},
    {"memory not awaited", "Command 5 (LOAD) reads bytes 0x2000 to 0x200f of memory that Command 4 (STORE) writes",
     unlink(4, spec::store_peer_load_bit, 5, spec::load_peer_store_bit)},
    {"activations overwritten",
     "Command 5 (LOAD) overwrites words 0 to 3 of the activation buffer that Command 3 (EXEC) reads",
     unlink(4, spec::store_peer_load_bit, 5, spec::load_peer_store_bit)},
    {"output overwritten by a later layer",
     "Command 1 (EXEC) overwrites words 0 to 3 of the output buffer that Command 0 (STORE) reads",
     [](Commands& program) {
         program = {make_store(0x2000), make_exec()};
     }},
    {"memory overwritten while it is read",
     "Command 1 (STORE) overwrites bytes 0x2008 to 0x200f of memory that Command 0 (LOAD) reads",
     [](Commands& program) {
         program = {make_load(load::Target::activation, 0x2008, 0, 8), make_store(0x2000)};
     }},
    {"never written", "Command 3 (EXEC) reads word", [](Commands& program) { change(0, load::length, 24)(program); }},
    {"wait for ever", "Command 0 (LOAD) waits for a token of the exec queue that no earlier command gives",
     [](Commands& program) { wait_for(program[0], spec::load_peer_exec_bit); }},
    {"token left", "The load queue is left with 1 tokens of the store queue",
     [](Commands& program) { signal_to(program[7], spec::store_peer_load_bit); }},
    {"not started", "adds to a tile that no EXEC has started", change(3, exec::start, 0)},
    {"started twice", "starts a tile while the one before is not finished", change(3, exec::finish, 0)},
    {"not finished", "a tile that no EXEC finishes", change(6, exec::finish, 0)},
};

// The first problem of the program after a change of its commands; empty: there is none.
std::string problem_of(driver::Program program, const spec::Machine& machine,
                       const std::function<void(Commands&)>& change) {
    change(program.commands);
    const std::vector<std::string> problems = check_statically(program, machine);
    return problems.empty() ? "" : problems.front();
}

Commands::iterator first_load(Commands& commands, load::Target target) {
    return std::find_if(commands.begin(), commands.end(), [target](const CommandWords& words) {
        return spec::get(words, spec::common::opcode) == int64_t(spec::Opcode::load) &&
               spec::get(words, load::target) == int64_t(target);
    });
}

}  // namespace

TEST_CASE("A right program passes the static check") {
    CHECK(problems_of(two_layers()) == "");
}

TEST_CASE("Illegal fields are refused") {
    for (const Planted& planted : field_errors) {
        Commands program = two_layers();
        planted.plant(program);
        INFO(planted.name);
        CHECK_THAT(problems_of(program), Catch::Contains(planted.expected));
    }
}

TEST_CASE("Hazards, deadlocks, lost tokens and broken tiles are refused") {
    for (const Planted& planted : order_errors) {
        Commands program = two_layers();
        planted.plant(program);
        INFO(planted.name);
        CHECK_THAT(problems_of(program), Catch::Contains(planted.expected));
    }
}

TEST_CASE("The residual buffer is checked like the others") {
    Commands program = two_layers();
    put(program[3], exec::residual, 1);
    put(program[3], exec::residual_stride, 1);
    CHECK_THAT(problems_of(program), Catch::Contains("reads words 0 to 3 of the residual buffer before anything"));
    program.insert(program.begin(), make_load(load::Target::residual, 0x1300, 0, 16));
    CHECK(problems_of(program) == "");
    program.push_back(make_load(load::Target::residual, 0x1300, 3, 4));
    CHECK(problems_of(program) == "");  // ordered: the load waits for the store of that tile
    program.insert(program.begin() + 5, make_load(load::Target::residual, 0x1300, 3, 4));
    CHECK_THAT(problems_of(program),
               Catch::Contains("Command 5 (LOAD) overwrites words 3 to 3 of the residual buffer"));
}

TEST_CASE("Tables of the palette buffer are checked like the other buffers") {
    const spec::Machine& machine = spec::find_machine("odd");
    Random random(4);
    RandomModelOptions options;
    options.formats = {"palette"};
    options.layers = 1;
    options.pools = options.reductions = options.residuals = false;
    driver::Program program = driver::compile(random_model(random, options), machine);
    CHECK(program.layers[0].format == "palette");
    CHECK(check_statically(program, machine).empty());
    const auto is_exec = [](const CommandWords& words) {
        return spec::get(words, spec::common::opcode) == int64_t(spec::Opcode::exec);
    };
    const auto problem = [&](auto change) { return problem_of(program, machine, change); };
    const auto table = [&](Commands& commands) { return first_load(commands, load::Target::palette); };
    const auto first_exec = [&](Commands& commands) { return std::find_if(commands.begin(), commands.end(), is_exec); };
    CHECK_THAT(problem([&](Commands& commands) { put(*table(commands), load::buffer_word, 1); }),
               Catch::Contains("reads words 0 to 0 of the palette buffer before anything was written there"));
    CHECK_THAT(problem([&](Commands& commands) { put(*first_exec(commands), exec::palette_base, 9); }),
               Catch::Contains("has the table in word 9 of the palette buffer, which has 9 words"));
    CHECK_THAT(problem([&](Commands& commands) { std::rotate(table(commands), table(commands) + 1,
                                                             first_exec(commands)); }),
               Catch::Contains("of the palette buffer that Command"));
    CHECK_THAT(problem([&](Commands& commands) { put(*table(commands), load::target, 6); }),
               Catch::Contains("names buffer 6, which machine 'odd' lacks"));
}

TEST_CASE("Activation tables are checked like the other buffers") {
    const spec::Machine& machine = spec::find_machine("odd");
    Random random(4);
    RandomModelOptions options;
    options.layers = 1;
    options.pools = options.reductions = options.residuals = false;
    Model model = random_model(random, options);
    while (model.layers[0].table.entries.empty()) add_tables(random, model);
    const driver::Program program = driver::compile(model, machine);
    CHECK(check_statically(program, machine).empty());
    const auto is_tabled = [](const CommandWords& words) {
        return spec::get(words, spec::common::opcode) == int64_t(spec::Opcode::exec) &&
               spec::get(words, exec::tabled) != 0;
    };
    const auto problem = [&](auto change) { return problem_of(program, machine, change); };
    const auto table = [&](Commands& commands) { return first_load(commands, load::Target::table); };
    const auto exec_of = [&](Commands& commands) { return std::find_if(commands.begin(), commands.end(), is_tabled); };
    CHECK_THAT(problem([&](Commands& commands) { put(*exec_of(commands), exec::table, 2); }),
               Catch::Contains("reads words 128 to 191 of the table buffer before anything was written there"));
    CHECK_THAT(problem([&](Commands& commands) { put(*exec_of(commands), exec::table, 3); }),
               Catch::Contains("looks its outputs up in activation table 3, of 3"));
    CHECK_THAT(problem([&](Commands& commands) { put(*table(commands), load::length, 252); }),
               Catch::Contains("reads words 63 to 63 of the table buffer before anything was written there"));
    CHECK_THAT(problem([&](Commands& commands) { put(*table(commands), load::buffer_word, 129); }),
               Catch::Contains("of the table buffer"));
}

TEST_CASE("A counter that may overflow is refused") {
    Commands program(spec::token_max, make_load(load::Target::activation, 0, 0, 8));
    for (CommandWords& words : program) signal_to(words, spec::load_peer_exec_bit);
    CommandWords taker = make_exec();
    clear(taker, exec::finish);
    wait_for(taker, spec::exec_peer_load_bit);
    CHECK_THAT(problems_of(program), !Catch::Contains("more than 63 tokens"));
    program.push_back(program.front());
    CHECK_THAT(problems_of(program),
               Catch::Contains("Command 63 (LOAD) may be the one that gives the exec queue more"));
}

TEST_CASE("Windows and memory never given are refused") {
    const Commands program = two_layers();
    driver::ProgramSurroundings surroundings;
    surroundings.given = {{0x1000, 0x1220}, {0x2010, 0x2020}};
    CHECK(problems_of(program, surroundings) == "");
    surroundings.given = {{0x1000, 0x121f}, {0x2010, 0x2020}};
    CHECK_THAT(problems_of(program, surroundings), Catch::Contains("bytes 0x121f to 0x121f of memory before anything"));
    surroundings = {};
    surroundings.readable = {0x1001, 0x3000};
    CHECK_THAT(problems_of(program, surroundings), Catch::Contains("outside the window 0x1001 to 0x2fff"));
    surroundings = {};
    surroundings.writable = {0x2000, 0x2100};
    CHECK_THAT(problems_of(program, surroundings), Catch::Contains("Command 7 (STORE) writes bytes 0x2100 to 0x210f"));
}

namespace {

constexpr uint32_t peer_bits[3][3] = {{0, spec::load_peer_exec_bit, spec::load_peer_store_bit},
                                      {spec::exec_peer_load_bit, 0, spec::exec_peer_store_bit},
                                      {spec::store_peer_load_bit, spec::store_peer_exec_bit, 0}};

bool has(const CommandWords& words, const spec::Field& mask, int peer) {
    const int queue = static_cast<int>(spec::get(words, spec::common::opcode)) - 1;
    return queue != peer && (spec::get(words, mask) >> peer_bits[queue][peer] & 1) != 0;
}

// The program without token number `token` from queue `from` to queue `to`; empty if there are fewer.
Commands without_token(Commands program, int from, int to, int token) {
    for (const bool signal : {true, false}) {
        const spec::Field& mask = signal ? spec::common::signal : spec::common::wait;
        const int queue = signal ? from : to, peer = signal ? to : from;
        int left = token;
        bool found = false;
        for (CommandWords& words : program) {
            const bool here = spec::get(words, spec::common::opcode) == queue + 1 && has(words, mask, peer);
            if (!here || left-- > 0) continue;
            put(words, mask, spec::get(words, mask) & ~(1 << peer_bits[queue][peer]));
            found = true;
            break;
        }
        if (!found) return {};
    }
    return program;
}

}  // namespace

// Each token of a compiled program is there for a reason: taken away, signal and wait, nearly every one leaves a
// hazard.
TEST_CASE("Programs without one of their tokens are refused") {
    int taken = 0, refused = 0;
    for (uint64_t seed = 1; seed <= 20; ++seed) {
        Random random(seed);
        RandomModelOptions options;
        options.formats = {"ternary"};
        driver::Program program = driver::compile(random_model(random, options), tiny());
        REQUIRE(check_statically(program, tiny()).empty());
        const Commands commands = program.commands;
        for (int pair = 0; pair < 9; ++pair) {
            for (int token = 0;; ++token) {
                program.commands = without_token(commands, pair / 3, pair % 3, token);
                if (program.commands.empty()) break;
                ++taken;
                refused += !check_statically(program, tiny()).empty();
            }
        }
    }
    CHECK(taken > 200);
    CHECK(refused * 100 > taken * 95);
}

}  // namespace napier::test
