#include "driver/compile/exec.hpp"

#include "driver/compile/cost.hpp"
#include "driver/compile/palette.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

// Slots from position to position and from row to row to the walk of the window engine: its passes are pixels.
void put_window_walk(const Geometry& g, const Tile& tile, const PassBox& box, int64_t row, int64_t pixel,
                     spec::CommandWords& words) {
    namespace exec = spec::exec;
    const auto modulo_slots = [&](int64_t slot) { return slot & spec::word_mask(*g.machine); };
    const exec::Engine engine = g.layer->greatest ? exec::Engine::window_max : exec::Engine::window_sum;
    spec::set(words, exec::engine, static_cast<int64_t>(engine));
    spec::set(words, exec::pixel_stride, modulo_slots(g.x.tap_step() * pixel));
    spec::set(words, exec::row_stride, modulo_slots(g.y.tap_step() * row));
    spec::set(words, exec::tap_stride_x, modulo_slots(g.x.step() * pixel));
    spec::set(words, exec::tap_stride_y, modulo_slots(g.y.step() * row));
    spec::set(words, exec::group_count, 1);
    spec::set(words, exec::kernel_w, tile.out_x.count());
    spec::set(words, exec::kernel_h, tile.out_y.count());
    spec::set(words, exec::out_w, g.columns_from(box.kx));
    spec::set(words, exec::out_h, g.rows_from(box.ky));
    spec::set(words, exec::stride_x, g.x.tap_step());
    spec::set(words, exec::stride_y, g.y.tap_step());
    spec::set(words, exec::dilation_x, g.x.step());
    spec::set(words, exec::dilation_y, g.y.step());
    if (g.factor.rows == 0) return;
    // The taps of the first row read a pixel again and again; those of the second lie behind the tile's last row.
    spec::set(words, exec::pixel_stride, 0);
    spec::set(words, exec::row_stride, 0);
    spec::set(words, exec::out_w, g.factor.columns);
    spec::set(words, exec::out_h, g.factor.rows);
    spec::set(words, exec::stride_x, 0);
    spec::set(words, exec::stride_y, tile.out_y.count());
    spec::set(words, exec::limit_h, tile.out_y.end);
}

// Writes the walk over pixels, taps and groups.
void put_walk(const Plan& plan, const Tile& tile, const WeightBlock& block, const PassBox& box, int activation_word,
              spec::CommandWords& words) {
    namespace exec = spec::exec;
    const Geometry& g = plan.geometry;
    const auto modulo_slots = [&](int64_t slot) { return slot & spec::word_mask(*g.machine); };
    const int64_t pixel = int64_t{block.held.groups.count()} * g.lanes, row = pixel * tile.x.count();
    const int origin_y = g.y.origin(tile.out_y.begin) + box.ky * g.y.tap_step();
    const int origin_x = g.x.origin(tile.out_x.begin) + box.kx * g.x.tap_step();
    const int64_t base = int64_t{activation_word} * spec::lanes_max(*g.machine) + (origin_y - tile.y.begin) * row +
                         (origin_x - tile.x.begin) * pixel + int64_t{box.group - block.held.groups.begin} * g.lanes;
    spec::set(words, exec::activation_base, modulo_slots(base));
    spec::set(words, exec::origin_x, origin_x);
    spec::set(words, exec::origin_y, origin_y);
    spec::set(words, exec::limit_w, g.x.limit());
    spec::set(words, exec::limit_h, g.y.limit());
    if (g.windowed) return put_window_walk(g, tile, box, row, pixel, words);
    spec::set(words, exec::pixel_stride, modulo_slots(g.x.step() * pixel));
    spec::set(words, exec::row_stride, modulo_slots(g.y.step() * row));
    spec::set(words, exec::tap_stride_x, modulo_slots(g.x.tap_step() * pixel));
    spec::set(words, exec::tap_stride_y, modulo_slots(g.y.tap_step() * row));
    spec::set(words, exec::group_stride, g.lanes);
    spec::set(words, exec::group_count, box.groups);
    spec::set(words, exec::kernel_w, box.columns);
    spec::set(words, exec::kernel_h, box.rows);
    spec::set(words, exec::out_w, tile.out_x.count());
    spec::set(words, exec::out_h, tile.out_y.count());
    spec::set(words, exec::stride_x, g.x.step());
    spec::set(words, exec::stride_y, g.y.step());
    spec::set(words, exec::dilation_x, g.x.tap_step());
    spec::set(words, exec::dilation_y, g.y.tap_step());
}

// Writes what the post-processor does with column tile number `local` of the step.
void put_finish(const Model& model, const Plan& plan, int local, Span columns, const StepRegions& regions,
                spec::CommandWords& words) {
    namespace exec = spec::exec;
    const Layer& layer = *plan.geometry.layer;
    spec::set(words, exec::finish, 1);
    spec::set(words, exec::output_base, regions.output + local);
    spec::set(words, exec::output_stride, columns.count());
    spec::set(words, exec::parameter_base, regions.parameter + local * parameter_words(plan.geometry));
    spec::set(words, exec::clamp_low, layer.clamp_low);
    spec::set(words, exec::clamp_high, layer.clamp_high);
    spec::set(words, exec::output_signs, plan.geometry.out_bits);
    spec::set(words, exec::output_zero, scaled_zero_point(layer, model.tensors[layer.output]));
    spec::set(words, exec::tabled, !layer.table.entries.empty());
    spec::set(words, exec::table, layer.table.entries.empty() ? 0 : regions.table);
    spec::set(words, exec::rectify, layer.rectified);
    if (layer.residual < 0) return;
    spec::set(words, exec::residual, 1);
    spec::set(words, exec::residual_base, regions.residual + local);
    spec::set(words, exec::residual_stride, columns.count());
    spec::set(words, exec::residual_zero, model.tensors[layer.residual].zero_point);
    spec::set(words, exec::residual_significand, layer.residual_significand);
}

void note_finish(const Plan& plan, const Tile& tile, int local, Span columns, const StepRegions& regions,
                 Draft& draft) {
    const int words = parameter_words(plan.geometry);
    const int64_t pixels = int64_t{tile.pixels()} * plan.geometry.accumulators();
    const int64_t reach = (pixels - 1) * columns.count() + 1;  // words from first to last pixel
    draft.accesses.push_back({Space::parameter, false, regions.parameter + local * words,
                              regions.parameter + (local + 1) * words});
    draft.accesses.push_back({Space::output, true, regions.output + local, regions.output + local + reach});
    if (!plan.geometry.layer->table.entries.empty()) {
        const int64_t first = int64_t{regions.table} * spec::activation_table_words;
        draft.accesses.push_back({Space::table, false, first, first + spec::activation_table_words});
    }
    if (plan.geometry.layer->residual < 0) return;
    draft.accesses.push_back({Space::residual, false, regions.residual + local, regions.residual + local + reach});
}

}  // namespace

void emit_execs(const Model& model, const Plan& plan, const Tile& tile, const WeightBlock& block, Span columns,
                const StepRegions& regions, const CommandNote& note, std::vector<Draft>& drafts) {
    int64_t weight = regions.weight;
    for (const TileBoxes& boxes : block.tiles) {
        const int local = boxes.column_tile - columns.begin;
        for (size_t i = 0; i < boxes.boxes.size(); ++i) {
            const bool start = block.start && i == 0, finish = block.finish && i + 1 == boxes.boxes.size();
            Draft draft;
            draft.queue = Queue::exec;
            draft.note = note;
            draft.note.column_tile = boxes.column_tile;
            spec::set(draft.words, spec::common::opcode, static_cast<int64_t>(spec::Opcode::exec));
            spec::set(draft.words, spec::exec::format, plan.geometry.format->code);
            spec::set(draft.words, spec::exec::start, start);
            spec::set(draft.words, spec::exec::triple, boxes.boxes[i].triple);
            spec::set(draft.words, spec::exec::pad_byte, plan.geometry.padding_byte());
            spec::set(draft.words, spec::exec::weight_base, weight);
            put_walk(plan, tile, block, boxes.boxes[i], regions.activation, draft.words);
            const int64_t weight_end = weight + boxes.boxes[i].passes() * plan.geometry.pass_words();
            draft.accesses.push_back(regions.activations);
            if (weight_end > weight) draft.accesses.push_back({Space::weight, false, weight, weight_end});
            if (palette_words(plan.geometry) > 0) {
                const int word = regions.palette + local;
                spec::set(draft.words, spec::exec::palette_base, word);
                draft.accesses.push_back({Space::palette, false, word, word + 1});
            }
            if (spec::is_scaled(*plan.geometry.format)) {
                const int64_t word = regions.palette + (weight - regions.weight) / plan.geometry.pass_words();
                spec::set(draft.words, spec::exec::palette_base, word);
                draft.accesses.push_back({Space::palette, false, word, word + boxes.boxes[i].passes()});
            }
            if (finish) {
                put_finish(model, plan, local, columns, regions, draft.words);
                note_finish(plan, tile, local, columns, regions, draft);
            }
            if (!plan.geometry.shares_weights()) weight = weight_end;
            drafts.push_back(draft);
        }
    }
}

}  // namespace napier::driver
