#include "driver/compile/real/pack.hpp"

#include <bit>

#include "sw/spec/machine.hpp"

namespace napier::driver {

void pack_weights(const RealPlan& plan, const RealColumns& columns, std::vector<uint8_t>& bytes) {
    const spec::Machine& machine = *plan.machine;
    const RealLayer& layer = *plan.layer;
    const auto word_bytes = static_cast<size_t>(spec::weight_word_bytes(machine));
    const size_t words = static_cast<size_t>(spec::pass_words(machine)), pitch = size_t(spec::column_bytes(machine));
    const size_t passes = static_cast<size_t>(plan.passes());
    for (size_t pass = 0; pass < passes; ++pass) {
        const size_t first = bytes.size();
        bytes.resize(first + words * word_bytes);
        for (size_t column = 0; column < static_cast<size_t>(columns.count); ++column) {
            const size_t span = static_cast<size_t>(machine.column_span);
            uint8_t* to = &bytes[first + column / span * word_bytes + column % span * pitch];
            // [out][ky][kx][slot], the slot of the channel's own group.
            const size_t weight = (static_cast<size_t>(columns.first) + column) * passes + pass;
            if (layer.product == RealProduct::blocks) {
                formats::pack(spec::elements[plan.element_b], layer.weight_block[weight], to);
            } else {
                to[0] = static_cast<uint8_t>(layer.weight_half[weight]);
                to[1] = static_cast<uint8_t>(layer.weight_half[weight] >> 8);
            }
        }
    }
}

void pack_biases(const RealPlan& plan, const RealColumns& columns, std::vector<uint8_t>& bytes) {
    const spec::Machine& machine = *plan.machine;
    const size_t first = bytes.size(), lanes = static_cast<size_t>(machine.post_lanes);
    const auto word_bytes = static_cast<size_t>(spec::parameter_word_bytes(machine));
    bytes.resize(first + word_bytes * static_cast<size_t>(plan.parameter_words()));
    for (size_t column = 0; column < static_cast<size_t>(columns.count); ++column) {
        const auto bias = std::bit_cast<uint32_t>(plan.layer->bias[static_cast<size_t>(columns.first) + column]);
        uint8_t* to = &bytes[first + column / lanes * word_bytes + column % lanes * spec::parameter_bytes];
        for (int i = 0; i < 4; ++i) to[i] = static_cast<uint8_t>(bias >> 8 * i);
    }
}

}  // namespace napier::driver
