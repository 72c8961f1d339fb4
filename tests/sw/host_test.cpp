// Does the host compute the functions' definitions, and is everything inconsistent named?

#include <catch2/catch.hpp>

#include <cmath>
#include <functional>
#include <limits>

#include "sw/base/error.hpp"
#include "sw/golden/host.hpp"
#include "sw/golden/validate.hpp"
#include "tests/support/validation.hpp"

namespace {

using namespace napier;
using Catch::Matchers::Contains;
using golden::TensorValues;

// in, 1 x 2 x 4, and perhaps second, to out.
Model host(const std::string& function) {
    Model model;
    model.tensors = {{"in", 1, 2, 4, 0.5f, 10}, {"out", 1, 2, 4, 1.0f / 128.0f, -128}, {"second", 1, 2, 4, 0.25f, -3}};
    Layer layer;
    layer.name = "work";
    layer.input = 0;
    layer.output = 1;
    layer.host.function = function;
    model.constants = {{2, TensorValues(8, 5)}};
    model.layers = {layer};
    model.input = {0, "in", 0, true, true};
    model.output = {1, "out", 0, true, true};
    return model;
}

TensorValues run(const Model& model, const TensorValues& input) {
    golden::validate(model);
    return golden::run_model(model, input)[1];
}

// Bytes of the reals on the output's grid.
TensorValues bytes(const Model& model, const std::vector<double>& reals) {
    TensorValues result;
    for (const double real : reals) {
        const double step = std::nearbyint(real / double{model.tensors[1].scale}) + model.tensors[1].zero_point;
        result.push_back(static_cast<int8_t>(std::min(std::max(step, -128.0), 127.0)));
    }
    return result;
}

const TensorValues input{10, 12, 14, 16, 9, 11, 40, -8};  // reals 0 1 2 3, -0.5 0.5 15 -9

std::string sentence_after(const std::string& function, const std::function<void(Model&)>& change) {
    Model model = host(function);
    if (function == "Mul") model.layers[0].host.second = 2;
    change(model);
    return test::validation_sentence(model);
}

}  // namespace

TEST_CASE("Softmax") {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    Model model = host("Softmax");
    const auto shares = [](std::vector<double> scores) {
        double sum = 0.0;
        for (double& score : scores) sum += score = std::exp(score);
        for (double& score : scores) score /= sum;
        return scores;
    };
    const auto of = [&](std::vector<double> first, const std::vector<double>& second) {
        const std::vector<double> more = shares(second);
        first = shares(first);
        first.insert(first.end(), more.begin(), more.end());
        return bytes(model, first);
    };
    SECTION("of a pixel's channels") {
        CHECK((run(model, input) == of({0, 1, 2, 3}, {-0.5, 0.5, 15, -9})));
    }
    SECTION("with a factor and one mask for all groups") {
        model.layers[0].host.groups = 2;
        model.layers[0].host.factor = 0.25f;
        model.layers[0].host.mask = {0.5f, 0.0f, 0.0f, -infinity};
        const TensorValues first = of({0.5, 0.25}, {1.0, 0.75}), second = of({-0.125, -infinity}, {3.75, -infinity});
        TensorValues all = first;
        all.insert(all.end(), second.begin(), second.end());
        CHECK((run(model, input) == all));
        CHECK(all[5] == -128);
    }
    SECTION("with a mask for each group") {
        model.layers[0].host.groups = 2;
        model.layers[0].host.mask = {0, 1, 2, 0, 0, 0, 0, 20};
        TensorValues all = of({0, 2}, {4, 3});
        const TensorValues second = of({-0.5, 0.5}, {15, 11});
        all.insert(all.end(), second.begin(), second.end());
        CHECK((run(model, input) == all));
    }
    SECTION("of numbers whose exponentials no float32 holds") {
        model.tensors[0].scale = 50.0f;
        CHECK((run(model, input) == TensorValues{-128, -128, -128, 0, -128, -128, 0, -128}));
    }
}

TEST_CASE("normalizations") {
    Model model = host(GENERATE("LayerNormalization", "RMSNormalization"));
    HostWork& work = model.layers[0].host;
    model.tensors[1] = {"out", 1, 2, 4, 1.0f / 32.0f, 4};
    work.epsilon = 0.5f;
    const bool has_constants = GENERATE(false, true), centered = work.function == "LayerNormalization";
    if (has_constants) {
        work.gain = {1.0f, -2.0f, 0.5f, 1.0f};
        if (centered) work.offset = {0.0f, 0.25f, -1.0f, 0.0f};
    }
    const double reals[] = {0, 1, 2, 3, -0.5, 0.5, 15, -9};
    std::vector<double> wanted;
    for (size_t first : {0u, 4u}) {
        double mean = 0.0, square = 0.0;
        for (size_t i = first; centered && i < first + 4; ++i) mean += reals[i] / 4.0;
        for (size_t i = first; i < first + 4; ++i) square += (reals[i] - mean) * (reals[i] - mean) / 4.0;
        for (size_t i = 0; i < 4; ++i) {
            const double gain = has_constants ? double{work.gain[i]} : 1.0;
            const double offset = work.offset.empty() ? 0.0 : double{work.offset[i]};
            wanted.push_back((reals[first + i] - mean) / std::sqrt(square + 0.5) * gain + offset);
        }
    }
    CHECK((run(model, input) == bytes(model, wanted)));
}

TEST_CASE("rotations, products of two tensors, clamps") {
    Model model = host("RotaryEmbedding");
    model.tensors[1] = {"out", 1, 2, 4, 0.25f, 4};
    SECTION("halves of a group turn by a pixel's angles") {
        model.layers[0].host.cosines = {0.5f, 1.0f, -1.0f, 0.0f};
        model.layers[0].host.sines = {2.0f, 0.0f, 0.0f, 1.0f};
        CHECK((run(model, input) == bytes(model, {-4.0, 1.0, 1.0, 3.0, 0.5, 9.0, -15.0, 0.5})));
        model.layers[0].host.groups = 2;
        model.layers[0].host.cosines = {0.5f, -1.0f};
        model.layers[0].host.sines = {2.0f, 0.0f};
        CHECK((run(model, input) == bytes(model, {-2.0, 0.5, -5.0, 5.5, 0.5, -0.5, -15.0, 9.0})));
    }
    SECTION("a product") {
        model.layers[0].host = {};
        model.layers[0].host.function = "Mul";
        model.layers[0].host.second = 2;
        CHECK((run(model, input) == bytes(model, {0, 2, 4, 6, -1, 1, 30, -18})));
        model.layers[0].clamp_low = -5;
        model.layers[0].clamp_high = 20;
        CHECK((run(model, input) == TensorValues{4, 12, 20, 20, 0, 8, 20, -5}));
        model.tensors[0].vector_scales = {3};
        model.layers[0].clamp_high = 127;
        CHECK(golden::run_host(model, model.layers[0], {input, {}, TensorValues(8, 5)})[2] == 4 + 3 * 16);
    }
}

TEST_CASE("a linear recurrence") {
    Model model = host("LinearRecurrence");
    model.tensors = {{"forget", 1, 3, 2, 0.25f, 0}, {"out", 1, 3, 2, 0.125f, 3}, {"fresh", 1, 3, 2, 0.5f, -1},
                     {"state", 1, 1, 2, 2.0f, 1}};
    model.layers[0].host.second = 2;
    // f: 0.5 0.25, 1 0, 0.75 0.5; c: 1 2, 4 -3, 2 1; with a state of 4 -2.
    const TensorValues forget{2, 1, 4, 0, 3, 2}, fresh{1, 3, 7, -7, 3, 1}, state{3, 0};
    std::vector<double> wanted{0.5, 1.5, 0.5, -3.0, 0.875, -1.0};
    SECTION("from 0") {
        model.tensors.pop_back();
        model.constants = {{2, fresh}};
    }
    SECTION("from a state") {
        model.layers[0].host.initial = 3;
        model.constants = {{2, fresh}, {3, state}};
        wanted = {2.5, 1.0, 2.5, -3.0, 2.375, -1.0};
    }
    SECTION("whose states are not rounded on their way") {
        model.tensors[1].scale = 64.0f;
        model.tensors[1].zero_point = 0;
        model.tensors.pop_back();
        model.tensors[2].scale = 48.0f;  // c: 96 192, 384 -288, 192 96
        model.constants = {{2, fresh}};
        wanted = {48.0, 144.0, 48.0, -288.0, 84.0, -96.0};
    }
    CHECK((run(model, forget) == bytes(model, wanted)));
}

namespace {

// Two pixels of `in` name rows of three values.
Model rows() {
    Model model = host("Gather");
    model.tensors.pop_back();
    model.constants.clear();
    model.tensors[1].channels = 3;
    model.layers[0].host.rows = {1, 2, 3, -4, -5, -6, 7, 8, 9, 100, 110, 127};
    model.input = {0, "in", 0, false, false, 1, 4};
    return model;
}

}  // namespace

TEST_CASE("rows of a table") {
    const Model model = rows();
    CHECK((run(model, {2, 0, 0, 0, 0, 0, 0, 0}) == TensorValues{7, 8, 9, 1, 2, 3}));
    CHECK((run(model, {-1, -1, -1, -1, 3, 0, 0, 0}) == TensorValues{100, 110, 127, 100, 110, 127}));
    CHECK((run(model, {-4, -1, -1, -1, 1, 0, 0, 0}) == TensorValues{1, 2, 3, -4, -5, -6}));
    for (const auto& [bytes, index] : {std::pair{TensorValues{4, 0, 0, 0, 0, 0, 0, 0}, "4"},
                                       {TensorValues{0, 0, 0, 0, -5, -1, -1, -1}, "-5"},
                                       {TensorValues{0, 1, 0, 0, 0, 0, 0, 0}, "256"},
                                       {TensorValues{0, 0, 0, -128, 0, 0, 0, 0}, "-2147483648"}}) {
        CHECK_THROWS_WITH(run(model, bytes), Contains(std::string("reads row ") + index + " of a table of 4; give"));
    }
    Model large = model;
    large.layers[0].host.rows.assign(3 * 0x10203, 0);
    large.layers[0].host.rows[3 * 0x10102 + 1] = 5;
    CHECK((run(large, {2, 1, 1, 0, 0, 0, 0, 0}) == TensorValues{0, 5, 0, 0, 0, 0}));
}

TEST_CASE("work of the host that is inconsistent") {
    const auto table = [](const std::function<void(Model&, HostWork&)>& change) {
        Model model = rows();
        change(model, model.layers[0].host);
        return test::validation_sentence(model);
    };
    CHECK(table([](Model&, HostWork&) {}).empty());
    CHECK_THAT(table([](Model&, HostWork& w) { w.rows.pop_back(); }), Contains("has 11 values of rows of 3 channels"));
    CHECK_THAT(table([](Model&, HostWork& w) { w.rows.clear(); }), Contains("give 1 to 16777216 whole rows"));
    CHECK_THAT(table([](Model& m, HostWork&) { m.tensors[0].channels = 3, m.input.rows = 0; }),
               Contains("indices of 3 bytes"));
    CHECK_THAT(table([](Model& m, HostWork&) { m.tensors[1].width = 1; }), Contains("give both the same shape"));
    CHECK_THAT(table([](Model&, HostWork& w) { w.second = 0; }), Contains("has a second tensor without need"));
    CHECK_THAT(table([](Model& m, HostWork&) { m.input.is_float = true; }), Contains("port in has indices of 4 rows"));
    CHECK_THAT(table([](Model& m, HostWork&) { m.input.rows = -1; }), Contains("has indices of -1 rows"));
    CHECK_THAT(table([](Model& m, HostWork&) { m.input.rows = (1 << 24) + 1; }), Contains("at most 16777216 rows"));
    const auto nothing = [](Model&) {};
    CHECK(sentence_after("Softmax", nothing).empty());
    CHECK(sentence_after("Mul", nothing).empty());
    CHECK_THAT(sentence_after("Sort", nothing), Contains("which is Sort of the host, is unknown"));
    CHECK_THAT(sentence_after("RotaryEmbedding", nothing), Contains("has 0 cosines; give 4"));
    const auto softmax = [](const std::function<void(Model&, HostWork&)>& change) {
        return sentence_after("Softmax", [&](Model& model) { change(model, model.layers[0].host); });
    };
    CHECK_THAT(softmax([](Model& m, HostWork&) { m.tensors[1].channels = 5; }), Contains("give both the same shape"));
    CHECK_THAT(softmax([](Model&, HostWork& w) { w.rows = {1}; }), Contains("has 1 values of rows; give 0"));
    CHECK_THAT(softmax([](Model&, HostWork& w) { w.groups = 3; }), Contains("has 3 groups for 4 channels"));
    CHECK_THAT(softmax([](Model&, HostWork& w) { w.second = 2; }), Contains("has a second tensor without need"));
    CHECK_THAT(softmax([](Model&, HostWork& w) { w.mask.assign(5, 0.0f); }), Contains("has 5 values of its mask"));
    CHECK_THAT(softmax([](Model&, HostWork& w) { w.mask.assign(8, -INFINITY); }), Contains("a mask that leaves"));
    CHECK_THAT(softmax([](Model&, HostWork& w) { w.mask.assign(8, NAN); }), Contains("is not a number"));
    CHECK_THAT(softmax([](Model&, HostWork& w) { w.factor = INFINITY; }), Contains("has the factor inf"));
    CHECK_THAT(softmax([](Model& m, HostWork&) { m.layers[0].clamp_low = -129; }), Contains("clamps to [-129, 127]"));
    CHECK_THAT(softmax([](Model& m, HostWork&) { m.layers[0].residual = 2; }), Contains("has a residual, a factor"));
    CHECK_THAT(sentence_after("LayerNormalization", [](Model& m) { m.layers[0].host.gain = {1.0f}; }),
               Contains("has 1 gains; give 4"));
    CHECK_THAT(sentence_after("Mul", [](Model& m) { m.tensors[2].width = 1, m.constants[0].values.resize(4); }),
               Contains("takes tensor second of another shape"));
    const auto recurrence = [](const std::function<void(Model&, HostWork&)>& change) {
        return sentence_after("LinearRecurrence", [&](Model& model) {
            model.layers[0].host.second = 2;
            model.tensors.push_back({"state", 1, 1, 4});
            model.constants.push_back({3, TensorValues(4, 0)});
            change(model, model.layers[0].host);
        });
    };
    CHECK(recurrence([](Model&, HostWork& w) { w.initial = 3; }).empty());
    CHECK_THAT(recurrence([](Model&, HostWork& w) { w.second = -1; }), Contains("has a second tensor without need"));
    CHECK_THAT(recurrence([](Model&, HostWork& w) { w.initial = 2; }), Contains("begins with tensor second, which is"));
    CHECK_THAT(softmax([](Model&, HostWork& w) { w.initial = 2; }), Contains("begins with tensor second, which is"));
    Model model = host("Sort");
    CHECK_THROWS_WITH(golden::run_host(model, model.layers[0], {input, {}, {}}), Contains("named 'Sort'"));
}
