// Does the interpreter see what the machine cannot: unwritten data, tiles out of turn, tokens never given?

#include <catch2/catch.hpp>

#include "tests/support/program.hpp"

namespace {

using namespace napier;
using Catch::Matchers::Contains;
using spec::CommandWords;
using test::command;
using test::with;
namespace load = spec::load;
namespace store = spec::store;
namespace exec = spec::exec;

CommandWords fill(load::Target target, int64_t word, int64_t length, int value) {
    return command(spec::Opcode::load, {{load::target, static_cast<int64_t>(target)}, {load::fill, 1},
                                        {load::fill_byte, value}, {load::buffer_word, word}, {load::length, length},
                                        {load::count_x, 1}, {load::count_y, 1}});
}

CommandWords execute() {
    return command(spec::Opcode::exec,
                   {{exec::format, spec::format_ternary}, {exec::start, 1}, {exec::finish, 1}, {exec::group_count, 1},
                    {exec::out_w, 1}, {exec::out_h, 1}, {exec::kernel_w, 1}, {exec::kernel_h, 1}, {exec::limit_w, 1},
                    {exec::limit_h, 1}});
}

CommandWords store_bytes(int64_t length) {
    return command(spec::Opcode::store,
                   {{store::length, length}, {store::count_x, 1}, {store::count_y, 1}, {store::address, 0x100}});
}

// Sentence of the program error of a program on tiny; empty if none. All runs must be without a machine error.
std::string sentence(const std::vector<CommandWords>& program) {
    test::InterpreterBench bench("tiny");
    const golden::Outcome outcome = bench.run(program);
    CHECK(outcome.code == spec::ErrorCode::none);
    CHECK(outcome.success() == outcome.program_error.empty());
    return outcome.program_error;
}

const auto weights = fill(load::Target::weight, 0, 16, 0x55);  // +1 everywhere
const auto parameters = fill(load::Target::parameter, 0, 32, 1);
const auto activations = fill(load::Target::activation, 0, 8, 2);

}  // namespace

TEST_CASE("stored bytes must depend on written bytes alone") {
    CHECK(sentence({weights, parameters, activations, execute(), store_bytes(4)}).empty());
    CHECK_THAT(sentence({store_bytes(1)}), Contains("Command 0 stores byte 0 of output word 0, which no result"));
    CHECK_THAT(sentence({parameters, activations, execute(), store_bytes(4)}),
               Contains("command 2 reads byte 0 of weight word 0, which was never written"));
    CHECK_THAT(sentence({weights, activations, execute(), store_bytes(4)}), Contains("of parameter word 0"));
    CHECK_THAT(sentence({weights, parameters, execute(), store_bytes(4)}), Contains("byte 0 of activation word 0"));
    const auto most = fill(load::Target::activation, 0, 7, 2);
    CHECK_THAT(sentence({weights, parameters, most, execute(), store_bytes(4)}),
               Contains("byte 7 of activation word 0"));
    const auto residual = with(with(execute(), exec::residual, 1), exec::residual_significand, 1);
    CHECK_THAT(sentence({weights, parameters, activations, residual, store_bytes(4)}), Contains("of residual word 0"));
    CHECK(sentence({weights, parameters, activations, with(residual, exec::residual_significand, 0), store_bytes(4)})
              .empty());
    CHECK_THAT(sentence({weights, parameters, activations, execute(), store_bytes(5)}), Contains("of output word 1"));
}

TEST_CASE("unwritten bytes that nothing depends on are harmless") {
    CHECK(sentence({parameters, activations, execute()}).empty());  // not stored
    const auto zeros = fill(load::Target::weight, 0, 16, 0x00);
    CHECK(sentence({zeros, parameters, execute(), store_bytes(4)}).empty());  // weight 0
    const auto tens = fill(load::Target::weight, 0, 16, 0xaa);
    CHECK(sentence({tens, parameters, execute(), store_bytes(4)}).empty());  // the code 10 is 0, too
    const auto padded = with(execute(), exec::origin_x, 5);
    CHECK(sentence({weights, parameters, padded, store_bytes(4)}).empty());
}

TEST_CASE("columns without weights spoil no other column") {
    // Byte 0 of each row's word holds columns 0 and 1.
    const auto half = command(spec::Opcode::load,
                              {{load::target, static_cast<int64_t>(load::Target::weight)}, {load::fill, 1},
                               {load::fill_byte, 0x55}, {load::length, 4}, {load::count_x, 1}, {load::count_y, 3},
                               {load::buffer_stride_y_word, 1}});
    CHECK_FALSE(sentence({half, parameters, activations, execute(), store_bytes(1)}).empty());  // row 3 lacks
    CHECK(sentence({with(half, load::count_y, 4), parameters, activations, execute(), store_bytes(4)}).empty());
    const auto two_columns = with(with(half, load::count_y, 4), load::length, 4);
    const auto three_parameters = fill(load::Target::parameter, 0, 24, 1);
    CHECK(sentence({two_columns, three_parameters, activations, execute(), store_bytes(3)}).empty());
    CHECK_THAT(sentence({two_columns, three_parameters, activations, execute(), store_bytes(4)}),
               Contains("byte 3 of output word 0"));
}

TEST_CASE("tiles are opened and closed in turn") {
    const auto open = with(execute(), exec::finish, 0);
    const auto go_on = with(execute(), exec::start, 0);
    CHECK(sentence({weights, parameters, activations, open, go_on, store_bytes(4)}).empty());
    CHECK(sentence({weights, parameters, activations, open, with(go_on, exec::finish, 0), go_on}).empty());
    CHECK_THAT(sentence({weights, parameters, activations, go_on}), Contains("Command 3 goes on with a tile and none"));
    CHECK_THAT(sentence({weights, parameters, activations, execute(), go_on}), Contains("Command 4 goes on"));
    CHECK_THAT(sentence({weights, parameters, activations, open, open}), Contains("Command 4 starts a tile while"));
}

TEST_CASE("a tile that grows on the way has accumulators nobody started") {
    const auto open = with(execute(), exec::finish, 0);
    const auto wider = with(with(with(execute(), exec::start, 0), exec::out_w, 2), exec::output_stride, 1);
    CHECK_THAT(sentence({weights, parameters, activations, open, wider, store_bytes(8)}), Contains("output word 1"));
}

TEST_CASE("tokens") {
    const auto waiting = [](CommandWords words, int64_t mask) { return with(words, spec::common::wait, mask); };
    const auto giving = [](CommandWords words, int64_t mask) { return with(words, spec::common::signal, mask); };
    // exec: bit 0 names the load queue; load: bit 0 names the exec queue.
    CHECK(sentence({giving(weights, 1), parameters, activations, waiting(execute(), 1)}).empty());
    CHECK_THAT(sentence({weights, parameters, activations, waiting(execute(), 1)}),
               Contains("Command 3 waits for a token of the load queue that no earlier command gave"));
    CHECK_THAT(sentence({giving(weights, 1), parameters, activations, waiting(execute(), 2)}), Contains("store queue"));
    CHECK_THAT(sentence({giving(weights, 2), parameters, activations, waiting(execute(), 1)}), Contains("load queue"));
    CHECK_THAT(sentence({giving(weights, 1), parameters, waiting(activations, 1)}), Contains("exec queue"));
    CHECK(sentence({weights, parameters, activations, giving(execute(), 3), waiting(weights, 1),
                    waiting(store_bytes(4), 2)})
              .empty());
    const auto taker = waiting(execute(), 1);
    CHECK(sentence({giving(weights, 1), giving(parameters, 1), activations, taker, taker}).empty());
    CHECK_THAT(sentence({giving(weights, 1), parameters, activations, taker, taker}),
               Contains("Command 4 waits for a token of the load queue"));
    std::vector<CommandWords> many(spec::token_max, giving(weights, 1));
    CHECK(sentence(many).empty());
    many.push_back(giving(weights, 1));
    test::InterpreterBench bench("tiny");
    const golden::Outcome outcome = bench.run(many);
    CHECK(outcome.code == spec::ErrorCode::token_overflow);
    CHECK(outcome.command == spec::token_max);
}
