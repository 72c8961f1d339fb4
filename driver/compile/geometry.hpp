#pragma once
// A layer as the array sees it: pixels of vectors, and the kernel taps that are left to the address generator.
// Folding puts the taps of an axis into the pixel's vectors while loading: fewer passes for layers with few channels.
// An axis is folded whole, each output with its own copy of all its taps, or in runs of a few inputs that neighbouring
// outputs share.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "driver/compile/factor.hpp"
#include "driver/compile/formats.hpp"
#include "sw/model/model.hpp"
#include "sw/spec/spec.hpp"

namespace napier::driver {

struct Span {
    int begin = 0, end = 0;
    int count() const { return end - begin; }
    bool operator==(const Span&) const = default;
};

// One axis, y or x, of a layer. A position is what the activation buffer holds one pixel for: an input coordinate, or,
// if the axis is folded whole, an output coordinate, or, if in runs, the number of a run; run 0 begins with the first
// tap of output 0.
struct Axis {
    int input = 1, output = 1;  // extents
    int kernel = 1, stride = 1, dilation = 1, pad = 0;
    int folded = 0;  // taps that a position holds: all of the kernel, or, in runs, a divisor of the stride; 0: none

    bool in_runs() const { return folded > 0 && folded < kernel; }
    int taps() const { return folded > 0 ? (kernel + folded - 1) / folded : kernel; }  // left to the address generator
    int step() const;                                                 // positions per output
    int tap_step() const { return taps() == 1 || in_runs() ? 1 : dilation; }  // positions per tap
    int limit() const;                                                // positions that there are
    int origin(int out) const;                                        // position of an output's first tap
    int advance() const { return in_runs() ? folded : stride; }       // inputs from one folded position to the next
    int first_input(int position) const { return position * advance() - pad; }  // of a folded one; may lie outside
    Span positions(Span out, Span taps) const;                        // those inside the limits
    Span positions(Span out) const { return positions(out, {0, taps()}); }
    int most_positions(int out_count, int tap_count) const;           // of any tile of that many outputs
    int most_positions(int out_count) const { return most_positions(out_count, taps()); }
    Span valid_outputs(Span out, int tap) const;  // outputs whose tap lies inside the input
    Span valid_taps(int position) const;          // taps of a folded position inside the input
};

// Where a group of a layer has its weights in a tensor of weight words: bytes from the tensor's first to those of its
// column tile 0 and input channel 0, and from there to the next column tile's and the next input channel's.
struct OperandPlace {
    int64_t first = 0, tile = 0, row = 0;
};

struct Geometry {
    const Layer* layer = nullptr;
    const spec::Machine* machine = nullptr;
    const spec::Format* format = nullptr;
    int planes = 1;        // of trits, if more than one
    bool annuls = true;    // every column tile has a weight that makes every term 0
    int input_zero = 0;    // the input's zero point: what stands outside of it
    Axis y, x;
    int in_channels = 1, out_channels = 1;  // bytes of an input pixel: of one-bit channels, eight in each; outputs
    bool out_bits = false;                  // eight outputs to a byte
    int lanes = 1;
    int vector_bytes = 1;  // channels that one vector holds
    int pixel_bytes = 1;   // bytes of a pixel, folded taps included
    int groups = 1;        // vectors of a pixel
    int column_tiles = 1;
    bool windowed = false;  // for the window engine: a vector is its channels, a column tile all of them
    int part_rows = 0, part_columns = 0;  // of the kernel that a pass of the window engine takes, of the first pass
    FactorTaps factor;      // of a layer with a factor
    bool operand = false;   // weights are a tensor's values; all above is then of one group of the layer
    OperandPlace words;     // of its first group
    int repeats = 1;        // groups that are computed one after the other, as layers of their own
    int in_pitch = 1, out_pitch = 1;  // bytes from pixel to pixel in memory

    // Channels of a column tile and of a vector, accumulators of a pixel's column tile, weight words of a pass, which
    // are those of a pixel's vectors on the window engine, and none if it takes the greatest.
    int tile_channels() const;
    int group_channels() const { return windowed ? tile_channels() : vector_bytes; }
    int accumulators() const;
    int pass_words() const;
    // Most vectors of a pixel of the window engine.
    int window_taps() const { return factor.rows > 0 ? factor.taps() : part_rows * part_columns; }
    // The kernel rows and columns of the part of the kernel that begins with these.
    int rows_from(int ky) const { return std::min(part_rows, y.kernel - ky); }
    int columns_from(int kx) const { return std::min(part_columns, x.kernel - kx); }
    int parts() const;  // of the kernel, for the window engine: passes of a column tile
    // All weights are one, and the kernel has more than one part: the passes that one EXEC after the other makes of
    // them share their words.
    bool shares_weights() const;
    // Cycles of a pass over that many pixels, until the next one can begin; the mean of a column tile's.
    int64_t pass_cycles(int64_t pixels) const;
    int64_t window_cycles(int64_t pixels, int64_t taps) const;

    // Bytes of a pixel's last vector that are no channel. If the format has no weight that annuls, a LOAD fills them
    // with one activation, and number `index` of them has a weight, so that their terms add up to 0.
    int tail_bytes() const { return groups * vector_bytes - pixel_bytes; }
    int tail_activation() const;
    int tail_weight(int index) const;
    // Bits of an input pixel's last byte that are no channel; each adds +1 to a sum for every tap, so they come off the
    // bias.
    int spare_bits() const;
    // What stands outside of the input, in every byte.
    int padding_byte() const;
    // False if bytes or bits that are no channel of an output would change its sums, or a pass has no scale.
    bool is_exact() const;
    // Bytes of an output pixel in memory, and of an accumulator's columns in it.
    int out_bytes() const { return out_bits ? (out_channels + 7) / 8 : out_channels; }
    int word_bytes() const { return out_bits ? (machine->columns + 7) / 8 : machine->columns; }

    int folded_rows() const { return std::max(1, y.folded); }
    int folded_columns() const { return std::max(1, x.folded); }
    // Words of the activation buffer for that many positions with `group_count` vectors each.
    int64_t activation_words(int64_t positions, int group_count) const;
    // Multiplications of the plain loop nest.
    int64_t products() const;
};

// True if the window engine gives the layer's sums in this format.
bool can_window(const Model& model, const Layer& layer, const spec::Machine& machine, const FormatChoice& format);
Geometry make_window_geometry(const Model& model, const Layer& layer, const spec::Machine& machine,
                              const FormatChoice& format);

// True if the layer's axis can be folded: its taps then stand next to each other in one vector for every column.
bool can_fold_x(const Layer& layer);
bool can_fold_y(const Layer& layer);

// Numbers of kernel rows above 1 that runs of inputs can hold: divisors of the stride, fewer than the kernel has.
std::vector<int> row_runs(const Layer& layer);

// rows: with fold_y, kernel rows that a position holds, one of row_runs(); 0: all. Right only if the geometry annuls.
Geometry make_geometry(const Model& model, const Layer& layer, const spec::Machine& machine,
                       const FormatChoice& format, bool fold_x, bool fold_y, int rows = 0);

}  // namespace napier::driver
