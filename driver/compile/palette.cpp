#include "driver/compile/palette.hpp"

#include <algorithm>
#include <set>
#include <span>

#include "sw/formats/formats.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

// The weights of the output channels in a column tile.
std::span<const int8_t> tile_weights(const Layer& layer, const spec::Machine& machine, int column_tile) {
    const size_t channels = layer.bias.size(), per_channel = layer.weight.size() / channels;
    const size_t columns = size_t(machine.columns), first = size_t(column_tile) * columns;
    return std::span(layer.weight).subspan(first * per_channel, std::min(columns, channels - first) * per_channel);
}

template <typename Test>
bool all_tiles(const Layer& layer, const spec::Machine& machine, Test test) {
    const int channels = static_cast<int>(layer.bias.size());
    for (int tile = 0; tile * machine.columns < channels; ++tile) {
        if (!test(tile_weights(layer, machine, tile))) return false;
    }
    return true;
}

}  // namespace

bool holds_tiles(const spec::Format& format, const Layer& layer, const spec::Machine& machine) {
    if (spec::is_scaled(format)) {
        return std::all_of(layer.weight.begin(), layer.weight.end(),
                           [&](int8_t weight) { return formats::holds(format, {&weight, 1}); });
    }
    if (!spec::is_indexed(format)) return formats::holds(format, layer.weight);
    return all_tiles(layer, machine, [&](std::span<const int8_t> weights) { return formats::holds(format, weights); });
}

bool annuls_tiles(const FormatChoice& format, const Layer& layer, const spec::Machine& machine) {
    if (!spec::is_indexed(*format.format) || format.planes > 1) return formats::annuls(*format.format);
    return all_tiles(layer, machine, [&](std::span<const int8_t> weights) {
        std::vector<int8_t> with_zero(weights.begin(), weights.end());
        with_zero.push_back(0);
        return formats::holds(*format.format, with_zero);
    });
}

std::vector<int8_t> table_of(const Geometry& geometry, int column_tile) {
    if (!spec::is_indexed(*geometry.format)) return {};
    if (geometry.planes > 1) return {-1, 0, +1};
    const auto weights = tile_weights(*geometry.layer, *geometry.machine, column_tile);
    std::set<int8_t> entries(weights.begin(), weights.end());
    if (geometry.annuls) entries.insert(0);
    return {entries.begin(), entries.end()};
}

void pack_table(const Geometry& geometry, int column_tile, std::vector<uint8_t>& bytes) {
    const size_t first = bytes.size();
    bytes.resize(first + size_t(spec::palette_word_bytes(*geometry.machine)));
    const std::vector<int8_t> table = table_of(geometry, column_tile);
    std::copy(table.begin(), table.end(), bytes.begin() + static_cast<std::ptrdiff_t>(first));
}

int palette_words(const Geometry& geometry) {
    return spec::is_indexed(*geometry.format) ? geometry.column_tiles : 0;
}

}  // namespace napier::driver
