#include "driver/compile/emit.hpp"

#include "driver/compile/cost.hpp"
#include "driver/compile/exec.hpp"
#include "driver/compile/palette.hpp"
#include "driver/compile/weights.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

class LayerEmitter {
public:
    LayerEmitter(const Model& model, int layer, const Plan& plan, const LayerConstants& constants,
                 const LayerAddresses& addresses, Buffers& buffers, std::vector<Step>& steps)
        : model_(model), layer_(layer), plan_(plan), machine_(*plan.geometry.machine), constants_(constants),
          addresses_(addresses), buffers_(buffers), steps_(steps) {}

    void run() {
        const std::vector<Tile> tiles = tiles_of(plan_);
        const int column_steps = plan_.column_steps();
        const int count = static_cast<int>(tiles.size());
        const int outer = plan_.columns_outer ? column_steps : count;
        const int inner = plan_.columns_outer ? count : column_steps;
        for (int i = 0; i < outer; ++i) {
            for (int j = 0; j < inner; ++j) {
                const Tile& tile = tiles[plan_.columns_outer ? j : i];
                const int step = plan_.columns_outer ? i : j;
                for (const WeightBlock& block : constants_.blocks[step]) {
                    emit_step(held_tile(plan_, tile, block.held), step, block, j == 0);
                }
            }
        }
    }

private:
    CommandNote note(Role role, const Tile& tile, int column_tile = -1) const {
        return {layer_, role, tile.index, column_tile};
    }

    void emit_step(const Tile& tile, int column_step, const WeightBlock& block, bool new_outer) {
        steps_.emplace_back();
        const Span columns = plan_.column_span(column_step);
        load_weights(tile, columns, block, new_outer);
        load_parameters(tile, columns, block);
        load_palette(tile, columns);
        load_input(tile, block, new_outer);
        if (block.finish) load_residual(tile, columns);
        load_table(tile);
        StepRegions regions;
        regions.activation = buffers_.activation.begin();
        regions.activations = {Space::activation, false, buffers_.activation.begin(), buffers_.activation.end()};
        regions.weight = buffers_.weight.begin();
        if (plan_.weights == Residency::layer) {
            regions.weight += static_cast<int>(block.first_pass) * plan_.geometry.pass_words();
        }
        regions.parameter = buffers_.parameter.begin();
        if (plan_.parameters_resident) regions.parameter += columns.begin * parameter_words(plan_.geometry);
        regions.palette = buffers_.palette.begin();
        if (plan_.palette_resident) regions.palette += columns.begin;
        if (spec::is_scaled(*plan_.geometry.format) && plan_.weights == Residency::layer) {
            regions.palette += static_cast<int>(block.first_pass);
        }
        regions.residual = buffers_.residual.begin();
        regions.table = buffers_.table.begin() / spec::activation_table_words;
        if (block.finish) {
            regions.output = buffers_.output.place(output_words(tile, columns));
        }
        emit_execs(model_, plan_, tile, block, columns, regions, note(Role::compute, tile), steps_.back().execs);
        if (!block.finish) return;
        copy_outputs(plan_, tile, columns, Space::output, addresses_.output, regions.output,
                     note(Role::output, tile, columns.begin), steps_.back().stores);
    }

    // Copies `words` words of constants to their buffer.
    void load_constants(Space space, int word, int64_t words, int word_bytes, int64_t memory,
                        const CommandNote& note) {
        Transfer transfer;
        transfer.space = space;
        transfer.memory = memory;
        transfer.buffer = int64_t{word} * word_bytes;
        transfer.length = words * word_bytes;
        emit(transfer, machine_, note, steps_.back().loads);
    }

    void load_weights(const Tile& tile, Span columns, const WeightBlock& block, bool new_outer) {
        if (plan_.geometry.operand) return load_operands(tile, columns, block, new_outer);
        const bool factors = plan_.geometry.factor.rows > 0;
        if (plan_.weights == Residency::layer) {
            if (!first_step()) return;
            if (factors) return load_factors({0, plan_.geometry.column_tiles}, 0, note(Role::weights, tile));
            const int64_t words = constants_.passes * plan_.geometry.pass_words();
            load_scales(constants_.passes, 0, note(Role::palette, tile));
            return load_weight_words(words, addresses_.weights, note(Role::weights, tile));
        }
        if (plan_.weights == Residency::outer && !new_outer) return;
        if (factors) return load_factors(columns, block.offset, note(Role::weights, tile, columns.begin));
        const int64_t words = block.passes * plan_.geometry.pass_words();
        load_scales(block.passes, block.first_pass, note(Role::palette, tile, columns.begin));
        load_weight_words(words, addresses_.weights + block.offset, note(Role::weights, tile, columns.begin));
    }

    // Copies a tensor's words, of all column tiles if they stay.
    void load_operands(const Tile& tile, Span columns, const WeightBlock& block, bool new_outer) {
        const bool all = plan_.weights == Residency::layer;
        if (all ? !first_step() : plan_.weights == Residency::outer && !new_outer) return;
        std::vector<TileBoxes> tiles = block.tiles;
        for (int step = 1; all && step < plan_.column_steps(); ++step) {
            const std::vector<TileBoxes>& more = constants_.blocks[size_t(step)].front().tiles;
            tiles.insert(tiles.end(), more.begin(), more.end());
        }
        const int64_t words = (all ? constants_.passes : block.passes) * plan_.geometry.pass_words();
        load_operand(plan_, tiles, addresses_.operand, addresses_.weights, buffers_.weight.place(words),
                     note(Role::weights, tile, all ? -1 : columns.begin), steps_.back().loads);
    }

    // Copies the weights of taps, some from the constants, some from the tensor of factors, as often as taps have them.
    void load_factors(Span tiles, int64_t offset, const CommandNote& note) {
        const Geometry& g = plan_.geometry;
        const int bytes = spec::weight_word_bytes(machine_), slots = g.accumulators();
        int word = buffers_.weight.place(int64_t{tiles.count()} * g.pass_words());
        int64_t memory = addresses_.weights + offset;
        const auto load = [&](int taps) {
            if (taps > 0) load_constants(Space::weight, word, int64_t{taps} * slots, bytes, memory, note);
            word += taps * slots;
            memory += int64_t{taps} * slots * bytes;
        };
        for (int column_tile = tiles.begin; column_tile < tiles.end; ++column_tile) {
            load(g.factor.before());
            Transfer copies;
            copies.space = Space::weight;
            copies.memory = addresses_.factor + int64_t{column_tile} * g.tile_channels();
            copies.buffer = int64_t{word} * bytes;
            copies.length = int64_t{slots} * bytes;
            copies.loops = {{g.factor.copies, 0, copies.length}};
            emit(copies, machine_, note, steps_.back().loads);
            word += g.factor.copies * slots;
            load(g.factor.after());
        }
    }

    // Copies the scales of passes, if they have any.
    void load_scales(int64_t passes, int64_t first, const CommandNote& note) {
        if (!spec::is_scaled(*plan_.geometry.format)) return;
        const int bytes = spec::palette_word_bytes(machine_);
        load_constants(Space::palette, buffers_.palette.place(passes), passes, bytes,
                       addresses_.palette + first * bytes, note);
    }

    // Copies weight words, or unpacks their trits; of packed ones the last beat may be as it is.
    void load_weight_words(int64_t words, int64_t memory, const CommandNote& note) {
        if (words == 0) return;
        const int bytes = spec::weight_word_bytes(machine_), beat = machine_.beat_bytes;
        const int word = buffers_.weight.place(words);
        if (!packs_trits(plan_.geometry)) return load_constants(Space::weight, word, words, bytes, memory, note);
        const int64_t beats = words * bytes / beat, packed = packed_beats(beats);
        Transfer transfer;
        transfer.space = Space::weight;
        transfer.packed = true;
        transfer.memory = memory;
        transfer.buffer = int64_t{word} * bytes;
        transfer.length = (4 * packed + 4) / 5 * beat;
        if (packed > 0) emit(transfer, machine_, note, steps_.back().loads);
        if (packed == beats) return;
        transfer.packed = false;
        transfer.memory += transfer.length;
        transfer.buffer += packed * beat;
        transfer.length = beat;
        emit(transfer, machine_, note, steps_.back().loads);
    }

    void load_parameters(const Tile& tile, Span columns, const WeightBlock& block) {
        const int bytes = spec::parameter_word_bytes(machine_), tile_words = parameter_words(plan_.geometry);
        if (plan_.parameters_resident) {
            if (!first_step()) return;
            const int64_t words = int64_t{plan_.geometry.column_tiles} * tile_words;
            return load_constants(Space::parameter, buffers_.parameter.place(words), words, bytes,
                                  addresses_.parameters, note(Role::parameters, tile));
        }
        if (!block.finish) return;
        const int64_t words = int64_t{columns.count()} * tile_words;
        load_constants(Space::parameter, buffers_.parameter.place(words), words, bytes,
                       addresses_.parameters + int64_t{columns.begin} * tile_words * bytes,
                       note(Role::parameters, tile, columns.begin));
    }

    void load_palette(const Tile& tile, Span columns) {
        if (palette_words(plan_.geometry) == 0 || (plan_.palette_resident && !first_step())) return;
        const Span loaded = plan_.palette_resident ? Span{0, plan_.geometry.column_tiles} : columns;
        const int bytes = spec::palette_word_bytes(machine_);
        load_constants(Space::palette, buffers_.palette.place(loaded.count()), loaded.count(), bytes,
                       addresses_.palette + int64_t{loaded.begin} * bytes,
                       note(Role::palette, tile, plan_.palette_resident ? -1 : columns.begin));
    }

    void load_input(const Tile& tile, const WeightBlock& block, bool new_outer) {
        if (plan_.activations == Residency::outer && !new_outer) return;
        if (!block.new_held) return;
        const int64_t words = plan_.geometry.activation_words(tile.positions(), block.held.groups.count());
        const int word = buffers_.activation.place(words);
        if (words == 0) return;
        load_activations(plan_, tile, block.held.groups, plan_.geometry.padding_byte(), addresses_.input, word,
                         note(Role::input, tile), steps_.back().loads);
    }

    void load_residual(const Tile& tile, Span columns) {
        if (plan_.geometry.layer->residual < 0) return;
        const int word = buffers_.residual.place(output_words(tile, columns));
        copy_outputs(plan_, tile, columns, Space::residual, addresses_.residual, word,
                     note(Role::residual, tile, columns.begin), steps_.back().loads);
    }

    void load_table(const Tile& tile) {
        if (plan_.geometry.layer->table.entries.empty() || !first_step()) return;
        constexpr int words = spec::activation_table_words;
        load_constants(Space::table, buffers_.table.place(words), words, spec::activation_table_word_bytes(machine_),
                       addresses_.table, note(Role::table, tile));
    }

    int64_t output_words(const Tile& tile, Span columns) const {
        return int64_t{tile.pixels()} * columns.count() * plan_.geometry.accumulators();
    }

    // True for the first step of the layer; the step is already in the list.
    bool first_step() const { return steps_.size() == first_ + 1; }

    const Model& model_;
    const int layer_;
    const Plan& plan_;
    const spec::Machine& machine_;
    const LayerConstants& constants_;
    const LayerAddresses& addresses_;
    Buffers& buffers_;
    std::vector<Step>& steps_;
    const size_t first_ = steps_.size();
};

}  // namespace

int RegionPlacer::place(int64_t words) {
    const bool after = end_ + words <= capacity_;
    begin_ = after ? static_cast<int>(end_) : 0;
    end_ = begin_ + words;
    return begin_;
}

Buffers::Buffers(const spec::Machine& machine)
    : activation(machine.activation_words), weight(machine.weight_words), parameter(machine.parameter_words),
      residual(machine.residual_words), output(machine.output_words), palette(machine.palette_words),
      table(spec::target_words(machine, spec::load::Target::table)) {}

void emit_layer(const Model& model, int layer, const Plan& plan, const LayerConstants& constants,
                const LayerAddresses& addresses, Buffers& buffers, std::vector<Step>& steps) {
    LayerEmitter(model, layer, plan, constants, addresses, buffers, steps).run();
}

}  // namespace napier::driver
