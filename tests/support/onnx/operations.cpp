#include "tests/support/onnx/operations.hpp"

#include <algorithm>
#include <cmath>

namespace napier::test {

using Index = std::vector<int64_t>;

namespace {

// Calls f with every index of dims, last dimension fastest.
void for_each(const Index& dims, const std::function<void(const Index&)>& f) {
    Index at(dims.size(), 0);
    for (int64_t i = 0; i < count(dims); ++i) {
        f(at);
        for (size_t axis = dims.size(); axis-- > 0 && ++at[axis] == dims[axis];) {
            at[axis] = 0;
        }
    }
}

// The value at an index.
double value(const Array& a, const Index& at, double outside = 0.0) {
    int64_t offset = 0;
    for (size_t axis = 0; axis < a.dims.size(); ++axis) {
        if (at[axis] < 0 || at[axis] >= a.dims[axis]) {
            return outside;
        }
        offset = offset * a.dims[axis] + at[axis];
    }
    return a.values[static_cast<size_t>(offset)];
}

struct Frame {
    Index kernel, stride, dilation, pads, outputs;
};

Frame frame(const Call& call, const Index& space, const Index& kernel) {
    const size_t axes = kernel.size();
    Frame result{kernel, call.integers("strides", Index(axes, 1)), call.integers("dilations", Index(axes, 1)),
                 call.integers("pads", Index(2 * axes, 0)), {}};
    for (size_t i = 0; i < axes; ++i) {
        const int64_t reach = result.dilation[i] * (kernel[i] - 1) + 1;
        const auto* automatic = call.attribute("auto_pad");
        if (automatic && automatic->s().starts_with("SAME")) {
            const int64_t outputs = (space[i] + result.stride[i] - 1) / result.stride[i];
            const int64_t total = std::max<int64_t>(0, (outputs - 1) * result.stride[i] + reach - space[i]);
            const bool upper = automatic->s() == "SAME_UPPER";
            result.pads[i] = upper ? total / 2 : total - total / 2;
            result.pads[axes + i] = total - result.pads[i];
        }
        const int64_t room = space[i] + result.pads[i] + result.pads[axes + i] - reach;
        const bool up = call.integer("ceil_mode", 0) != 0 && room % result.stride[i] != 0;
        const bool begins_inside = (room / result.stride[i] + 1) * result.stride[i] < space[i] + result.pads[i];
        result.outputs.push_back(room / result.stride[i] + 1 + (up && begins_inside));
    }
    return result;
}

// Index of the input under tap `tap` of output `at` in channel `channel`.
Index under(const Frame& f, const Index& at, const Index& tap, int64_t channel) {
    Index result{0, channel};
    for (size_t i = 0; i < f.kernel.size(); ++i) {
        result.push_back(at[2 + i] * f.stride[i] + tap[i] * f.dilation[i] - f.pads[i]);
    }
    return result;
}

}  // namespace

int64_t count(const Index& dims) {
    int64_t product = 1;
    for (const int64_t dim : dims) {
        product *= dim;
    }
    return product;
}

Array convolve(const Call& call, const Term& term) {
    const Array &input = call.inputs[0], &weight = call.inputs[1];
    const Index space(input.dims.begin() + 2, input.dims.end());
    const Frame f = frame(call, space, {weight.dims.begin() + 2, weight.dims.end()});
    const int64_t group_outputs = weight.dims[0] / call.integer("group", 1);
    Array result;
    result.dims = {1, weight.dims[0]};
    result.dims.insert(result.dims.end(), f.outputs.begin(), f.outputs.end());
    for_each(result.dims, [&](const Index& at) {
        double sum = call.has(2) ? call.inputs[2].values[static_cast<size_t>(at[1])] : 0.0;
        for_each({weight.dims.begin() + 1, weight.dims.end()}, [&](const Index& place) {
            Index tap(place);
            tap.insert(tap.begin(), at[1]);
            const int64_t channel = at[1] / group_outputs * weight.dims[1] + place[0];
            sum += term(value(weight, tap), value(input, under(f, at, {place.begin() + 1, place.end()}, channel)));
        });
        result.values.push_back(sum);
    });
    return result;
}

Array average(const Call& call) {
    const Array& input = call.inputs[0];
    const Frame f = frame(call, {input.dims.begin() + 2, input.dims.end()}, call.integers("kernel_shape", {}));
    Array result;
    result.dims = {1, input.dims[1]};
    result.dims.insert(result.dims.end(), f.outputs.begin(), f.outputs.end());
    for_each(result.dims, [&](const Index& at) {
        double sum = 0.0;
        for_each(f.kernel, [&](const Index& tap) { sum += value(input, under(f, at, tap, at[1])); });
        result.values.push_back(sum / static_cast<double>(count(f.kernel)));
    });
    return result;
}

Array greatest(const Call& call) {
    const Array& input = call.inputs[0];
    const Frame f = frame(call, {input.dims.begin() + 2, input.dims.end()}, call.integers("kernel_shape", {}));
    Array result;
    result.dims = {1, input.dims[1]};
    result.dims.insert(result.dims.end(), f.outputs.begin(), f.outputs.end());
    for_each(result.dims, [&](const Index& at) {
        double most = -INFINITY;
        for_each(f.kernel, [&](const Index& tap) {
            most = std::max(most, value(input, under(f, at, tap, at[1]), -INFINITY));
        });
        result.values.push_back(most);
    });
    return result;
}

Array multiply_matrix(const Call& call, const Term& term) {
    const Array& a = call.inputs[0];
    Array b = call.inputs[1];
    if (call.integer("transB", 0) != 0) {
        b = transpose(b, {1, 0});
    }
    Array result;
    result.dims = a.dims;
    result.dims.back() = b.dims.back();
    for_each(result.dims, [&](const Index& at) {
        double sum = 0.0;
        Index from(at), with(at.end() - static_cast<std::ptrdiff_t>(b.dims.size()), at.end());
        for (size_t axis = 0; axis + 2 < with.size(); ++axis) with[axis] = std::min(with[axis], b.dims[axis] - 1);
        for (int64_t k = 0; k < a.dims.back(); ++k) {
            from.back() = k;
            with[with.size() - 2] = k;
            sum += term(value(a, from), value(b, with));
        }
        result.values.push_back(sum * call.number("alpha", 1.0));
    });
    if (!call.has(2)) {
        return result;
    }
    const double beta = call.number("beta", 1.0);
    return combine(result, call.inputs[2], [beta](double x, double y) { return x + beta * y; });
}

Array combine(const Array& a, const Array& b, const std::function<double(double, double)>& f) {
    Array result;
    const size_t rank = std::max(a.dims.size(), b.dims.size());
    const auto dim = [&](const Array& x, size_t axis) {
        return axis + x.dims.size() < rank ? int64_t{1} : x.dims[axis + x.dims.size() - rank];
    };
    for (size_t axis = 0; axis < rank; ++axis) {
        result.dims.push_back(std::max(dim(a, axis), dim(b, axis)));
    }
    for_each(result.dims, [&](const Index& at) {
        const auto pick = [&](const Array& x) {
            Index own;
            for (size_t axis = rank - x.dims.size(); axis < rank; ++axis) {
                own.push_back(dim(x, axis) == 1 ? 0 : at[axis]);
            }
            return value(x, own);
        };
        result.values.push_back(f(pick(a), pick(b)));
    });
    return result;
}

Array transpose(const Array& a, const Index& order) {
    Array result;
    for (const int64_t axis : order) {
        result.dims.push_back(a.dims[static_cast<size_t>(axis)]);
    }
    for_each(result.dims, [&](const Index& at) {
        Index from(at.size());
        for (size_t i = 0; i < order.size(); ++i) {
            from[static_cast<size_t>(order[i])] = at[i];
        }
        result.values.push_back(value(a, from));
    });
    return result;
}

Array pad(const Call& call) {
    const Array& a = call.inputs[0];
    const std::vector<double>& pads = call.inputs[1].values;
    const double filler = call.has(2) ? call.inputs[2].values[0] : 0.0;
    Array result;
    for (size_t axis = 0; axis < a.dims.size(); ++axis) {
        result.dims.push_back(a.dims[axis] + static_cast<int64_t>(pads[axis] + pads[a.dims.size() + axis]));
    }
    for_each(result.dims, [&](const Index& at) {
        Index from(at);
        bool inside = true;
        for (size_t axis = 0; axis < at.size(); ++axis) {
            from[axis] -= static_cast<int64_t>(pads[axis]);
            inside = inside && from[axis] >= 0 && from[axis] < a.dims[axis];
        }
        result.values.push_back(inside ? value(a, from) : filler);
    });
    return result;
}

Array slice(const Call& call) {
    const Array& a = call.inputs[0];
    const auto list = [&](size_t index, const char* name) {
        const Index numbers = call.integers(name, {});
        return call.has(index) ? call.inputs[index].values : std::vector<double>(numbers.begin(), numbers.end());
    };
    const std::vector<double> starts = list(1, "starts"), ends = list(2, "ends"), axes = list(3, "axes");
    const std::vector<double> steps = list(4, "steps");
    std::vector<Index> taken;  // of each axis
    for (const int64_t extent : a.dims) {
        taken.emplace_back();
        for (int64_t i = 0; i < extent; ++i) taken.back().push_back(i);
    }
    for (size_t i = 0; i < starts.size(); ++i) {
        const int64_t rank = static_cast<int64_t>(a.dims.size());
        const int64_t axis = axes.empty() ? static_cast<int64_t>(i) : (static_cast<int64_t>(axes[i]) + rank) % rank;
        Index& all = taken[static_cast<size_t>(axis)];
        const double size = static_cast<double>(all.size());
        const double start = starts[i] < 0 ? std::max(starts[i] + size, 0.0) : starts[i];
        const double end = ends[i] < 0 ? ends[i] + size : ends[i];
        Index kept;
        for (double at = start; at < std::min(end, size); at += steps.empty() ? 1 : steps[i]) {
            kept.push_back(all[static_cast<size_t>(at)]);
        }
        all = kept;
    }
    Array result;
    for (const Index& kept : taken) result.dims.push_back(static_cast<int64_t>(kept.size()));
    for_each(result.dims, [&](const Index& at) {
        Index from(at);
        for (size_t axis = 0; axis < at.size(); ++axis) from[axis] = taken[axis][static_cast<size_t>(at[axis])];
        result.values.push_back(value(a, from));
    });
    return result;
}

Array mean(const Array& a, const Index& axes, bool keep) {
    std::vector<bool> is_mean(a.dims.size(), false);
    for (const int64_t axis : axes) {
        is_mean[static_cast<size_t>(axis < 0 ? axis + static_cast<int64_t>(a.dims.size()) : axis)] = true;
    }
    Array result;
    Index outer, inner;
    for (size_t axis = 0; axis < a.dims.size(); ++axis) {
        outer.push_back(is_mean[axis] ? 1 : a.dims[axis]);
        inner.push_back(is_mean[axis] ? a.dims[axis] : 1);
        if (!is_mean[axis] || keep) {
            result.dims.push_back(outer.back());
        }
    }
    for_each(outer, [&](const Index& at) {
        double sum = 0.0;
        for_each(inner, [&](const Index& more) {
            Index from(at);
            std::transform(at.begin(), at.end(), more.begin(), from.begin(), std::plus<>());
            sum += value(a, from);
        });
        result.values.push_back(sum / static_cast<double>(count(inner)));
    });
    return result;
}

Array along(const Array& vector, int64_t axis, size_t rank) {
    Array result = vector;
    if (vector.values.size() > 1) {
        result.dims.assign(rank, 1);
        result.dims[static_cast<size_t>(axis < 0 ? axis + static_cast<int64_t>(rank) : axis)] =
            static_cast<int64_t>(vector.values.size());
    }
    return result;
}

}  // namespace napier::test
