#include "sw/import/view.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace napier::onnx {

namespace {

// Some values of an axis: number i of them is value i * stride of the whole axis.
struct Piece {
    Axis axis;  // height, width or channel
    int64_t size, stride;
};
using Pieces = std::vector<std::vector<Piece>>;  // of each dimension

bool is_of_channels(Axis axis) { return axis != Axis::height && axis != Axis::width; }

int64_t stride_of(const View& view, const Extents& extents, Axis axis) {
    const int64_t group = size_of(view, extents, Axis::channel);
    return axis == Axis::group ? group : axis == Axis::cluster ? group * view.groups : 1;
}

Pieces pieces_of(const View& view, const Extents& extents) {
    Pieces result;
    for (const auto& dim : view.dims) {
        auto& pieces = result.emplace_back();
        for (const Axis axis : dim) {
            pieces.push_back({is_of_channels(axis) ? Axis::channel : axis, size_of(view, extents, axis),
                              stride_of(view, extents, axis)});
        }
    }
    return result;
}

// Without pieces of one value, and those side by side as one.
void simplify(Pieces& dims) {
    for (auto& dim : dims) {
        std::erase_if(dim, [](const Piece& piece) { return piece.size == 1; });
        for (size_t i = 1; i < dim.size();) {
            const Piece &outer = dim[i - 1], &inner = dim[i];
            if (outer.axis == inner.axis && outer.stride == inner.size * inner.stride) {
                dim[i - 1] = {inner.axis, outer.size * inner.size, inner.stride};
                dim.erase(dim.begin() + static_cast<ptrdiff_t>(i));
            } else {
                ++i;
            }
        }
    }
}

// The view with the channels' pieces named by their strides; nothing if they are more than three.
std::optional<View> view_of(Pieces dims) {
    simplify(dims);
    std::vector<Piece> inner;  // innermost first
    for (const auto& dim : dims) {
        std::copy_if(dim.begin(), dim.end(), std::back_inserter(inner),
                     [](const Piece& piece) { return piece.axis == Axis::channel; });
    }
    std::sort(inner.begin(), inner.end(), [](const Piece& a, const Piece& b) { return a.stride < b.stride; });
    constexpr Axis names[] = {Axis::channel, Axis::group, Axis::cluster};
    if (inner.size() > std::size(names)) {
        return std::nullopt;
    }
    View view;
    view.groups = inner.size() > 1 ? inner[1].size : 1;
    view.clusters = inner.size() > 2 ? inner[2].size : 1;
    for (const auto& dim : dims) {
        auto& axes = view.dims.emplace_back();
        for (const Piece& piece : dim) {
            size_t place = 0;
            while (piece.axis == Axis::channel && inner[place].stride != piece.stride) {
                ++place;
            }
            axes.push_back(piece.axis == Axis::channel ? names[place] : piece.axis);
        }
    }
    return view;
}

}  // namespace

int64_t Extents::of(Axis axis) const { return axis == Axis::height ? height : axis == Axis::width ? width : channels; }

int64_t size_of(const View& view, const Extents& extents, Axis axis) {
    switch (axis) {
        case Axis::height: return extents.height;
        case Axis::width: return extents.width;
        case Axis::cluster: return view.clusters;
        case Axis::group: return view.groups;
        default: return extents.channels / (view.clusters * view.groups);
    }
}

View without_units(View view, const Extents& extents) { return *view_of(pieces_of(view, extents)); }

View channels_first(const Extents& extents, size_t rank) {
    View view{{{}, {Axis::channel}}};
    if (rank == 4) {
        view.dims.push_back({Axis::height});
    }
    if (rank >= 3) {
        view.dims.push_back({Axis::width});
    }
    return without_units(view, extents);
}

View channels_last(const Extents& extents, size_t rank) {
    View view{{{}}};
    if (rank == 4) {
        view.dims.push_back({Axis::height});
    }
    if (rank >= 3) {
        view.dims.push_back({Axis::width});
    }
    view.dims.push_back({Axis::channel});
    return without_units(view, extents);
}

View heads_of(const Extents& extents, int64_t heads) {
    View view{{{}, {Axis::group}, {Axis::width}, {Axis::channel}}};
    view.groups = heads;
    return without_units(view, extents);
}

Extents extents_of(const std::vector<int64_t>& shape, bool first) {
    switch (shape.size()) {
        case 4: return first ? Extents{shape[2], shape[3], shape[1]} : Extents{shape[1], shape[2], shape[3]};
        case 3: return first ? Extents{1, shape[2], shape[1]} : Extents{1, shape[1], shape[2]};
        default: return Extents{1, 1, shape[1]};
    }
}

std::vector<int64_t> shape_of(const View& view, const Extents& extents) {
    std::vector<int64_t> shape;
    for (const auto& dim : view.dims) {
        shape.push_back(1);
        for (const Axis axis : dim) {
            shape.back() *= size_of(view, extents, axis);
        }
    }
    return shape;
}

std::vector<Axis> axis_order(const View& view) {
    std::vector<Axis> order;
    for (const auto& dim : view.dims) {
        order.insert(order.end(), dim.begin(), dim.end());
    }
    return order;
}

// The first pieces of the rest that make `size` values, taken from it; channels may be cut.
std::optional<std::vector<Piece>> take(int64_t size, std::vector<Piece>& rest) {
    std::vector<Piece> dim;
    for (int64_t product = 1; product < size;) {
        const int64_t wanted = size / product;
        if (rest.empty() || size % product != 0) {
            return std::nullopt;
        }
        Piece& next = rest.front();
        if (next.size <= wanted) {
            product *= next.size;
            dim.push_back(next);
            rest.erase(rest.begin());
        } else if (next.axis == Axis::channel && next.size % wanted == 0) {
            next.size /= wanted;
            dim.push_back({next.axis, wanted, next.stride * next.size});
            product = size;
        } else {
            return std::nullopt;
        }
        if (product > size) {
            return std::nullopt;
        }
    }
    return dim;
}

std::optional<View> reshaped(const View& view, const Extents& extents, const std::vector<int64_t>& shape) {
    std::vector<Piece> rest;
    for (const auto& dim : pieces_of(view, extents)) {
        rest.insert(rest.end(), dim.begin(), dim.end());
    }
    Pieces result;
    for (const int64_t size : shape) {
        const auto dim = take(size, rest);
        if (!dim) {
            return std::nullopt;
        }
        result.push_back(*dim);
    }
    return rest.empty() ? view_of(std::move(result)) : std::nullopt;
}

std::vector<float> spread_over(const Constant& constant, const View& view, const Extents& extents) {
    const std::vector<int64_t> shape = shape_of(view, extents);
    if (constant.rank() > shape.size()) {
        return {};
    }
    const size_t missing = shape.size() - constant.rank();
    for (size_t i = 0; i < constant.rank(); ++i) {
        if (constant.dims()[i] != 1 && constant.dims()[i] != shape[missing + i]) {
            return {};
        }
    }
    const Pieces pieces = pieces_of(view, extents);
    const size_t count = static_cast<size_t>(extents.count());
    std::vector<float> result(count);
    for (size_t index = 0; index < count; ++index) {  // in the order of the shape
        int64_t rest = static_cast<int64_t>(index), from = 0, factor = 1, y = 0, x = 0, channel = 0;
        for (size_t d = shape.size(); d-- > 0;) {
            const int64_t at = rest % shape[d];
            rest /= shape[d];
            if (d >= missing) {
                const int64_t own = constant.dims()[d - missing];
                from += (own == 1 ? 0 : at) * factor;
                factor *= own;
            }
            int64_t left = at;
            for (size_t i = pieces[d].size(); i-- > 0;) {
                const Piece& piece = pieces[d][i];
                int64_t& place = piece.axis == Axis::height ? y : piece.axis == Axis::width ? x : channel;
                place += left % piece.size * piece.stride;
                left /= piece.size;
            }
        }
        const int64_t place = (y * extents.width + x) * extents.channels + channel;
        result[static_cast<size_t>(place)] = static_cast<float>(constant.real(static_cast<size_t>(from)));
    }
    return result;
}

std::optional<std::vector<double>> per_channel(const Constant& constant, const View& view, const Extents& extents) {
    if (constant.rank() > view.dims.size()) {
        return std::nullopt;
    }
    const size_t missing = view.dims.size() - constant.rank();
    for (size_t i = 0; i < constant.rank(); ++i) {
        const bool is_channel = view.dims[missing + i] == std::vector{Axis::channel} && !view.has_pieces();
        if (constant.dims()[i] != 1 && !(is_channel && constant.dims()[i] == extents.channels)) {
            return std::nullopt;
        }
    }
    std::vector<double> values(constant.count());
    for (size_t i = 0; i < values.size(); ++i) {
        values[i] = constant.real(i);
    }
    return values;
}

}  // namespace napier::onnx
