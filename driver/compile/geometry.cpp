#include "driver/compile/geometry.hpp"

#include <algorithm>
#include <functional>

#include "driver/compile/operand.hpp"
#include "driver/compile/palette.hpp"
#include "driver/compile/vector_scale.hpp"
#include "sw/formats/formats.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

int64_t divide_up(int64_t value, int64_t divisor) { return (value + divisor - 1) / divisor; }

// Smallest and one past the largest integer n with low <= n*step + offset < high.
Span solve(int low, int high, int step, int offset) {
    const auto ceiling = [&](int value) {
        return value >= 0 ? (value + step - 1) / step : -(-value / step);
    };
    return {ceiling(low - offset), ceiling(high - offset)};
}

Span clip(Span span, Span limits) {
    const int begin = std::max(span.begin, limits.begin);
    return {begin, std::max(begin, std::min(span.end, limits.end))};
}

Axis make_axis(int input, int output, int kernel, int stride, int dilation, int pad, int folded) {
    return {input, output, kernel, stride, dilation, pad, folded};
}

}  // namespace

int Axis::step() const {
    if (in_runs()) return output == 1 ? 1 : stride / folded;
    return folded > 0 || output == 1 ? 1 : stride;
}

int Axis::limit() const {
    if (in_runs()) return (output - 1) * (stride / folded) + taps();
    return folded > 0 ? output : input;
}

int Axis::origin(int out) const {
    if (in_runs()) return out * (stride / folded);
    return folded > 0 ? out : out * stride - pad;
}

Span Axis::positions(Span out, Span taps) const {
    const Span all{origin(out.begin) + taps.begin * tap_step(), origin(out.end - 1) + (taps.end - 1) * tap_step() + 1};
    return folded > 0 ? all : clip(all, {0, input});
}

int Axis::most_positions(int out_count, int tap_count) const {
    if (in_runs()) return (out_count - 1) * (stride / folded) + tap_count;
    if (folded > 0) return out_count;
    return std::min(input, (out_count - 1) * stride + (tap_count - 1) * dilation + 1);
}

Span Axis::valid_outputs(Span out, int tap) const {
    return clip(solve(0, input, stride, tap * dilation - pad), out);
}

Span Axis::valid_taps(int position) const {
    return clip(solve(0, input, dilation, first_input(position)), {0, folded});
}

int Geometry::tile_channels() const { return windowed ? machine->window_channels : machine->columns; }

int Geometry::accumulators() const { return windowed ? spec::window_slots(*machine) : 1; }

int Geometry::pass_words() const {
    if (layer->greatest) return 0;
    return windowed ? window_taps() * accumulators() : machine->rows;
}

int Geometry::parts() const {
    return static_cast<int>(divide_up(y.kernel, part_rows) * divide_up(x.kernel, part_columns));
}

bool Geometry::shares_weights() const {
    if (!windowed || layer->greatest || factor.rows > 0 || parts() == 1) return false;
    return std::adjacent_find(layer->weight.begin(), layer->weight.end(), std::not_equal_to<>()) == layer->weight.end();
}

// Of the window engine over pixels of that many taps.
int64_t Geometry::window_cycles(int64_t pixels, int64_t taps) const {
    constexpr int least_turn = 3;  // of a pixel
    const int64_t turn = std::max(accumulators(), least_turn);
    const int64_t interval = std::max(taps, turn), last = pixels > 1 ? taps + turn - 1 - interval : 0;
    if (layer->greatest) return (pixels - 1) * interval + taps + turn - 1;
    return taps * accumulators() + turn - 1 + (pixels - 1) * interval + last;
}

int64_t Geometry::pass_cycles(int64_t pixels) const {
    if (!windowed) return std::max<int64_t>(pixels, machine->rows);
    if (factor.rows > 0) return window_cycles(pixels, factor.taps());
    int64_t sum = 0;
    for (int ky = 0; ky < y.kernel; ky += part_rows) {
        for (int kx = 0; kx < x.kernel; kx += part_columns) {
            sum += window_cycles(pixels, int64_t{rows_from(ky)} * columns_from(kx));
        }
    }
    return sum / parts();
}

int64_t Geometry::activation_words(int64_t positions, int group_count) const {
    return divide_up(positions * group_count * lanes, spec::lanes_max(*machine));
}

// A distance is 0 between equals: of padded pixels, too, because padding is the zero point.
int Geometry::tail_activation() const { return format->operation == spec::Operation::distance ? input_zero : 0; }

// Weights of products alternate, so that an even number of them annuls padding.
int Geometry::tail_weight(int index) const {
    if (annuls) return 0;
    if (format->operation == spec::Operation::distance) return input_zero;
    if (spec::is_indexed(*format)) return layer->weight.front();
    return index % 2 == 0 ? 1 : -1;
}

int Geometry::spare_bits() const {
    if (format->operation != spec::Operation::match) return 0;
    const int taps = y.kernel * x.kernel;
    return in_channels * 8 - static_cast<int>(layer->weight.size()) / (out_channels * taps);
}

int Geometry::padding_byte() const {
    if (layer->greatest) return formats::least_activation & 255;
    if (factor.rows > 0) return factor.padding & 255;
    if (format->operation == spec::Operation::match) return input_zero < 0 ? 255 : 0;
    return input_zero & 255;
}

bool Geometry::is_exact() const {
    if (spec::is_scaled(*format) && !has_scales(*this)) return false;
    if (annuls) return true;
    if (layer->groups > 1) return false;
    const Window& window = layer->window;
    if (format->operation == spec::Operation::match) {
        const bool any = window.pad_top + window.pad_bottom + window.pad_left + window.pad_right > 0;
        return !any || input_zero > 0 || spare_bits() == 0;
    }
    const bool padded = (!y.folded && window.pad_top + window.pad_bottom > 0) ||
                        (!x.folded && window.pad_left + window.pad_right > 0);
    const int harmless = spec::is_indexed(*format) ? tail_bytes() : tail_bytes() % 2;
    return format->operation == spec::Operation::distance || !padded || input_zero == 0 || harmless == 0;
}

int64_t Geometry::products() const {
    const int64_t pixels = int64_t{y.output} * x.output;
    if (operand) return pixels * in_channels * out_channels * repeats;
    return layer->greatest ? 0 : pixels * static_cast<int64_t>(layer->weight.size());
}

bool can_fold_x(const Layer& layer) {
    const Window& window = layer.window;
    return window.kernel_w == 1 || (layer.groups == 1 && window.dilation_x == 1);
}

bool can_fold_y(const Layer& layer) { return layer.window.kernel_h == 1 || layer.groups == 1; }

std::vector<int> row_runs(const Layer& layer) {
    const Window& window = layer.window;
    std::vector<int> runs;
    for (int rows = 2; rows < window.kernel_h; ++rows) {
        if (window.stride_y % rows == 0 && window.dilation_y == 1 && can_fold_y(layer)) runs.push_back(rows);
    }
    return runs;
}

bool can_window(const Model& model, const Layer& layer, const spec::Machine& machine, const FormatChoice& format) {
    const Tensor &input = model.tensors[layer.input], &output = model.tensors[layer.output];
    const bool each_alone = layer.groups == input.channels && layer.groups == output.channels;
    const bool codes = !spec::is_scaled(*format.format) && !spec::is_indexed(*format.format) &&
                       format.format->operation != spec::Operation::match;
    // Every accumulator of a pixel reads a word of residuals.
    const int64_t words = divide_up(output.channels, machine.columns);
    const bool residuals = layer.residual < 0 || words % std::max(1, spec::window_slots(machine)) == 0;
    const bool factors = layer.factor < 0 || (multiplies_channels(machine) && format.format->code == spec::format_int8);
    const bool taps = !layer.greatest || layer.window.kernel_h * layer.window.kernel_w <= machine.window_taps;
    return machine.window_channels > 0 && factors && each_alone && codes && residuals && format.planes == 1 &&
           layer.operand.tensor < 0 && layer.input_scales.empty() && !output.one_bit && taps;
}

namespace {

// Cuts a range into the fewest parts of at most `most`, and those evenly.
int even_part(int range, int most) {
    const int64_t parts = divide_up(range, std::min(range, most));
    return static_cast<int>(divide_up(range, parts));
}

}  // namespace

Geometry make_window_geometry(const Model& model, const Layer& layer, const spec::Machine& machine,
                              const FormatChoice& format) {
    Geometry result = make_geometry(model, layer, machine, format, false, false);
    result.windowed = true;
    result.annuls = true;  // what is no channel meets no channel
    if (layer.factor >= 0) {
        result.factor = factor_taps(result.input_zero, model.tensors[size_t(layer.factor)].zero_point);
    }
    result.part_columns = even_part(result.x.kernel, machine.window_taps);
    result.part_rows = even_part(result.y.kernel, machine.window_taps / result.part_columns);
    result.lanes = spec::slots_in_word(machine);
    result.vector_bytes = spec::activation_word_bytes(machine);
    result.groups = result.column_tiles = static_cast<int>(divide_up(result.out_channels, result.tile_channels()));
    return result;
}

Geometry make_geometry(const Model& model, const Layer& layer, const spec::Machine& machine,
                       const FormatChoice& format, bool fold_x, bool fold_y, int rows) {
    const Tensor& input = model.tensors[layer.input];
    const Tensor& output = model.tensors[layer.output];
    const Window& window = layer.window;
    Geometry result;
    result.layer = &layer;
    result.machine = &machine;
    result.format = format.format;
    result.planes = format.planes;
    result.annuls = annuls_tiles(format, layer, machine);
    result.input_zero = input.zero_point;
    result.y = make_axis(input.height, output.height, window.kernel_h, window.stride_y, window.dilation_y,
                         window.pad_top, !fold_y ? 0 : rows > 0 ? rows : window.kernel_h);
    result.x = make_axis(input.width, output.width, window.kernel_w, window.stride_x, window.dilation_x,
                         window.pad_left, fold_x ? window.kernel_w : 0);
    result.in_channels = input.one_bit ? (input.channels + 7) / 8 : input.channels;
    result.out_bits = output.one_bit;
    result.out_channels = output.channels;
    result.in_pitch = result.in_channels;
    result.out_pitch = output.whole < 0 ? result.out_bytes() : model.tensors[size_t(output.whole)].channels;
    if (layer.operand.tensor >= 0) {
        result.operand = result.annuls = true;
        result.repeats = layer.groups;
        result.words = operand_place(model, layer, machine, 0);
        result.in_channels /= layer.groups;
        result.out_channels /= layer.groups;
    }
    result.lanes = spec::lanes(machine, *format.format);
    result.vector_bytes = machine.rows * result.lanes;
    result.pixel_bytes = result.in_channels * result.folded_rows() * result.folded_columns();
    result.groups = static_cast<int>(divide_up(result.pixel_bytes, result.vector_bytes));
    result.column_tiles = static_cast<int>(divide_up(result.out_channels, machine.columns));
    return result;
}

}  // namespace napier::driver
