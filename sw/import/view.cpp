#include "sw/import/view.hpp"

#include <algorithm>

namespace napier::onnx {

int64_t Extents::of(Axis axis) const {
    switch (axis) {
        case Axis::height: return height;
        case Axis::width: return width;
        default: return channels;
    }
}

View without_units(View view, const Extents& extents) {
    for (auto& dim : view.dims) {
        std::erase_if(dim, [&](Axis axis) { return extents.of(axis) == 1; });
    }
    return view;
}

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
            shape.back() *= extents.of(axis);
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

std::optional<View> reshaped(const View& view, const Extents& extents, const std::vector<int64_t>& shape) {
    const std::vector<Axis> order = axis_order(view);
    size_t next = 0;
    View result;
    for (const int64_t size : shape) {
        auto& dim = result.dims.emplace_back();
        int64_t product = 1;
        while (product < size && next < order.size()) {
            product *= extents.of(order[next]);
            dim.push_back(order[next++]);
        }
        if (product != size) {
            return std::nullopt;
        }
    }
    return next == order.size() ? std::optional(result) : std::nullopt;
}

std::optional<std::vector<double>> per_channel(const Constant& constant, const View& view, const Extents& extents) {
    if (constant.rank() > view.dims.size()) {
        return std::nullopt;
    }
    const size_t missing = view.dims.size() - constant.rank();
    for (size_t i = 0; i < constant.rank(); ++i) {
        const bool is_channel = view.dims[missing + i] == std::vector{Axis::channel};
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
