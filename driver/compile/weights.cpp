#include "driver/compile/weights.hpp"

#include <array>
#include <span>

#include "driver/compile/palette.hpp"
#include "driver/compile/vector_scale.hpp"
#include "sw/formats/formats.hpp"
#include "sw/formats/planes.hpp"
#include "sw/formats/trits.hpp"
#include "sw/spec/command.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

// Writes `bits` at bit position `position` of the word that begins at `word`; the bits there are zero.
void put_bits(uint8_t* word, int position, int width, uint32_t bits) {
    for (int i = 0; i < width; ++i, ++position) {
        if (bits >> i & 1) word[position / 8] |= static_cast<uint8_t>(1u << position % 8);
    }
}

using Codes = std::array<uint32_t, 256>;  // by the weight's low eight bits

// The least code of every weight that the format, or the column tile's table, holds.
Codes codes_of(const Geometry& geometry, int column_tile) {
    const spec::Format& format = *geometry.format;
    Codes codes{};
    if (spec::is_indexed(format)) {
        const std::vector<int8_t> table = table_of(geometry, column_tile);
        for (uint32_t index = 0; index < table.size(); ++index) codes[static_cast<uint8_t>(table[index])] = index;
        return codes;
    }
    for (int weight = -128; weight < 128; ++weight) {
        codes[static_cast<uint8_t>(weight)] = formats::encode(format, weight).value_or(0);
    }
    return codes;
}

// Eight weights of one-bit channels; of bytes behind the pixel they alternate and add up to 0.
uint32_t bits_at(const Geometry& geometry, int out, const PassBox& pass, int byte) {
    constexpr uint32_t alternating = 0xaa;
    if (byte >= geometry.pixel_bytes) return alternating;
    const int tap = byte / geometry.in_channels;
    const int ky = geometry.y.folded ? tap / geometry.folded_columns() : pass.ky;
    const int kx = geometry.x.folded ? tap % geometry.folded_columns() : pass.kx;
    const int channels = geometry.in_channels * 8 - geometry.spare_bits();
    const size_t row = (size_t(out) * geometry.y.kernel + ky) * geometry.x.kernel + kx;
    uint32_t bits = 0;
    for (int i = 0; i < 8; ++i) {
        const int channel = byte % geometry.in_channels * 8 + i;
        if (channel < channels && geometry.layer->weight[row * channels + channel] < 0) bits |= 1u << i;
    }
    return bits;
}

uint32_t code_at(const Geometry& geometry, const Codes& codes, int out, const PassBox& pass, int scale, int byte) {
    if (geometry.format->operation == spec::Operation::match) return bits_at(geometry, out, pass, byte);
    const int beyond = byte - geometry.pixel_bytes;
    if (beyond >= 0) return codes[static_cast<uint8_t>(geometry.tail_weight(beyond) / scale)];
    const int weight = scale_at(geometry, byte) *
                       plane_weight(geometry, weight_at(geometry, out, pass.ky, pass.kx, byte), pass.plane);
    return codes[static_cast<uint8_t>(weight / scale)];
}

// scales: of the pass, one a column.
void pack_word(const Geometry& geometry, const Codes& codes, int column_tile, const PassBox& pass,
               const std::vector<int>& scales, int byte, uint8_t* word) {
    const spec::Machine& machine = *geometry.machine;
    for (int column = 0; column < machine.columns; ++column) {
        const int out = column_tile * machine.columns + column;
        if (out >= geometry.out_channels) return;
        const int scale = scales[size_t(column)];
        for (int lane = 0; lane < geometry.lanes; ++lane) {
            const int at = byte + lane * machine.rows;
            const int width = geometry.format->weight_bits;
            put_bits(word, column * machine.weight_bits + lane * width, width,
                     code_at(geometry, codes, out, pass, scale, at));
        }
    }
}

}  // namespace

WeightPlace place_of(const Geometry& geometry, int ky, int kx, int channel) {
    const int rows = geometry.folded_rows(), columns = geometry.folded_columns();
    const int row = ky % rows, column = kx % columns;
    return {ky / rows, kx / columns,
            (row * columns + column) * geometry.in_channels + channel};
}

int weight_at(const Geometry& geometry, int out, int ky, int kx, int byte) {
    const Layer& layer = *geometry.layer;
    const int per_group = geometry.in_channels / layer.groups;
    const int group = out / (geometry.out_channels / layer.groups);
    const int tap = byte / geometry.in_channels;
    const int index = byte % geometry.in_channels - group * per_group;
    if (index < 0 || index >= per_group) return 0;
    ky = ky * geometry.folded_rows() + tap / geometry.folded_columns();
    kx = kx * geometry.folded_columns() + tap % geometry.folded_columns();
    if (ky >= geometry.y.kernel) return 0;  // of the last run, behind the kernel
    const size_t row = (size_t(out) * geometry.y.kernel + ky) * geometry.x.kernel + kx;
    return layer.weight[row * per_group + index];
}

int scale_at(const Geometry& geometry, int byte) {
    return input_scale(*geometry.layer, byte % geometry.in_channels);
}

int plane_weight(const Geometry& geometry, int weight, int plane) {
    return geometry.planes > 1 ? formats::trit(weight, plane) : weight;
}

namespace {

// The taps of a part of the kernel, of a column tile of the window engine: for each, a word of codes for each
// accumulator, in lane 0; zeros up to as many taps as the largest part has.
void pack_window(const Geometry& geometry, int column_tile, const PassBox& part, std::vector<uint8_t>& bytes) {
    const spec::Machine& machine = *geometry.machine;
    const int word_bytes = spec::weight_word_bytes(machine), taps = geometry.y.kernel * geometry.x.kernel;
    const int columns = geometry.columns_from(part.kx), held = geometry.rows_from(part.ky) * columns;
    const Codes codes = codes_of(geometry, column_tile);
    const size_t end = bytes.size() + size_t(geometry.pass_words()) * size_t(word_bytes);
    for (int index = 0; index < held; ++index) {
        const int tap = (part.ky + index / columns) * geometry.x.kernel + part.kx + index % columns;
        for (int slot = 0; slot < geometry.accumulators(); ++slot) {
            bytes.resize(bytes.size() + word_bytes);
            const int first = column_tile * geometry.tile_channels() + slot * machine.columns;
            for (int column = 0; column < machine.columns && first + column < geometry.out_channels; ++column) {
                const int8_t weight = geometry.layer->weight[size_t(first + column) * taps + tap];
                put_bits(&bytes[bytes.size() - word_bytes], column * machine.weight_bits,
                         geometry.format->weight_bits, codes[static_cast<uint8_t>(weight)]);
            }
        }
    }
    bytes.resize(end);
}

}  // namespace

void pack_box(const Geometry& geometry, int column_tile, const PassBox& box, std::vector<uint8_t>& bytes) {
    if (geometry.layer->greatest) return;
    if (geometry.factor.rows > 0) return pack_factor_taps(geometry, bytes);
    if (geometry.windowed) return pack_window(geometry, column_tile, box, bytes);
    const int word_bytes = spec::weight_word_bytes(*geometry.machine);
    const Codes codes = codes_of(geometry, column_tile);
    for (int64_t i = 0; i < box.passes(); ++i) {
        const PassBox pass = pass_of(box, i);
        const std::vector<int> scales = column_scales(geometry, column_tile, pass);
        for (int row = 0; row < geometry.machine->rows; ++row) {
            bytes.resize(bytes.size() + word_bytes);
            pack_word(geometry, codes, column_tile, pass, scales, pass.group * geometry.vector_bytes + row,
                      &bytes[bytes.size() - word_bytes]);
        }
    }
}

bool packs_trits(const Geometry& geometry) {
    return geometry.machine->packed_trits != 0 && geometry.format->code == spec::format_ternary;
}

int64_t packed_beats(int64_t beats) { return beats % 5 == 4 ? beats - 1 : beats; }

void append_weight_words(const Geometry& geometry, const std::vector<uint8_t>& words, std::vector<uint8_t>& image) {
    const size_t beat = size_t(geometry.machine->beat_bytes);
    const size_t packed =
        packs_trits(geometry) ? size_t(packed_beats(static_cast<int64_t>(words.size() / beat))) * beat : 0;
    const std::vector<uint8_t> trits = formats::pack_codes(std::span(words).first(packed));
    image.insert(image.end(), trits.begin(), trits.end());
    image.resize(image.size() + (beat - trits.size() % beat) % beat);
    image.insert(image.end(), words.begin() + static_cast<std::ptrdiff_t>(packed), words.end());
}

void pack_parameters(const Geometry& geometry, int first_channel, int column_tile, std::vector<uint8_t>& bytes) {
    const spec::Machine& machine = *geometry.machine;
    const Layer& layer = *geometry.layer;
    const int word_bytes = spec::parameter_word_bytes(machine);
    const size_t first = bytes.size();
    const int channels = geometry.tile_channels();
    bytes.resize(first + size_t(word_bytes) * (channels / machine.post_lanes));
    for (int column = 0; column < channels; ++column) {
        const int out = column_tile * channels + column;
        if (out >= geometry.out_channels) break;
        std::array<uint32_t, 2> words{};
        const int64_t spare = int64_t{geometry.spare_bits()} * geometry.y.kernel * geometry.x.kernel;
        const int channel = first_channel + out;
        const int64_t bias = layer.bias[channel] - spare + geometry.factor.bias;
        spec::set(words.data(), spec::parameter::bias, static_cast<int32_t>(bias));
        spec::set(words.data(), spec::parameter::significand, layer.significand[channel]);
        spec::set(words.data(), spec::parameter::shift, layer.shift[channel]);
        uint8_t* to = &bytes[first + column / machine.post_lanes * word_bytes +
                             column % machine.post_lanes * spec::parameter_bytes];
        for (int i = 0; i < spec::parameter_bytes; ++i) to[i] = static_cast<uint8_t>(words[i / 4] >> 8 * (i % 4));
    }
}

}  // namespace napier::driver
