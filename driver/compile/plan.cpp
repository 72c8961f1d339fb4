#include "driver/compile/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "driver/compile/cost.hpp"
#include "sw/base/error.hpp"
#include "sw/spec/command.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

constexpr int most_kernel = 255;    // what the command's kernel fields hold: pixels of the window engine
constexpr int most_tile_sizes = 12;  // tried along one axis
constexpr WeightWish wishes[] = {{true, 1}, {false, 1}, {false, 2}, {false, 3}, {false, 4}};

// The different sizes of the largest part when an extent is cut into 1, 2, 3 ... even parts, none above `most`.
std::vector<int> part_sizes(int extent, int most) {
    std::vector<int> sizes;
    for (int parts = 1; parts <= extent && sizes.size() < most_tile_sizes; ++parts) {
        const int size = (extent + parts - 1) / parts;
        if (size <= most && (sizes.empty() || sizes.back() != size)) sizes.push_back(size);
    }
    if (sizes.empty() || sizes.back() != 1) sizes.push_back(1);
    return sizes;
}

// The largest image side: coordinates beside it must not wrap into it.
int most_side(const spec::Machine& machine) { return static_cast<int>(spec::word_mask(machine) / 2); }

// Strides and dilations that the command's fields hold.
bool addressable(const Geometry& geometry) {
    return geometry.y.step() <= 255 && geometry.x.step() <= 255 && geometry.y.tap_step() <= 255 &&
           geometry.x.tap_step() <= 255 && geometry.y.limit() <= most_side(*geometry.machine) &&
           geometry.x.limit() <= most_side(*geometry.machine);
}

class Enumeration {
public:
    // parts_kernel: plans whose activation buffer holds the input of a part of the kernel at a time.
    Enumeration(const Tuning& tuning, bool parts_kernel) : tuning_(tuning), parts_kernel_(parts_kernel) {}

    void try_tiles(const LayerForm& form) {
        const Geometry& geometry = form.geometry;
        const spec::Machine& machine = *geometry.machine;
        int depth = machine.accumulator_depth / geometry.accumulators();
        if (geometry.windowed) depth = std::min(depth, most_kernel);
        if (tuning_.most_pixels > 0) depth = std::min(tuning_.most_pixels, depth);
        const int most_columns = geometry.windowed ? 1 : geometry.column_tiles;
        for (const int width : part_sizes(geometry.x.output, depth)) {
            for (const int height : part_sizes(geometry.y.output, depth / width)) {
                Plan plan;
                plan.geometry = geometry;
                plan.passes = form.passes;
                plan.parts_kernel = parts_kernel_;
                plan.tile_h = height;
                plan.tile_w = width;
                for (const int columns : part_sizes(geometry.column_tiles, most_columns)) {
                    plan.columns = columns;
                    try_orders(plan);
                }
            }
        }
    }

    const std::vector<Plan>& found() const { return found_; }

private:
    void try_orders(Plan plan) {
        for (const bool columns_outer : {false, true}) {
            if (tuning_.columns_outer && *tuning_.columns_outer != columns_outer) continue;
            plan.columns_outer = columns_outer;
            for (const Residency activations : {Residency::outer, Residency::step}) {
                if (columns_outer && activations == Residency::outer) continue;
                plan.activations = activations;
                for (const WeightWish& wish : wishes) {
                    const std::optional<Plan> done = complete(plan, wish, tuning_);
                    if (done) found_.push_back(*done);
                }
            }
        }
    }

    const Tuning& tuning_;
    const bool parts_kernel_;
    std::vector<Plan> found_;
};

[[noreturn]] void refuse(const Layer& layer, const spec::Machine& machine, const char* buffer, int64_t need,
                         int64_t have) {
    throw Error(ErrorKind::capacity,
                fmt::format("Layer '{}' does not fit machine '{}': even the smallest tile needs {} words of the {} "
                            "buffer, which has {}; choose a machine with a larger one.",
                            layer.name, machine.name, need, buffer, have));
}

// Says which buffer the smallest possible tile of the layer does not fit.
[[noreturn]] void explain(const Geometry& geometry) {
    const Layer& layer = *geometry.layer;
    const spec::Machine& machine = *geometry.machine;
    if (!addressable(geometry)) {
        throw Error(ErrorKind::unsupported,
                    fmt::format("Layer '{}' has a stride or dilation above 255 or an image side above {}, which a "
                                "command of machine '{}' cannot hold; cut the image into parts.", layer.name,
                                most_side(machine), machine.name));
    }
    if (machine.rows > machine.weight_words) refuse(layer, machine, "weight", machine.rows, machine.weight_words);
    if (parameter_words(geometry) > machine.parameter_words) {
        refuse(layer, machine, "parameter", parameter_words(geometry), machine.parameter_words);
    }
    const Axis &y = geometry.y, &x = geometry.x;
    const int64_t window = geometry.windowed ? int64_t{y.most_positions(1)} * x.most_positions(1)
                                             : int64_t{y.most_positions(1, 1)} * x.most_positions(1, 1);
    refuse(layer, machine, "activation", geometry.activation_words(window, 1), machine.activation_words);
}

// The layer with every exact folding of its kernel; of those that the tuning wants, if there are any.
std::vector<Geometry> geometries_of(const Model& model, const Layer& layer, const spec::Machine& machine,
                                    const FormatChoice& format, const Tuning& tuning) {
    std::vector<Geometry> exact, wanted;
    for (const bool fold_y : {false, true}) {
        for (const bool fold_x : {false, true}) {
            if ((fold_y && !can_fold_y(layer)) || (fold_x && !can_fold_x(layer))) continue;
            const Geometry geometry = make_geometry(model, layer, machine, format, fold_x, fold_y);
            std::vector<Geometry> folds{geometry};
            for (const int rows : fold_y && geometry.annuls ? row_runs(layer) : std::vector<int>{}) {
                folds.push_back(make_geometry(model, layer, machine, format, fold_x, fold_y, rows));
            }
            std::erase_if(folds, [](const Geometry& fold) { return !fold.is_exact(); });
            exact.insert(exact.end(), folds.begin(), folds.end());
            const bool is_wanted = (!can_fold_y(layer) || tuning.fold_y.value_or(fold_y) == fold_y) &&
                                   (!can_fold_x(layer) || tuning.fold_x.value_or(fold_x) == fold_x);
            if (!is_wanted) continue;
            for (const Geometry& fold : folds) {
                const int rows = fold.y.in_runs() ? fold.y.folded : 0;
                if (!fold_y || tuning.fold_rows.value_or(rows) == rows) wanted.push_back(fold);
            }
        }
    }
    return wanted.empty() ? exact : wanted;
}

// The layer on the window engine, if it can run there: lanes do not matter, so any format that holds the weights.
void add_window_form(const Model& model, const Layer& layer, const spec::Machine& machine,
                     const std::vector<FormatChoice>& formats, const Tuning& tuning, std::vector<LayerForm>& forms) {
    std::vector<FormatChoice> choices = formats;
    if (layer.greatest || tuning.format.empty()) choices.push_back({lone_channel_format(layer, machine), 1, ""});
    for (const FormatChoice& choice : choices) {
        if (choice.format == nullptr || !can_window(model, layer, machine, choice)) continue;
        const Geometry window = make_window_geometry(model, layer, machine, choice);
        if (!addressable(window)) continue;
        forms.push_back({window, std::make_shared<PassTable>(window)});
        return;
    }
}

// Leaves the forms of the window engine, if there are any.
void keep_windowed(std::vector<LayerForm>& forms) {
    const auto is_windowed = [](const LayerForm& form) { return form.geometry.windowed; };
    if (std::any_of(forms.begin(), forms.end(), is_windowed)) {
        std::erase_if(forms, [&](const LayerForm& form) { return !is_windowed(form); });
    }
}

void append_axis(const Axis& axis, std::vector<int>& numbers) {
    numbers.insert(numbers.end(), {axis.input, axis.output, axis.kernel, axis.stride, axis.dilation, axis.pad,
                                   axis.folded});
}

}  // namespace

std::vector<LayerForm> forms_of(const Model& model, const Layer& layer, const spec::Machine& machine,
                                const std::vector<FormatChoice>& formats, const Tuning& tuning) {
    std::vector<LayerForm> forms;
    const bool only_windowed = layer.greatest || layer.factor >= 0;
    for (const FormatChoice& format : only_windowed ? std::vector<FormatChoice>{} : formats) {
        for (const Geometry& geometry : geometries_of(model, layer, machine, format, tuning)) {
            if (addressable(geometry)) forms.push_back({geometry, std::make_shared<PassTable>(geometry)});
        }
    }
    if (only_windowed || tuning.windowed != false) add_window_form(model, layer, machine, formats, tuning, forms);
    if (tuning.windowed == true) keep_windowed(forms);
    if (forms.empty()) explain(make_geometry(model, layer, machine, formats.front(), false, false));
    return forms;
}

std::string key_of(const Layer& layer, const std::vector<LayerForm>& forms) {
    std::string key = fmt::format("{} {} {} {} ", layer.residual >= 0, layer.residual == layer.input, layer.greatest,
                                  !layer.table.entries.empty());
    for (const LayerForm& form : forms) {
        const Geometry& g = form.geometry;
        std::vector<int> numbers{g.format->code, g.planes,   g.annuls, g.in_channels,  g.out_channels, g.out_bits,
                                 g.out_pitch, g.in_pitch, g.lanes, g.vector_bytes, g.pixel_bytes, g.groups,
                                 g.column_tiles, g.windowed, g.shares_weights(), g.factor.rows, g.factor.columns,
                                 g.factor.constant, g.factor.copies, g.factor.padding, g.factor.bias, g.repeats,
                                 g.operand && layer.operand.words != layer.operand.tensor};
        append_axis(g.y, numbers);
        append_axis(g.x, numbers);
        key += fmt::format("{} ", fmt::join(numbers, " "));
        key.append(form.passes->needed().begin(), form.passes->needed().end());
    }
    return key;
}

std::vector<Plan> make_plans(const std::vector<LayerForm>& forms, const Tuning& tuning, size_t most) {
    std::vector<Plan> plans;
    const bool first = tuning.most_rows > 0;
    for (const bool parts_kernel : {first, !first}) {
        for (const LayerForm& form : forms) {
            Enumeration all(tuning, parts_kernel);
            all.try_tiles(form);
            // Parts of a window cost little: beside the array's plans, too.
            if (all.found().empty() && form.geometry.windowed && !parts_kernel) {
                Enumeration parts(tuning, true);
                parts.try_tiles(form);
                plans.insert(plans.end(), parts.found().begin(), parts.found().end());
            }
            plans.insert(plans.end(), all.found().begin(), all.found().end());
        }
        if (!plans.empty()) break;
    }
    if (plans.empty()) explain(forms.front().geometry);
    std::stable_sort(plans.begin(), plans.end(), [](const Plan& a, const Plan& b) { return a.cost < b.cost; });
    if (plans.size() > most) plans.resize(most);
    return plans;
}

std::vector<Plan> make_plans(const Model& model, const Layer& layer, const spec::Machine& machine,
                             const FormatChoice& format, const Tuning& tuning, size_t most) {
    return make_plans(forms_of(model, layer, machine, {format}, tuning), tuning, most);
}

std::string describe(const Plan& plan) {
    const Geometry& g = plan.geometry;
    const bool rows = g.y.folded > 0, columns = g.x.folded > 0;
    std::string fold = rows && columns ? ", kernel folded" : columns ? ", kernel columns folded"
                       : rows          ? ", kernel rows folded"
                                       : "";
    if (g.y.in_runs()) fold += fmt::format(" by {} rows", g.y.folded);
    const char* weights = plan.weights == Residency::layer ? "resident"
                          : plan.weights == Residency::outer ? "loaded once" : "streamed";
    std::string planes;
    if (g.planes > 1) {
        planes = fmt::format(", {} planes in {} passes instead of {}", g.planes, plan.passes->all_passes(),
                             plan.passes->all_places());
    }
    if (g.windowed) planes = ", window engine";
    if (plan.chunk_rows < g.y.taps() || plan.chunk_columns < g.x.taps()) {
        planes += fmt::format(", {} of {} kernel rows and {} of {} columns at a time", plan.chunk_rows, g.y.taps(),
                              plan.chunk_columns, g.x.taps());
    }
    const std::string repeats = g.repeats > 1 ? fmt::format("{} times ", g.repeats) : "";
    return fmt::format("{}{}x{} pixels x {} channels a step, {} channel group{} of {}, {} outer, weights {}{}{}",
                       repeats, plan.tile_h, plan.tile_w, std::min(plan.columns * g.tile_channels(), g.out_channels),
                       plan.chunk_groups, plan.chunk_groups == 1 ? "" : "s", g.group_channels(),
                       plan.columns_outer ? "channels" : "pixels", weights, fold, planes);
}

}  // namespace napier::driver
