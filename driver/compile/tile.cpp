#include "driver/compile/tile.hpp"

#include <algorithm>

#include "sw/spec/machine.hpp"

namespace napier::driver {

Tile tile_of(const Plan& plan, int index) {
    const Geometry& g = plan.geometry;
    const int y = index / plan.tiles_x() * plan.tile_h, x = index % plan.tiles_x() * plan.tile_w;
    Tile tile;
    tile.index = index;
    tile.out_y = {y, std::min(g.y.output, y + plan.tile_h)};
    tile.out_x = {x, std::min(g.x.output, x + plan.tile_w)};
    tile.y = g.y.positions(tile.out_y);
    tile.x = g.x.positions(tile.out_x);
    return tile;
}

Tile held_tile(const Plan& plan, Tile tile, const Held& held) {
    tile.y = plan.geometry.y.positions(tile.out_y, held.rows);
    tile.x = plan.geometry.x.positions(tile.out_x, held.columns);
    return tile;
}

std::vector<Tile> tiles_of(const Plan& plan) {
    std::vector<Tile> tiles;
    for (int index = 0; index < plan.tiles_y() * plan.tiles_x(); ++index) tiles.push_back(tile_of(plan, index));
    return tiles;
}

void copy_outputs(const Plan& plan, const Tile& tile, Span columns, Space space, int64_t memory, int word,
                  const CommandNote& note, std::vector<Draft>& drafts) {
    const Geometry& g = plan.geometry;
    const spec::Machine& machine = *g.machine;
    const int64_t bytes = spec::output_word_bytes(machine);
    columns = {columns.begin * g.accumulators(), columns.end * g.accumulators()};
    const int64_t pixel = columns.count() * bytes;  // in the buffer
    const bool bits = g.out_bits && space == Space::output;
    const int unit = bits ? g.word_bytes() : machine.columns;     // bytes of a word
    // Of pixels in memory; residuals are never a part of a tensor.
    const int pitch = space == Space::output || g.operand ? g.out_pitch : g.out_channels;
    const int first = columns.begin * unit;
    const int channels = std::min(bits ? g.out_bytes() : g.out_channels, columns.end * unit) - first;
    const int64_t row = int64_t{g.x.output} * pitch;
    Transfer transfer;
    transfer.space = space;
    transfer.memory = memory + tile.out_y.begin * row + int64_t{tile.out_x.begin} * pitch + first;
    transfer.buffer = word * bytes;
    const Loop x{tile.out_x.count(), pitch, pixel}, y{tile.out_y.count(), row, pixel * tile.out_x.count()};
    if (bytes == unit) {  // a pixel's words follow each other without a gap
        transfer.length = channels;
        transfer.loops = {x, y};
        return emit(transfer, machine, note, drafts);
    }
    const int whole = channels / unit, rest = channels % unit;
    if (whole > 0) {
        transfer.length = unit;
        transfer.loops = {{whole, unit, bytes}, x, y};
        emit(transfer, machine, note, drafts);
    }
    if (rest > 0) {
        transfer.memory += int64_t{whole} * unit;
        transfer.buffer += whole * bytes;
        transfer.length = rest;
        transfer.loops = {x, y};
        emit(transfer, machine, note, drafts);
    }
}

}  // namespace napier::driver
