#include "sw/golden/accumulator_bound.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/formats/formats.hpp"
#include "sw/formats/planes.hpp"
#include "sw/spec/machine.hpp"

namespace napier::golden {

namespace {

// Of an input and a factor less their zero points; their products with zero points are less, in any order.
constexpr int64_t factor_reach = 255 * 255;

// Of two activations.
constexpr int64_t least_product = int64_t{formats::least_activation} * formats::greatest_activation;
constexpr int64_t greatest_product = int64_t{formats::least_activation} * formats::least_activation;

struct Range {
    int64_t low = 0, high = 0;
};

// Least and greatest term of a weight over every activation.
Range term_range(const spec::Format& format, int weight) {
    const bool one_bit = format.operation == spec::Operation::match;
    const int least = one_bit ? -1 : formats::least_activation, greatest = one_bit ? 1 : formats::greatest_activation;
    const int first = formats::channel_term(format, least, weight);
    Range range{first, first};
    for (int activation = least; activation <= greatest; activation += one_bit ? 2 : 1) {
        const int64_t term = formats::channel_term(format, activation, weight);
        range.low = std::min(range.low, term);
        range.high = std::max(range.high, term);
    }
    return range;
}

// The least and greatest multiple of an activation.
Range multiple_range(int factor) {
    const Range range{int64_t{factor} * formats::least_activation, int64_t{factor} * formats::greatest_activation};
    return factor < 0 ? Range{range.high, range.low} : range;
}

// Partial sums of one channel while a plane is added: each weight counts with its trits from this plane up, or still
// with three times those from the next one up. scales: of the inputs that the weights meet.
Range plane_range(std::span<const int8_t> weights, std::span<const int> scales, int plane) {
    Range sum;
    for (size_t i = 0; i < weights.size(); ++i) {
        const Range with = multiple_range(formats::upper_trits(weights[i], plane));
        const Range without = multiple_range(3 * formats::upper_trits(weights[i], plane + 1));
        sum.low += scales[i] * std::min(with.low, without.low);
        sum.high += scales[i] * std::max(with.high, without.high);
    }
    return sum;
}

// The scales of the inputs that a channel's weights meet, in their order.
std::vector<int> scales_of(const Layer& layer, size_t channel, size_t terms) {
    const size_t groups = static_cast<size_t>(layer.groups);
    const size_t group = channel * groups / layer.bias.size();
    const size_t taps = static_cast<size_t>(layer.window.kernel_h) * static_cast<size_t>(layer.window.kernel_w);
    const size_t in_per_group = std::max<size_t>(1, terms / taps);
    std::vector<int> scales(terms);
    for (size_t i = 0; i < terms; ++i) {
        scales[i] = input_scale(layer, static_cast<int>(group * in_per_group + i % in_per_group));
    }
    return scales;
}

}  // namespace

int signed_bits(int64_t value) {
    int bits = 1;
    while (value < -1 || value > 0) {
        value >>= 1;
        ++bits;
    }
    return bits;
}

AccumulatorBound accumulator_bound(const Layer& layer, int planes, int64_t products) {
    const spec::Format& format = spec::find_format(layer.format);
    Range of_weight[256];
    for (int weight = -128; weight < 128; ++weight) {
        of_weight[weight + 128] = term_range(format, weight);
    }
    const size_t terms = layer.bias.empty() ? 0 : layer.weight.size() / layer.bias.size();
    AccumulatorBound bound;
    for (size_t channel = 0; channel < layer.bias.size(); ++channel) {
        Range partial, total;
        const std::vector<int> scales = scales_of(layer, channel, terms);
        for (size_t i = 0; i < terms; ++i) {
            const Range& unscaled = of_weight[layer.weight[channel * terms + i] + 128];
            const Range term{scales[i] * unscaled.low, scales[i] * unscaled.high};
            total.low += term.low;
            total.high += term.high;
            partial.low += std::min<int64_t>(term.low, 0);
            partial.high += std::max<int64_t>(term.high, 0);
        }
        if (layer.greatest) {
            partial = total = multiple_range(1);
        }
        if (layer.factor >= 0) {
            partial = total = {-factor_reach, factor_reach};
        }
        if (layer.operand.tensor >= 0) {
            partial = total = {products * least_product, products * greatest_product};
        }
        if (planes > 1) {
            partial = {};
        }
        for (int plane = 0; planes > 1 && plane < planes; ++plane) {
            const Range range = plane_range(std::span(layer.weight).subspan(channel * terms, terms), scales, plane);
            partial = {std::min(partial.low, range.low), std::max(partial.high, range.high)};
        }
        const int64_t bias = layer.bias[channel];
        bound.least_partial = std::min(bound.least_partial, partial.low);
        bound.greatest_partial = std::max(bound.greatest_partial, partial.high);
        bound.least_biased = channel == 0 ? total.low + bias : std::min(bound.least_biased, total.low + bias);
        bound.greatest_biased = channel == 0 ? total.high + bias : std::max(bound.greatest_biased, total.high + bias);
    }
    for (const int64_t reached : {bound.least_partial, bound.greatest_partial, bound.least_biased,
                                  bound.greatest_biased}) {
        bound.bits = std::max(bound.bits, signed_bits(reached));
    }
    return bound;
}

void require_accumulator(const Layer& layer, int accumulator_bits, int planes, int64_t terms) {
    const AccumulatorBound bound = accumulator_bound(layer, planes, terms);
    if (bound.bits <= accumulator_bits) {
        return;
    }
    throw Error(ErrorKind::capacity,
                fmt::format("Layer {} needs accumulators of {} bits (sums from {} to {}, with bias from {} to {}) and "
                            "the machine has {}; choose a machine with wider accumulators.",
                            layer.name, bound.bits, bound.least_partial, bound.greatest_partial, bound.least_biased,
                            bound.greatest_biased, accumulator_bits));
}

}  // namespace napier::golden
