#include "driver/compile/vector_scale.hpp"

#include <algorithm>
#include <optional>

#include "driver/compile/weights.hpp"
#include "sw/formats/formats.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

// As scale_of; nothing: there is none.
std::optional<int> find_scale(const Geometry& geometry, int out, const PassBox& pass) {
    std::vector<int8_t> weights;
    const int first = pass.group * geometry.vector_bytes;
    for (int byte = first; byte < std::min(first + geometry.vector_bytes, geometry.pixel_bytes); ++byte) {
        const int weight = weight_at(geometry, out, pass.ky, pass.kx, byte);
        weights.push_back(static_cast<int8_t>(plane_weight(geometry, weight, pass.plane)));
    }
    return formats::vector_scale(*geometry.format, weights);
}

}  // namespace

bool has_scales(const Geometry& geometry) {
    if (geometry.planes > 1) return true;  // trits have the scale 1
    for (int out = 0; out < geometry.out_channels; ++out) {
        for (int ky = 0; ky < geometry.y.taps(); ++ky) {
            for (int kx = 0; kx < geometry.x.taps(); ++kx) {
                for (int group = 0; group < geometry.groups; ++group) {
                    if (!find_scale(geometry, out, {ky, kx, group, 1, 1, 1})) return false;
                }
            }
        }
    }
    return true;
}

std::vector<int> column_scales(const Geometry& geometry, int column_tile, const PassBox& pass) {
    const int columns = geometry.machine->columns;
    std::vector<int> scales(size_t(columns), 1);
    if (!spec::is_scaled(*geometry.format) || geometry.planes > 1) return scales;
    for (int column = 0; column < columns; ++column) {
        const int out = column_tile * columns + column;
        if (out < geometry.out_channels) scales[size_t(column)] = find_scale(geometry, out, pass).value();
    }
    return scales;
}

void pack_scales(const Geometry& geometry, int column_tile, const PassBox& box, std::vector<uint8_t>& bytes) {
    for (int64_t pass = 0; pass < box.passes(); ++pass) {
        const size_t first = bytes.size();
        bytes.resize(first + size_t(spec::palette_word_bytes(*geometry.machine)));
        const std::vector<int> scales = column_scales(geometry, column_tile, pass_of(box, pass));
        std::copy(scales.begin(), scales.end(), bytes.begin() + static_cast<std::ptrdiff_t>(first));
    }
}

int64_t most_passes(const Geometry& geometry) {
    const spec::Machine& machine = *geometry.machine;
    const int64_t passes = machine.weight_words / machine.rows;
    return spec::is_scaled(*geometry.format) ? std::min<int64_t>(passes, machine.palette_words) : passes;
}

}  // namespace napier::driver
