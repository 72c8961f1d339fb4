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
    std::vector<int> weights;
    const int first = pass.group * geometry.vector_bytes;
    for (int byte = first; byte < std::min(first + geometry.vector_bytes, geometry.pixel_bytes); ++byte) {
        const int weight = weight_at(geometry, out, pass.ky, pass.kx, byte);
        weights.push_back(plane_weight(geometry, weight, pass.plane) * scale_at(geometry, byte));
    }
    return formats::vector_scale(*geometry.format, weights);
}

}  // namespace

bool has_scales(const Geometry& geometry) {
    const bool scaled = !geometry.layer->input_scales.empty();
    if (geometry.planes > 1 && !scaled) return true;  // trits have the scale 1
    const PassBox all{0, 0, 0, geometry.y.taps(), geometry.x.taps(), geometry.groups};
    for (int out = 0; out < geometry.out_channels; ++out) {
        for (int plane = 0; plane < geometry.planes; ++plane) {
            for (int64_t i = 0; i < all.passes(); ++i) {
                PassBox pass = pass_of(all, i);
                pass.plane = plane;
                if (!find_scale(geometry, out, pass)) return false;
            }
        }
    }
    return true;
}

std::vector<int> column_scales(const Geometry& geometry, int column_tile, const PassBox& pass) {
    const int columns = geometry.machine->columns;
    std::vector<int> scales(size_t(columns), 1);
    const bool scaled = !geometry.layer->input_scales.empty();
    if (!spec::is_scaled(*geometry.format) || (geometry.planes > 1 && !scaled)) return scales;
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
    const int64_t passes = machine.weight_words / std::max(1, geometry.pass_words());
    return spec::is_scaled(*geometry.format) ? std::min<int64_t>(passes, machine.palette_words) : passes;
}

}  // namespace napier::driver
