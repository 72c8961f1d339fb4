// Does each column give the product of every activation with the weight of its pass, in the form of a block's sum?

#include <catch2/catch.hpp>

#include "Vpam_array.h"
#include "sim/mx/pam_array.hpp"
#include "tests/rtl/mx/pipeline.hpp"
#include "tests/rtl/ports.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

namespace {

constexpr size_t columns = 3;  // as tests/rtl/CMakeLists.txt builds it
using Products = std::array<uint32_t, columns>;

// Near 1, or anything.
uint16_t number(Random& random) {
    const auto pattern = static_cast<uint16_t>(random.bits());
    const int exponent = random.chance(50) ? random.number(100, 160) : random.pick(std::vector<int>{0, 1, 254, 255});
    return random.chance(10) ? pattern : static_cast<uint16_t>((pattern & 0x807f) | exponent << 7);
}

// The float32 whose sign, magnitude and exponent stand at a column's outputs.
uint32_t at_outputs(const Vpam_array& module, size_t column) {
    const uint32_t sign = module.signs_o >> column & 1, magnitude = module.magnitudes_o >> (8 * column) & 0xff;
    const uint32_t exponent = module.exponents_o >> (10 * column) & 0x3ff;
    if ((module.nans_o >> column & 1) != 0) return sim::float32_nan;
    return sign << 31 | (magnitude == 0 ? 0 : ((exponent + 127) & 0xff) << 23 | (magnitude & 0x7f) << 16);
}

}  // namespace

TEST_CASE("passes of any length one behind the other") {
    Pipeline<Vpam_array, Products> pipeline(sim::PamArray::cycles);
    Random random(1);
    sim::PamArray twin(columns);
    const auto step = [&] {
        if (const auto expected = pipeline.output()) {
            bool right = pipeline->infinites_o == 0;
            for (size_t c = 0; c < columns; ++c) {
                right = right && at_outputs(*pipeline.operator->(), c) == (*expected)[c];
            }
            if (!right) pipeline.count_wrong();
        }
        pipeline.tick();
    };
    for (int pass = 0; pass < 3000; ++pass) {
        std::array<uint16_t, columns> weights{number(random), number(random), number(random)};
        twin.load(reinterpret_cast<const uint8_t*>(weights.data()));
        const int pixels = random.number(1, 6);
        for (int pixel = 0; pixel < pixels; ++pixel) {
            // Behind the first vector the weights' port holds anything.
            if (pixel == 1) weights = {number(random), number(random), number(random)};
            for (size_t c = 0; c < columns; ++c) set_port_bits(pipeline->weights_i, 16 * c, 16, weights[c]);
            const uint16_t activation = number(random);
            pipeline->first_i = pixel == 0;
            pipeline->activation_i = activation;
            Products products;
            twin.run(reinterpret_cast<const uint8_t*>(&activation), products.data());
            pipeline.put(products);
            step();
            pipeline->first_i = 0;
            while (random.chance(10)) step();
        }
    }
    pipeline.finish(step);
}

}  // namespace napier::test
