#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/golden/layer.hpp"
#include "sw/golden/validate.hpp"

namespace napier::golden {

namespace {

constexpr const char* recurrence = "LinearRecurrence";
constexpr const char* gather = "Gather";
constexpr std::array<std::string_view, 7> functions{"Softmax", "LayerNormalization", "RMSNormalization",
                                                    "RotaryEmbedding", "Mul", recurrence, gather};

[[noreturn]] void fail(const Layer& layer, const std::string& reason) {
    throw Error(ErrorKind::input, fmt::format("Layer {}, which is {} of the host, {}.", layer.name,
                                              layer.host.function, reason));
}

bool is_same_shape(const Tensor& a, const Tensor& b) {
    return a.height == b.height && a.width == b.width && a.channels == b.channels;
}

void require_count(const Layer& layer, const char* what, size_t count, size_t wanted) {
    if (count != wanted) {
        fail(layer, fmt::format("has {} {}; give {}", count, what, wanted));
    }
}

// Each softmax must have something to choose.
void validate_mask(const Layer& layer, size_t pixels, size_t channels, size_t groups) {
    const std::vector<float>& mask = layer.host.mask;
    const size_t count = channels / groups;
    if (!mask.empty() && mask.size() != pixels * channels) {
        require_count(layer, "values of its mask", mask.size(), pixels * count);
    }
    for (size_t first = 0; first < mask.size(); first += count) {
        const auto begin = mask.begin() + static_cast<std::ptrdiff_t>(first);
        const auto end = begin + static_cast<std::ptrdiff_t>(count);
        const auto is_wrong = [](float value) { return std::isnan(value) || value == INFINITY; };
        if (std::any_of(begin, end, is_wrong) || std::none_of(begin, end, [](float v) { return std::isfinite(v); })) {
            fail(layer, "has a mask that leaves nothing, or is not a number; give each row a finite value");
        }
    }
}

void validate_constants(const Layer& layer, const Tensor& input) {
    const HostWork& work = layer.host;
    const size_t channels = static_cast<size_t>(input.channels), groups = static_cast<size_t>(work.groups);
    const size_t pixels = static_cast<size_t>(input.height) * static_cast<size_t>(input.width);
    if (!work.gain.empty()) {
        require_count(layer, "gains", work.gain.size(), channels);
    }
    if (!work.offset.empty()) {
        require_count(layer, "offsets", work.offset.size(), channels);
    }
    validate_mask(layer, pixels, channels, groups);
    if (work.function == "RotaryEmbedding") {
        if (channels / groups % 2 != 0) {
            fail(layer, fmt::format("rotates pairs of {} channels; give a group an even number", channels / groups));
        }
        require_count(layer, "cosines", work.cosines.size(), pixels * channels / groups / 2);
        require_count(layer, "sines", work.sines.size(), work.cosines.size());
    }
    if (!std::isfinite(work.factor) || !std::isfinite(work.epsilon) || work.epsilon < 0.0f) {
        fail(layer, fmt::format("has the factor {} and the epsilon {}; give finite ones", work.factor, work.epsilon));
    }
}

// The tensors that are read besides the input.
void validate_others(const Model& model, const Layer& layer) {
    const HostWork& work = layer.host;
    const Tensor& output = model.tensors[static_cast<size_t>(layer.output)];
    if ((work.function == "Mul" || work.function == recurrence) != (work.second != -1)) {
        fail(layer, "has a second tensor without need, or lacks it; give one to Mul and LinearRecurrence alone");
    }
    if (work.second != -1) {
        const Tensor& second = model.tensors[static_cast<size_t>(work.second)];
        if (!is_same_shape(second, output) || second.one_bit) {
            fail(layer, fmt::format("takes tensor {} of another shape with its input; give equal ones", second.name));
        }
    }
    if (work.initial == -1) {
        return;
    }
    const Tensor& initial = model.tensors[static_cast<size_t>(work.initial)];
    if (work.function != recurrence || initial.height != 1 || initial.width != 1 ||
        initial.channels != output.channels || initial.one_bit) {
        fail(layer, fmt::format("begins with tensor {}, which is no pixel of its output; give LinearRecurrence one of "
                                "{} channels, and others none", initial.name, output.channels));
    }
}

// What Gather reads is indices, and so of another shape than what it gives.
void validate_rows(const Layer& layer, const Tensor& input, const Tensor& output) {
    const size_t channels = static_cast<size_t>(output.channels), rows = layer.host.rows.size() / channels;
    if (layer.host.function != gather) {
        require_count(layer, "values of rows", layer.host.rows.size(), 0);
        return;
    }
    if (input.channels != index_bytes || rows < 1 || rows > greatest_rows || layer.host.rows.size() % channels != 0) {
        fail(layer, fmt::format("has {} values of rows of {} channels, and indices of {} bytes; give 1 to {} whole "
                                "rows, and indices of {}", layer.host.rows.size(), channels, input.channels,
                                greatest_rows, index_bytes));
    }
}

}  // namespace

void validate_host(const Model& model, const Layer& layer) {
    const Tensor &input = model.tensors[static_cast<size_t>(layer.input)],
                 &output = model.tensors[static_cast<size_t>(layer.output)];
    const HostWork& work = layer.host;
    if (std::find(functions.begin(), functions.end(), work.function) == functions.end()) {
        fail(layer, "is unknown; name a function of sw/model/model.hpp");
    }
    const bool fits = work.function == gather ? input.height == output.height && input.width == output.width
                                              : is_same_shape(input, output);
    if (!fits || input.one_bit || output.one_bit || !output.vector_scales.empty()) {
        fail(layer, fmt::format("makes tensor {} of {}; give both the same shape, and bytes of one scale to the output",
                                output.name, input.name));
    }
    if (work.groups < 1 || input.channels % work.groups != 0) {
        fail(layer, fmt::format("has {} groups for {} channels; give a divisor", work.groups, input.channels));
    }
    validate_others(model, layer);
    if (layer.clamp_low < -128 || layer.clamp_high > 127 || layer.clamp_low > layer.clamp_high) {
        fail(layer, fmt::format("clamps to [{}, {}]; give a range within [-128, 127]", layer.clamp_low,
                                layer.clamp_high));
    }
    if (layer.residual >= 0 || layer.factor >= 0 || layer.operand.tensor >= 0 || !layer.table.entries.empty()) {
        fail(layer, "has a residual, a factor, an operand or a table, too; leave these to layers of the machine");
    }
    validate_constants(layer, input);
    validate_rows(layer, input, output);
}

}  // namespace napier::golden
