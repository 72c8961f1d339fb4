// The integers of a layer: from real steps, biases and bounds to bias, significand, shift and clamp.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "sw/formats/formats.hpp"
#include "sw/golden/quantize.hpp"
#include "sw/golden/scaling.hpp"
#include "sw/import/layers.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx {

namespace {

constexpr double int32_limit = 2147483647.0;
constexpr double multiplier_limit = (1 << golden::significand_bits) - 1;
constexpr double constant_unit = 1.0 / 4096;      // of a channel that only adds a constant to a residual
constexpr double unseen_contribution = 1.0 / 4096;  // output steps
constexpr double unseen_rounding = 1e-4;            // output steps
constexpr double visible_rounding = 0.5;            // output steps
constexpr double coarse_significand = 1.0 / 512;  // relative error worth a note

// One channel of a layer, on the output's grid.
struct Channel {
    double multiplier = 0.0;  // positive
    int64_t bias = 0;         // in accumulator steps, without the zero point's share
    double rounding = 0.0;    // output steps
};

class Scaler {
public:
    Scaler(Layer& layer, const Expression& expression, const Grid& grid, int residual_scale, int input_zero)
        : layer_(layer), from_(expression), grid_(grid), residual_scale_(residual_scale), input_zero_(input_zero),
          channels_(expression.step.size()),
          per_channel_(expression.weight->size() / channels_) {
        layer_.weight = *expression.weight;
    }

    // A layer whose outputs are the signs of its sums.
    void run_signs() {
        if (from_.residual || from_.operand || from_.is_clamped()) {
            refuse("it quantizes the sum of two activations, or what comes out of a Relu or Clip, to one bit");
        }
        for (size_t o = 0; o < channels_; ++o) {
            take_sign(o);
        }
    }

    // Sets everything but the clamp; returns notes.
    std::vector<std::string> run() {
        double worst = 0.0;
        for (size_t o = 0; o < channels_; ++o) {
            const Channel channel = scale(o);
            worst = std::max(worst, channel.rounding);
            multipliers_.push_back(channel.multiplier);
            layer_.bias.push_back(checked_bias(o, channel.bias));
        }
        std::vector<std::string> notes;
        if (worst > unseen_rounding) {
            notes.push_back(fmt::format("layer {}: bias rounded to steps of input scale x weight scale, at most {:.3g} "
                                        "output steps off{}",
                                        name_text(layer_.name), worst,
                                        worst > visible_rounding ? "; train with biases on that grid" : ""));
        }
        set_multipliers(notes);
        return notes;
    }

private:
    [[noreturn]] void refuse(const std::string& reason) const {
        throw Refusal{fmt::format("layer {}: {}", name_text(layer_.name), reason),
                      "check the scales of its input, weights and output, or retrain with a smaller bias", {}};
    }

    int8_t* weights(size_t o) { return layer_.weight.data() + o * per_channel_; }

    // Weight i of a channel times the scale of its input's vector.
    int64_t scaled_weight(size_t o, size_t i) {
        const size_t groups = static_cast<size_t>(layer_.groups);
        const size_t taps = static_cast<size_t>(layer_.window.kernel_h) * static_cast<size_t>(layer_.window.kernel_w);
        const size_t in_per_group = per_channel_ / taps;
        const size_t input = o / (channels_ / groups) * in_per_group + i % in_per_group;
        return int64_t{weights(o)[i]} * input_scale(layer_, static_cast<int>(input));
    }

    bool has_products() const { return from_.terms == spec::Operation::product; }
    bool can_negate() const { return from_.terms != spec::Operation::distance; }

    Channel scale(size_t o) {
        const double step = from_.step[o];
        const double bias = from_.bias[o];
        if (!std::isfinite(step) || !std::isfinite(bias)) {
            refuse(fmt::format("the scale or bias of output channel {} is not finite", o));
        }
        if (from_.operand && !(step > 0.0)) {
            refuse(fmt::format("its product of two activations is scaled by {:.6g}, which is not positive", step));
        }
        require_factor(o);
        Channel channel;
        channel.multiplier = std::abs(step) / grid_.channel_scale(o);
        const double exact = channel.multiplier == 0.0 ? 0.0 : bias / std::abs(step);
        if (channel.multiplier == 0.0 || (std::abs(exact) > int32_limit && is_unseen(o, channel.multiplier))) {
            return constant_channel(o, step);
        }
        if (std::abs(exact) > int32_limit) {
            refuse(fmt::format("the bias of output channel {} is {:.3g} steps of its accumulator, which no int32 holds",
                               o, exact));
        }
        if (channel.multiplier > multiplier_limit) {
            refuse(fmt::format("the multiplier {:.6g} of output channel {} is above {}", channel.multiplier, o,
                               multiplier_limit));
        }
        if (step < 0.0) {
            negate(o);
        }
        const double rounded = std::nearbyint(exact);
        channel.bias = (step < 0.0 ? -from_.bias_steps[o] : from_.bias_steps[o]) + static_cast<int64_t>(rounded);
        channel.rounding = std::abs(exact - rounded) * channel.multiplier;
        return channel;
    }

    void require_factor(size_t o) const {
        const double step = from_.step[o];
        if (!can_negate() && !(step > 0.0)) {
            refuse(fmt::format("output channel {} has the factor {:.6g}, and a sum of distances cannot be negated or "
                               "left out", o, step));
        }
        if (!has_products() && step == 0.0) {
            refuse(fmt::format("output channel {} has the factor 0, and weights of -1 and +1 cannot be left out", o));
        }
    }

    // Of one bit: the sign of real[o]; with whole sums that of acc + floor(bias / |step|), a zero being +1.
    void take_sign(size_t o) {
        const double step = from_.step[o], bias = from_.bias[o];
        if (!std::isfinite(step) || !std::isfinite(bias)) {
            refuse(fmt::format("the scale or bias of output channel {} is not finite", o));
        }
        require_factor(o);
        double limit = 1.0;  // more than the weights can move
        for (size_t i = 0; i < per_channel_; ++i) {
            limit += 255.0 * static_cast<double>(std::max<int64_t>(1, std::abs(scaled_weight(o, i))));
        }
        if (step < 0.0) {
            negate(o);
        }
        const double steps = step == 0.0 ? (bias >= 0.0 ? limit : -limit)
                                         : std::floor(bias / std::abs(step)) +
                                               static_cast<double>(from_.bias_steps[o]) * (step < 0.0 ? -1.0 : 1.0);
        layer_.bias.push_back(checked_bias(o, static_cast<int64_t>(std::clamp(steps, -limit, limit))));
        layer_.significand.push_back(1);
        layer_.shift.push_back(0);
    }

    // The weights of this channel cannot move the output.
    bool is_unseen(size_t o, double multiplier) {
        if (!has_products() || from_.operand) {
            return false;
        }
        int64_t sum = 0;
        for (size_t i = 0; i < per_channel_; ++i) {
            sum += std::abs(scaled_weight(o, i));
        }
        return static_cast<double>(sum) * 255.0 * multiplier < unseen_contribution;
    }

    // Weights of 0 and the bias alone.
    Channel constant_channel(size_t o, double step) {
        std::fill_n(weights(o), per_channel_, int8_t{0});
        Channel channel;
        const double real = from_.bias[o] + static_cast<double>(from_.bias_steps[o]) * step;
        channel.multiplier = from_.residual ? constant_unit : 1.0;
        const double exact = real / grid_.channel_scale(o) / channel.multiplier;
        if (std::abs(exact) > int32_limit && from_.residual) {
            refuse(fmt::format("the bias of output channel {} does not fit", o));
        }
        channel.bias = static_cast<int64_t>(std::nearbyint(std::clamp(exact, -int32_limit, int32_limit)));
        if (!from_.residual) {
            channel.bias = std::clamp<int64_t>(channel.bias, -1024, 1024);  // saturates every output either way
        }
        return channel;
    }

    void negate(size_t o) {
        for (size_t i = 0; i < per_channel_; ++i) {
            if (weights(o)[i] == -128) {
                refuse(fmt::format("output channel {} has a negative scale and the weight -128, which int8 cannot "
                                   "negate",
                                   o));
            }
            weights(o)[i] = static_cast<int8_t>(-weights(o)[i]);
        }
    }

    int32_t checked_bias(size_t o, int64_t bias) {
        int64_t sum = 0;
        for (size_t i = 0; i < per_channel_; ++i) {
            sum += scaled_weight(o, i);
        }
        bias -= has_products() ? input_zero_ * sum : 0;
        if (bias < std::numeric_limits<int32_t>::min() || bias > std::numeric_limits<int32_t>::max()) {
            refuse(fmt::format("the bias of output channel {} is {}, which no int32 holds", o, bias));
        }
        return static_cast<int32_t>(bias);
    }

    void set_multipliers(std::vector<std::string>& notes) {
        if (from_.residual) {
            const double residual = from_.residual_step * residual_scale_ / grid_.channel_scale(0);
            if (!(residual > 0.0 && residual <= multiplier_limit)) {
                refuse(fmt::format("the multiplier {:.6g} of its residual is not in (0, {}]", residual,
                                   multiplier_limit));
            }
            const golden::SharedScaling shared = golden::choose_shared_scaling(multipliers_, residual);
            layer_.significand = shared.significand;
            layer_.residual_significand = shared.residual_significand;
            layer_.shift.assign(channels_, static_cast<uint8_t>(shared.shift));
        } else {
            for (const double multiplier : multipliers_) {
                const golden::Scaling scaling = golden::choose_scaling(multiplier);
                layer_.significand.push_back(scaling.significand);
                layer_.shift.push_back(static_cast<uint8_t>(scaling.shift));
            }
        }
        note_coarse(notes);
    }

    void note_coarse(std::vector<std::string>& notes) const {
        double worst = 0.0;
        for (size_t o = 0; o < channels_; ++o) {
            const double value = std::ldexp(layer_.significand[o], -layer_.shift[o]);
            worst = std::max(worst, std::abs(value / multipliers_[o] - 1.0));
        }
        if (worst > coarse_significand) {
            notes.push_back(fmt::format("layer {}: a multiplier is {:.2g} of its value off, because all share the "
                                        "residual's shift",
                                        name_text(layer_.name), worst));
        }
    }

    Layer& layer_;
    const Expression& from_;
    const Grid& grid_;
    const int residual_scale_;  // of the residual's first vector
    const int input_zero_;
    const size_t channels_;
    const size_t per_channel_;
    std::vector<double> multipliers_;
};

int bound(const Layer& layer, double real, const Grid& grid) {
    const auto of_vector = [&](int scale) {
        return golden::quantize(static_cast<float>(real), grid.scale * static_cast<float>(scale), grid.zero_point);
    };
    for (const uint8_t scale : grid.vector_scales) {
        if (of_vector(scale) != of_vector(grid.vector_scales.front())) {
            throw Refusal{fmt::format("layer {}: it is clamped to {:.6g}, which is another integer for each scale of "
                                      "its output's vectors, and a layer has one", name_text(layer.name), real),
                          "use Relu, or quantize its output per tensor", {}};
        }
    }
    return of_vector(grid.vector_scale(0));
}

}  // namespace

void Layers::set_scaling(Layer& layer, const Expression& expression, const Grid& grid) {
    // A factor or operand takes the zero points off itself.
    const bool has_weights = !expression.factor && !expression.operand;
    const int input_zero = has_weights ? model_.tensors[static_cast<size_t>(layer.input)].zero_point : 0;
    const int residual_scale = expression.residual ? this->grid(expression.residual->tensor).vector_scale(0) : 1;
    Scaler scaler(layer, expression, grid, residual_scale, input_zero);
    if (grid.one_bit) {
        scaler.run_signs();
    } else {
        for (std::string& sentence : scaler.run()) {
            note(sentence);
        }
        layer.clamp_high = std::min(grid.high, std::max(grid.low, bound(layer, expression.high, grid)));
        layer.clamp_low = std::min(std::max(grid.low, bound(layer, expression.low, grid)), layer.clamp_high);
    }
    const int in_channels = model_.tensors[static_cast<size_t>(layer.input)].channels;
    if (expression.operand) {
        layer.format = spec::formats[spec::format_int8].name;
        return;
    }
    layer.format =
        formats::cheapest(layer.weight, expression.terms, static_cast<size_t>(in_channels / layer.groups)).name;
    note(fmt::format("layer {}: format {}, the cheapest that holds its weights", name_text(layer.name), layer.format));
    if (!layer.input_scales.empty()) {
        note(fmt::format("layer {}: its input has an integer scale for each vector of {} channels",
                         name_text(layer.name), scale_vector));
    }
}

}  // namespace napier::onnx
