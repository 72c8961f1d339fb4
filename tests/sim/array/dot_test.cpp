// Do all kernels of the simulator give the sums of the plain loop, for any number of vectors, lengths and columns?

#include "sim/array/dot.hpp"

#include <catch2/catch.hpp>

#include <bit>
#include <cstdlib>

#include "sw/formats/formats.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

namespace {

constexpr int stride_unit = 16;

struct Case {
    std::vector<std::vector<int8_t>> vectors;
    std::vector<const int8_t*> pointers;
    std::vector<int16_t> weights;
    std::vector<int32_t> sums;
    int length, stride;
};

Case random_case(Random& random) {
    Case c;
    c.length = random.number(1, random.chance(20) ? 256 : 70);
    c.stride = stride_unit * random.number(1, 3);
    const bool extreme = random.chance(30);
    const auto operand = [&] { return static_cast<int8_t>(extreme ? -128 : random.number(-128, 127)); };
    c.vectors.resize(static_cast<size_t>(random.number(1, 11)));
    for (auto& vector : c.vectors) {
        for (int i = 0; i < c.length; ++i) vector.push_back(operand());
        c.pointers.push_back(vector.data());
    }
    c.weights.resize(static_cast<size_t>((c.length + 1) / 2 * 2 * c.stride));
    for (int i = 0; i < c.length; ++i) {
        for (int column = 0; column < c.stride; ++column) {
            c.weights[static_cast<size_t>((i / 2 * c.stride + column) * 2 + i % 2)] = operand();
        }
    }
    c.sums.resize(c.vectors.size() * static_cast<size_t>(c.stride));
    for (int32_t& sum : c.sums) sum = static_cast<int32_t>(random.bits());
    return c;
}

int plain_term(spec::Operation operation, int activation, int weight) {
    switch (operation) {
        case spec::Operation::product: return activation * weight;
        case spec::Operation::distance: return -std::abs(activation - weight);
        case spec::Operation::match: break;
    }
    return 8 - 2 * std::popcount(static_cast<uint8_t>(activation ^ weight));
}

std::vector<int32_t> plain_sums(spec::Operation operation, const Case& c, bool overwrite) {
    std::vector<int32_t> sums = c.sums;
    for (size_t v = 0; v < c.vectors.size(); ++v) {
        for (int column = 0; column < c.stride; ++column) {
            int32_t& sum = sums[v * static_cast<size_t>(c.stride) + static_cast<size_t>(column)];
            uint32_t total = overwrite ? 0 : static_cast<uint32_t>(sum);
            for (int i = 0; i < c.length; ++i) {
                const int weight = c.weights[static_cast<size_t>((i / 2 * c.stride + column) * 2 + i % 2)];
                total += static_cast<uint32_t>(plain_term(operation, c.vectors[v][static_cast<size_t>(i)], weight));
            }
            sum = static_cast<int32_t>(total);
        }
    }
    return sums;
}

}  // namespace

TEST_CASE("every kernel against the plain loop") {
    REQUIRE_FALSE(sim::dot_kernels().empty());
    for (const sim::DotKernel& kernel : sim::dot_kernels()) {
        Random random(7);
        for (int i = 0; i < 400; ++i) {
            Case c = random_case(random);
            const bool overwrite = random.chance(50);
            const auto operation = random.pick<spec::Operation>(
                {spec::Operation::product, spec::Operation::distance, spec::Operation::match});
            if (c.length % 2 != 0) {
                for (int column = 0; column < c.stride; ++column) {
                    c.weights[static_cast<size_t>((c.length / 2 * c.stride + column) * 2 + 1)] =
                        sim::odd_weight(operation);
                }
            }
            std::vector<int32_t> sums = c.sums;
            kernel.run({operation, c.pointers.data(), static_cast<int>(c.vectors.size()), c.length, c.weights.data(),
                        c.stride, sums.data(), overwrite});
            INFO(kernel.name << ", case " << i);
            REQUIRE(sums == plain_sums(operation, c, overwrite));
        }
    }
}

TEST_CASE("every pair of operands of every format gives the term of its definition") {
    for (const spec::Format& format : spec::formats) {
        const formats::Arithmetic& arithmetic = formats::arithmetic(format);
        const uint32_t codes = formats::code_count(format);
        const int stride = (static_cast<int>(codes) + stride_unit - 1) / stride_unit * stride_unit;
        // A column each.
        std::vector<int16_t> weights(static_cast<size_t>(2 * stride), sim::odd_weight(format.operation));
        for (uint32_t code = 0; code < codes; ++code) weights[2 * code] = sim::weight_value(format, code);
        std::vector<int32_t> sums(static_cast<size_t>(stride));
        for (int activation = -128; activation <= 127; ++activation) {
            const int8_t value = static_cast<int8_t>(activation);
            const int8_t* vector = &value;
            sim::dot_pass({format.operation, &vector, 1, 1, weights.data(), stride, sums.data(), true});
            for (uint32_t code = 0; code < codes; ++code) {
                INFO(format.name << ": activation " << activation << ", code " << code);
                REQUIRE(sums[code] == arithmetic.term(activation, arithmetic.decode(code)));
            }
        }
    }
}

}  // namespace napier::test
