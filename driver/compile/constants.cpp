#include "driver/compile/constants.hpp"

#include <algorithm>

#include "driver/compile/palette.hpp"
#include "driver/compile/vector_scale.hpp"
#include "driver/compile/weights.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

constexpr size_t alignment = 64;  // at least a beat of any machine

void align(std::vector<uint8_t>& image) { image.resize((image.size() + alignment - 1) / alignment * alignment); }

// A tile whose weights in these groups are all zero still needs one pass if it must begin or end the sums.
const std::vector<PassBox> one_pass(Span groups) { return {{0, 0, groups.begin, 1, 1, 1}}; }

// The parts of a range, each of `size`, the last of what is left.
std::vector<Span> parts_of(Span range, int size) {
    std::vector<Span> parts;
    for (int first = range.begin; first < range.end; first += size) {
        parts.push_back({first, std::min(range.end, first + size)});
    }
    return parts;
}

// The parts of groups' input that the activation buffer holds one after another.
std::vector<Held> held_parts(const Plan& plan, Span groups) {
    std::vector<Held> parts;
    for (const Span part : parts_of(groups, plan.chunk_groups)) {
        for (const Span rows : parts_of({0, plan.geometry.y.taps()}, plan.chunk_rows)) {
            for (const Span columns : parts_of({0, plan.geometry.x.taps()}, plan.chunk_columns)) {
                parts.push_back({part, rows, columns});
            }
        }
    }
    return parts;
}

// Several column tiles whose weights fit the buffer together.
std::vector<WeightBlock> joint_block(const Geometry& geometry, const PassTable& passes, Span columns, Span groups) {
    WeightBlock block;
    block.held = {groups, {0, geometry.y.taps()}, {0, geometry.x.taps()}};
    block.new_held = block.start = block.finish = true;
    for (int tile = columns.begin; tile < columns.end; ++tile) {
        std::vector<PassBox> boxes = passes.boxes(tile, groups);
        if (boxes.empty()) boxes = one_pass(groups);
        block.tiles.push_back({tile, boxes});
    }
    return {block};
}

// Appends a block of one column tile.
void add_block(int tile, const Held& held, const std::vector<PassBox>& boxes, std::vector<WeightBlock>& blocks) {
    WeightBlock block;
    block.held = held;
    block.new_held = blocks.empty() || blocks.back().held != held;
    block.tiles = {{tile, boxes}};
    blocks.push_back(block);
}

// Appends the blocks of one plane of a column tile, in chunks of input that the activation buffer holds and of passes
// that the weight buffer holds.
void add_plane(const Plan& plan, const PassTable& passes, int tile, int plane, const std::vector<Held>& parts,
               std::vector<WeightBlock>& blocks) {
    const size_t before = blocks.size();
    for (const Held& held : parts) {
        for (const std::vector<PassBox>& boxes :
             split_boxes(passes.held_boxes(tile, plane, held), plan.chunk_passes)) {
            add_block(tile, held, boxes, blocks);
        }
    }
    if (before == 0) return;
    if (blocks.size() == before) {
        const Held held = blocks.back().held;
        PassBox pass = PassTable::zero_pass(plane, held.groups);
        pass.ky = held.rows.begin;
        pass.kx = held.columns.begin;
        add_block(tile, held, {pass}, blocks);
    }
    blocks[before].tiles.front().boxes.front().triple = true;
}

// One column tile whose weights or activations do not fit their buffer at once.
std::vector<WeightBlock> chunked_blocks(const Plan& plan, const PassTable& passes, int tile, Span groups) {
    std::vector<WeightBlock> blocks;
    const std::vector<Held> parts = held_parts(plan, groups);
    for (int plane = passes.first_plane(tile); plane >= 0; --plane) {
        add_plane(plan, passes, tile, plane, parts, blocks);
    }
    if (blocks.empty()) add_block(tile, parts.front(), one_pass(groups), blocks);
    blocks.front().start = true;
    blocks.back().finish = true;
    return blocks;
}

std::vector<WeightBlock> blocks_of(const Plan& plan, const PassTable& passes, int step) {
    const Span columns = plan.column_span(step);
    const bool all = plan.activations != Residency::step;
    const Span groups = all ? Span{0, plan.geometry.groups} : passes.groups_of(columns);
    if (plan.weights != Residency::step || plan.columns > 1) {
        return joint_block(plan.geometry, passes, columns, groups);
    }
    return chunked_blocks(plan, passes, columns.begin, groups);
}

// The weight sets of a box of a block: a later one of a tile may be that before it.
int64_t sets_of(const Geometry& geometry, const TileBoxes& tile, const PassBox& box) {
    return geometry.shares_weights() && &box != &tile.boxes.front() ? 0 : box.passes();
}

// As pack_block(), without values.
void reserve_block(const Plan& plan, WeightBlock& block, std::vector<uint8_t>& words, std::vector<uint8_t>& scales) {
    const spec::Machine& machine = *plan.geometry.machine;
    for (const TileBoxes& tile : block.tiles) {
        for (const PassBox& box : tile.boxes) block.passes += sets_of(plan.geometry, tile, box);
    }
    words.resize(words.size() + size_t(block.passes * plan.geometry.pass_words() * spec::weight_word_bytes(machine)));
    if (!spec::is_scaled(*plan.geometry.format)) return;
    scales.resize(scales.size() + size_t(block.passes * spec::palette_word_bytes(machine)));
}

// The passes of a block whose weights are a tensor's.
void count_block(const Plan&, WeightBlock& block, std::vector<uint8_t>&, std::vector<uint8_t>&) {
    for (const TileBoxes& tile : block.tiles) {
        for (const PassBox& box : tile.boxes) block.passes += box.passes();
    }
}

// Appends the weight words of a block, and its passes' scales if they have any.
void pack_block(const Plan& plan, WeightBlock& block, std::vector<uint8_t>& words, std::vector<uint8_t>& scales) {
    for (const TileBoxes& tile : block.tiles) {
        for (const PassBox& box : tile.boxes) {
            if (sets_of(plan.geometry, tile, box) == 0) continue;
            pack_box(plan.geometry, tile.column_tile, box, words);
            if (spec::is_scaled(*plan.geometry.format)) pack_scales(plan.geometry, tile.column_tile, box, scales);
            block.passes += box.passes();
        }
    }
}

// Appends the words of the layer's table: each its entries, then zeros to the end of a beat.
void pack_output_table(const Layer& layer, const spec::Machine& machine, std::vector<uint8_t>& image) {
    const size_t bytes = size_t(spec::activation_table_word_bytes(machine));
    constexpr size_t in_word = spec::activation_table_word_entries;
    for (size_t i = 0; i < layer.table.entries.size(); ++i) {
        if (i % in_word == 0) image.resize(image.size() + bytes);
        image[image.size() - bytes + i % in_word] = static_cast<uint8_t>(layer.table.entries[i]);
    }
}

}  // namespace

int64_t append_tensor(const ConstantTensor& tensor, std::vector<uint8_t>& image) {
    align(image);
    const int64_t place = static_cast<int64_t>(image.size());
    image.insert(image.end(), tensor.values.begin(), tensor.values.end());
    return place;
}

LayerConstants append_constants(const Plan& plan, std::vector<uint8_t>& image, bool values) {
    const PassTable& passes = *plan.passes;
    LayerConstants constants;
    align(image);
    constants.weights = static_cast<int64_t>(image.size());
    std::vector<uint8_t> words;   // what one transfer loads: a block, or the whole layer
    std::vector<uint8_t> scales;  // of all passes
    for (int step = 0; step < plan.column_steps(); ++step) {
        constants.blocks.push_back(blocks_of(plan, passes, step));
        for (WeightBlock& block : constants.blocks.back()) {
            block.offset = static_cast<int64_t>(image.size()) - constants.weights;
            block.first_pass = constants.passes;
            const auto take = plan.geometry.operand ? count_block : values ? pack_block : reserve_block;
            take(plan, block, words, scales);
            constants.passes += block.passes;
            if (plan.weights == Residency::layer) continue;
            append_weight_words(plan.geometry, words, image);
            words.clear();
        }
    }
    append_weight_words(plan.geometry, words, image);
    align(image);
    constants.parameters = static_cast<int64_t>(image.size());
    for (int group = 0; group < plan.geometry.repeats; ++group) {
        for (int tile = 0; tile < plan.geometry.column_tiles; ++tile) {
            pack_parameters(plan.geometry, group * plan.geometry.out_channels, tile, image);
        }
        if (group == 0) constants.group_parameters = static_cast<int64_t>(image.size()) - constants.parameters;
    }
    align(image);
    constants.palette = static_cast<int64_t>(image.size());
    for (int tile = 0; tile < palette_words(plan.geometry); ++tile) pack_table(plan.geometry, tile, image);
    image.insert(image.end(), scales.begin(), scales.end());
    align(image);
    constants.table = static_cast<int64_t>(image.size());
    pack_output_table(*plan.geometry.layer, *plan.geometry.machine, image);
    return constants;
}

}  // namespace napier::driver
