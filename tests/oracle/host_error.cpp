#include "tests/oracle/host_error.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace napier::test {

namespace {

using Real = long double;  // 64 bits of significand: 2^40 times as fine as float32

constexpr Real unit = 0x1p-24L;

// A real number, and by how much a float32 computation of it may be off.
struct Estimate {
    Real value = 0.0L, error = 0.0L;
};

// A tensor's values as DequantizeLinear gives them: one float32 product each, the same on both sides.
Real real_of(const Model& model, int tensor, const std::vector<golden::TensorValues>& tensors, size_t place) {
    const Tensor& of = model.tensors[static_cast<size_t>(tensor)];
    const int8_t value = tensors[static_cast<size_t>(tensor)][place];
    return static_cast<float>(value - of.zero_point) * of.scale;
}

Real rounding(size_t count) { return accumulated_rounding(static_cast<double>(count)); }

class Evaluator {
public:
    Evaluator(const Model& model, const Layer& layer, const std::vector<golden::TensorValues>& tensors, size_t pixel)
        : model_(model), layer_(layer), tensors_(tensors), pixel_(pixel),
          channels_(static_cast<size_t>(model.tensors[static_cast<size_t>(layer.input)].channels)),
          count_(channels_ / static_cast<size_t>(layer.host.groups)) {}

    Estimate run(size_t channel) const {
        const std::string& function = layer_.host.function;
        if (function == "Softmax") return softmax(channel);
        if (function == "RMSNormalization") return normalize(channel);
        if (function == "RotaryEmbedding") return rotate(channel);
        if (function != "Mul") throw std::logic_error("no bound for " + function);
        const Real value = at(channel) * real_of(model_, layer_.host.second, tensors_, pixel_ * channels_ + channel);
        return {value, std::abs(value) * rounding(1)};
    }

private:
    Real at(size_t channel) const { return real_of(model_, layer_.input, tensors_, pixel_ * channels_ + channel); }

    // Roundings: of the sum with the mask and of the difference, absolute and so relative in the exponential; this
    // (4 units), the sum of `count` of them, the division.
    Estimate softmax(size_t channel) const {
        const size_t first = channel / count_ * count_;
        std::vector<Real> scores;
        Real greatest = -INFINITY, reach = 0.0L, sum = 0.0L;
        const size_t pixels = tensors_[static_cast<size_t>(layer_.input)].size() / channels_;
        const size_t masked = layer_.host.mask.size() / pixels;
        for (size_t i = first; i < first + count_; ++i) {
            const Real mask = masked == 0 ? 0.0L : layer_.host.mask[pixel_ * masked + i % masked];
            scores.push_back(at(i) * layer_.host.factor + mask);
            if (std::isfinite(scores.back())) reach = std::max(reach, std::abs(at(i)) + std::abs(mask));
            greatest = std::max(greatest, scores.back());
        }
        for (const Real score : scores) sum += std::exp(score - greatest);
        const Real value = std::exp(scores[channel - first] - greatest) / sum;
        return {value, value * (2.0L * 4.0L * unit * reach + rounding(count_ + 10))};
    }

    // Roundings: squares, their sum, its mean, epsilon, the root, the quotient or a product with its reciprocal, the
    // gain. All terms of the sum have one sign.
    Estimate normalize(size_t channel) const {
        Real squares = 0.0L;
        for (size_t i = 0; i < channels_; ++i) squares += at(i) * at(i);
        const Real spread = std::sqrt(squares / static_cast<Real>(channels_) + layer_.host.epsilon);
        const Real gain = layer_.host.gain.empty() ? 1.0L : layer_.host.gain[channel];
        const Real value = at(channel) / spread * gain;
        return {value, std::abs(value) * rounding(channels_ + 8)};
    }

    Estimate rotate(size_t channel) const {
        const size_t half = count_ / 2, place = channel % count_, angle = pixel_ * half + place % half;
        const Real cosine = layer_.host.cosines[angle], sine = layer_.host.sines[angle];
        const Real own = cosine * at(channel);
        const Real other = sine * (place < half ? -at(channel + half) : at(channel - half));
        return {own + other, (std::abs(own) + std::abs(other)) * rounding(2)};
    }

    const Model& model_;
    const Layer& layer_;
    const std::vector<golden::TensorValues>& tensors_;
    const size_t pixel_, channels_, count_;
};

}  // namespace

OutputValue evaluate_host(const Model& model, const Layer& layer, const std::vector<golden::TensorValues>& tensors,
                          size_t pixel, size_t channel) {
    if (layer.host.function == "Gather") {
        OutputValue exact;  // nothing is rounded but a table's values, each by one division as onnxruntime's
        exact.distance = 0.5;
        return exact;
    }
    const Estimate found = Evaluator(model, layer, tensors, pixel).run(channel);
    const Real step = model.tensors[static_cast<size_t>(layer.output)].scale, steps = found.value / step;
    OutputValue result;
    result.distance = static_cast<double>(std::abs(steps - std::floor(steps) - 0.5L));
    result.bound = static_cast<double>(2.0L * (found.error / step + std::abs(steps) * rounding(1)));
    return result;
}

}  // namespace napier::test
