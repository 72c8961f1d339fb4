// Does the search take, of the mappings that it is told to try, the one that costs least?

#include <catch2/catch.hpp>

#include <atomic>

#include "driver/compile/build.hpp"
#include "driver/compile/compile.hpp"
#include "driver/compile/formats.hpp"
#include "driver/compile/search.hpp"
#include "driver/session/session.hpp"
#include "sw/base/error.hpp"
#include "sw/spec/machine.hpp"
#include "tests/driver/run_program.hpp"
#include "tests/support/random_model.hpp"

namespace napier::test {
namespace {

using driver::CompileOptions;
using driver::Cost;
using driver::Program;

const spec::Machine& machine = spec::find_machine("odd");

Model model_of(uint64_t seed, int layers) {
    Random random(seed);
    RandomModelOptions options;
    options.layers = layers;
    options.accumulator_bits = machine.accumulator_bits;
    options.pools = false;
    return random_model(random, options);
}

// The program of at most `plans` measured plans of each layer, of which the winner-th measured is the fastest.
Program compile_with(const Model& model, size_t plans, size_t winner, std::vector<Program>& measured) {
    CompileOptions options;
    options.search.candidates = plans;
    options.search.objective = driver::Objective::energy;  // no bound of the cycles counts
    options.search.measure = [&](const Model& part, const Program& program) {
        const bool given = part.layers[0].residual <= 0;  // all that is read
        CHECK((!given || check_statically(program, machine).empty()));
        measured.push_back(program);
        return Cost{0, measured.size() - 1 == winner ? 1.0 : 2.0};
    };
    return driver::compile(model, machine, options);
}

// Cycles on the simulator's clock.
Cost time_of(const Model&, const Program& program) {
    driver::DeviceConfig config;
    config.values = false;
    config.memory = driver::memory_for(program, config.memory);
    config.memory.read_latency = 100;
    const std::unique_ptr<driver::Device> device = driver::make_device("sim", machine, config);
    driver::Session session(*device, program);
    const int64_t bytes = program.tensors[size_t(program.input.tensor)].bytes();
    return {session.run(std::vector<int8_t>(size_t(bytes))).counters[spec::counter_cycles], 0};
}

CompileOptions timing(size_t candidates) {
    CompileOptions options;
    options.search.candidates = candidates;
    options.search.measure = time_of;
    return options;
}

}  // namespace

TEST_CASE("The plan that measures fewest cycles is taken") {
    int searched = 0;
    for (uint64_t seed = 1; seed <= 20; ++seed) {
        const Model model = model_of(seed, 1);
        INFO(describe(model));
        std::vector<Program> measured;
        compile_with(model, 4, 0, measured);
        const size_t count = measured.size();
        REQUIRE(count <= 4);
        searched += count > 1;
        for (size_t winner = 0; winner < count; ++winner) {
            measured.clear();
            const Program program = compile_with(model, 4, winner, measured);
            REQUIRE(measured.size() == count);
            CHECK(program.layers[0].description == measured[winner].layers[0].description);
            CHECK(program.commands.size() == measured[winner].commands.size());
        }
    }
    CHECK(searched > 10);
}

TEST_CASE("One plan is not measured; every plan gives the golden tensors") {
    for (uint64_t seed = 1; seed <= 10; ++seed) {
        Random random(seed);
        const Model model = model_of(seed, 3);
        INFO(describe(model));
        std::vector<Program> measured;
        compile_with(model, 1, 0, measured);
        CHECK(measured.empty());
        const golden::TensorValues input = random_values(random, model.tensors[model.input.tensor]);
        for (const size_t winner : {1, 3, 5}) {
            measured.clear();
            check_program(compile_with(model, 3, winner, measured), machine, input, golden::run_model(model, input));
        }
    }
}

TEST_CASE("The search finds what timing every mapping of a layer with its weights finds") {
    int better = 0;
    for (uint64_t seed = 1; seed <= 12; ++seed) {
        const Model model = model_of(seed, 1);
        const Layer& layer = model.layers[0];
        INFO(describe(model));
        uint64_t least = UINT64_MAX;
        for (const driver::FormatChoice& format : driver::format_choices(model, layer, machine)) {
            for (const driver::Plan& plan : driver::make_plans(model, layer, machine, format, {}, SIZE_MAX)) {
                const Program program = driver::build_program(model, machine, {}, {plan});
                const uint64_t cycles = time_of(model, program).cycles;
                CHECK(cycles >= uint64_t(plan.least_cycles));
                least = std::min(least, cycles);
            }
        }
        const auto cycles_with = [&](size_t candidates) {
            return time_of(model, driver::compile(model, machine, timing(candidates))).cycles;
        };
        CHECK(cycles_with(SIZE_MAX) == least);
        better += cycles_with(1) > least;
    }
    CHECK(better > 2);  // the estimate alone is not as good
}

TEST_CASE("Layers that differ in names and values alone are measured once, and mapped as each would be alone") {
    Random random(4);
    Model model = model_of(4, 1);
    Tensor& input = model.tensors[model.layers[0].input];
    const Tensor output = model.tensors[model.layers[0].output];
    Layer layer = model.layers[0];
    layer.residual = -1;
    layer.window = {3, 3, 1, 1, 1, 1, 1, 1, 1, 1};
    layer.groups = 1;
    layer.format = "ternary";
    input.height = input.width = 9;
    input.channels = 13;
    layer.weight.assign(13 * 13 * 9, 1);
    layer.bias.assign(13, 0);
    layer.significand.assign(13, 1 << 23);
    layer.shift.assign(13, 28);
    model.tensors.assign(4, input);
    model.layers.assign(3, layer);
    for (int i = 0; i < 3; ++i) {
        model.layers[i].name = "layer" + std::to_string(i);
        model.layers[i].input = i;
        model.layers[i].output = i + 1;
        model.tensors[i].zero_point = i;
        for (size_t k = 0; k < layer.weight.size(); ++k) model.layers[i].weight[k] = k % 2 != 0 ? 1 : -1;
        model.layers[i].weight[size_t(i)] = 0;
    }
    model.input.tensor = 0;
    model.output.tensor = 3;
    size_t calls = 0, calls_of_one = 0;
    const auto counted = [](size_t& count) {
        CompileOptions options = timing(6);
        options.search.measure = [&count](const Model& part, const Program& program) {
            ++count;
            return time_of(part, program);
        };
        return options;
    };
    const Program together = driver::compile(model, machine, counted(calls));
    const std::vector<golden::TensorValues> expected =
        golden::run_model(model, random_values(random, model.tensors[0]));
    check_program(together, machine, expected[0], expected);
    for (int i = 0; i < 3; ++i) {
        const Program one = driver::compile(driver::alone(model, model.layers[i]), machine, counted(calls_of_one));
        CHECK(one.layers[0].description == together.layers[i].description);
    }
    CHECK(calls > 1);
    CHECK(calls_of_one == 3 * calls);
    SECTION("Another shape, and other zeros, are another kind") {
        calls_of_one = 0;
        model.layers[1].weight.assign(layer.weight.size(), 0);
        driver::compile(model, machine, counted(calls_of_one));
        CHECK(calls_of_one > calls);
    }
}

TEST_CASE("Any number of threads gives the same program") {
    for (uint64_t seed = 1; seed <= 6; ++seed) {
        const Model model = model_of(seed, 4);
        INFO(describe(model));
        CompileOptions options = timing(12);
        const Program one = driver::compile(model, machine, options);
        for (const int jobs : {2, 5}) {
            options.search.jobs = jobs;
            const Program other = driver::compile(model, machine, options);
            CHECK(other.commands == one.commands);
            CHECK(other.constants == one.constants);
        }
    }
}

TEST_CASE("A search measures no more than its bound of mappings, and none after its bound of time") {
    const Model model = model_of(3, 1);
    const auto measured = [&](size_t candidates, double seconds, int jobs = 1) {
        std::atomic<size_t> count = 0;
        double share = 0;
        CompileOptions options = timing(candidates);
        options.search.seconds = seconds;
        options.search.jobs = jobs;
        options.search.measure = [&](const Model& part, const Program& program) {
            ++count;
            return time_of(part, program);
        };
        options.search.progress = [&](double now) {
            CHECK(now >= share);
            share = now;
        };
        driver::compile(model, machine, options);
        CHECK(share == (candidates > 1 ? 1.0 : 0.0));
        return count.load();
    };
    const double long_time = 1e6;
    CHECK(measured(1, long_time) == 0);
    CHECK(measured(5, long_time) <= 5);
    CHECK(measured(5, long_time, 4) <= 5);
    CHECK(measured(5, long_time) > 1);
    CHECK(measured(5, 0) == 0);
}

TEST_CASE("A search leaves out a mapping only where the array alone takes longer than the best one known") {
    const Model model = model_of(3, 1);
    const Layer& layer = model.layers[0];
    int64_t most = 0, least = INT64_MAX;
    for (const driver::FormatChoice& format : driver::format_choices(model, layer, machine)) {
        for (const driver::Plan& plan : driver::make_plans(model, layer, machine, format, {}, SIZE_MAX)) {
            most = std::max(most, int64_t{plan.least_cycles});
            least = std::min(least, int64_t{plan.least_cycles});
        }
    }
    const auto measured = [&](int64_t cycles) {
        size_t count = 0;
        CompileOptions options = timing(SIZE_MAX);
        options.search.measure = [&](const Model&, const Program&) {
            ++count;
            return Cost{static_cast<uint64_t>(cycles), 0};
        };
        driver::compile(model, machine, options);
        return count;
    };
    REQUIRE(least < most);
    CHECK(measured(most) == measured(1'000'000'000));
    CHECK(measured(least) < measured(most));
}

TEST_CASE("Of mappings that cost the same the one with the least estimate is taken, by any number of threads") {
    const Model model = model_of(6, 2);
    std::vector<std::string> descriptions;
    for (const int jobs : {1, 4}) {
        CompileOptions options = timing(9);
        options.search.jobs = jobs;
        options.search.measure = [](const Model&, const Program&) { return Cost{1'000'000'000, 0}; };
        const Program program = driver::compile(model, machine, options);
        for (const driver::LayerMapping& layer : program.layers) descriptions.push_back(layer.description);
    }
    CompileOptions first = timing(9);
    std::vector<std::string> seen;
    first.search.measure = [&](const Model&, const Program& program) {
        seen.push_back(program.layers[0].description);
        return Cost{1'000'000'000, 0};
    };
    driver::compile(model, machine, first);
    REQUIRE(seen.size() > 2);
    CHECK(seen[0] != seen[seen.size() - 2]);
    CHECK(descriptions == std::vector<std::string>{seen[0], seen[1], seen[0], seen[1]});
}

TEST_CASE("The objective decides between time and energy") {
    const Model model = model_of(1, 1);
    for (const driver::Objective objective :
         {driver::Objective::latency, driver::Objective::energy, driver::Objective::product}) {
        std::vector<Program> seen;
        CompileOptions options;
        options.search.candidates = 3;
        options.search.objective = objective;
        options.search.measure = [&](const Model&, const Program& program) {
            constexpr Cost costs[] = {{1'000'000, 9.0}, {4'000'000, 1.0}, {1'500'000, 2.0}};
            seen.push_back(program);
            return costs[seen.size() - 1];
        };
        const Program program = driver::compile(model, machine, options);
        REQUIRE(seen.size() == 3);
        const size_t best = size_t(objective);  // the first is the fastest, and so on
        CHECK(program.layers[0].description == seen[best].layers[0].description);
        CHECK(program.commands.size() == seen[best].commands.size());
    }
}

TEST_CASE("An error of a measurement ends the search and is told") {
    const Model model = model_of(5, 3);
    CompileOptions options = timing(10);
    options.search.jobs = 3;
    options.search.measure = [](const Model&, const Program&) -> Cost {
        throw Error(ErrorKind::system, "The clock stands still.");
    };
    CHECK_THROWS_WITH(driver::compile(model, machine, options), "The clock stands still.");
}

}  // namespace napier::test
