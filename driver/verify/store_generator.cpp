#include <algorithm>

#include "driver/verify/program_generator.hpp"

namespace napier::driver {

using namespace spec::store;
using spec::CommandWords;
using spec::set;

namespace {
constexpr int attempts = 20;
}

// Rows of a finished tile: one row an image row of adjacent words, or one row a pixel.
CommandWords ProgramBuilder::random_store() {
    const int64_t recent = std::min<int64_t>(int64_t(tiles_.size()), 4);
    const Tile& tile =
        tiles_[tiles_.size() - 1 - size_t(random_.below(random_.chance(80) ? recent : int64_t(tiles_.size())))];
    const int64_t word_bytes = spec::output_word_bytes(machine_);
    const bool whole = tile.stride == 1 && word_bytes == tile.bytes && random_.chance(50);
    CommandWords words{};
    set(words, spec::common::opcode, int64_t(spec::Opcode::store));
    const int64_t first = random_.chance(70) ? 0 : random_.below(tile.width * tile.height);
    const int64_t width = first == 0 ? tile.width : 1,
                  height = first == 0 ? tile.height : tile.width * tile.height - first;
    set(words, buffer_word, (tile.base + first * tile.stride) & spec::word_mask(machine_));
    set(words, buffer_stride_x_word, tile.stride & 0xffff);
    set(words, buffer_stride_y_word, (tile.stride * width) & 0xffff);
    const int64_t row = whole ? width * word_bytes : tile.bytes;
    set(words, length, random_.chance(60) ? row : random_.between(1, row));
    set(words, count_x, whole ? 1 : random_.chance(80) ? width : random_.between(1, width));
    set(words, count_y, random_.chance(80) ? height : random_.between(1, height));
    const int64_t stride_x = random_.chance(70) ? tile.bytes + random_.below(20) : random_.between(0, 100);
    set(words, memory_stride_x, stride_x);
    set(words, memory_stride_y,
        uint32_t(random_.chance(70) ? std::max(stride_x * width, row) + random_.below(50) : random_.between(-30, 300)));
    const int64_t offset = random_.below(areas_.output.bytes);
    set(words, address, program_.memory.base + areas_.output.first + (random_.chance(30) ? offset / 64 * 64 : offset));
    return words;
}

void ProgramBuilder::add_store() {
    const uint64_t base = uint64_t{program_.memory.base} + areas_.output.first;
    for (int i = 0; i < attempts && !tiles_.empty(); ++i) {
        const CommandWords words = random_store();
        const Footprint touched = footprint(machine_, words);
        const auto& read = touched.read[int(Place::output)];
        const bool known = std::all_of(read.begin(), read.end(), [&](uint32_t word) {
            return word < written_[int(Place::output)].size() && written_[int(Place::output)][word];
        });
        if (!known || !touched.inside || touched.memory_low < base || touched.memory_high > base + areas_.output.bytes)
            continue;
        append(words, touched);
        work_ += spec::get(words, count_x) * spec::get(words, count_y) * 10;
        return;
    }
}

}  // namespace napier::driver
