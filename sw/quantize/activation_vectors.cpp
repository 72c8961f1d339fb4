#include "sw/quantize/activation_vectors.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include <fmt/format.h>

#include "sw/formats/formats.hpp"
#include "sw/import/text.hpp"
#include "sw/quantize/float_interpreter.hpp"
#include "sw/quantize/weights.hpp"

namespace napier::quantize {

namespace {

using Points = std::set<std::string>;

// Which points must have the same integers, and which can have none.
class Linker {
public:
    Linker(const onnx::Graph& graph, const Placement& placement) : graph_(graph), origin_(placement.origin) {
        for (const std::string& point : placement.points) {
            link_[point] = point;
        }
        const Points outputs{point_of(graph.outputs.at(0).name), point_of(graph.inputs.at(0).name)};
        for (const onnx::Node& node : graph.nodes) {
            visit(node);
        }
        plain_.insert(outputs.begin(), outputs.end());
    }

    // Points in sets that need the same integers.
    std::vector<Points> groups() const {
        std::map<std::string, Points> found;
        for (const auto& [point, other] : link_) {
            found[first_of(point)].insert(point);
        }
        std::vector<Points> result;
        for (const auto& [first, points] : found) {
            const bool plain = std::any_of(points.begin(), points.end(),
                                           [&](const std::string& point) { return plain_.count(point) > 0; });
            if (!plain) {
                result.push_back(points);
            }
        }
        return result;
    }

private:
    void visit(const onnx::Node& node) {
        const auto is_constant = [&](const std::string& input) { return graph_.constants.count(input) > 0; };
        if (node.operation == "Clip") {
            plain_.insert(point_of(node.outputs[0]));  // its bound would be another integer for each vector
        }
        if (node.operation != "Add" || std::any_of(node.inputs.begin(), node.inputs.end(), is_constant)) {
            return;
        }
        for (const std::string& input : node.inputs) {  // added with one factor for all channels
            const auto quantized = origin_.find(input);
            if (quantized != origin_.end()) {
                link_[first_of(quantized->second)] = first_of(point_of(node.outputs[0]));
            }
        }
    }

    // Where a value is quantized, behind nodes that become part of its layer.
    std::string point_of(std::string value) const {
        for (auto found = origin_.find(value); found == origin_.end(); found = origin_.find(value)) {
            const auto reads = [&](const onnx::Node& node) {
                return std::find(node.inputs.begin(), node.inputs.end(), value) != node.inputs.end();
            };
            value = std::find_if(graph_.nodes.begin(), graph_.nodes.end(), reads)->outputs[0];
        }
        return origin_.at(value);
    }

    std::string first_of(std::string point) const {
        while (link_.at(point) != point) {
            point = link_.at(point);
        }
        return point;
    }

    const onnx::Graph& graph_;
    const std::map<std::string, std::string>& origin_;
    std::map<std::string, std::string> link_;
    Points plain_;
};

}  // namespace

std::vector<float> VectorGrid::channel_scales() const {
    std::vector<float> scales(channels);
    for (size_t channel = 0; channel < channels; ++channel) {
        scales[channel] = scale * static_cast<float>(integers[channel / scale_vector]);
    }
    return scales;
}

void VectorRange::add(std::span<const float> values, size_t channels) {
    channels_ = channels;
    greatest_.resize((channels + scale_vector - 1) / scale_vector, 0.0f);
    const size_t pixels = values.size() / channels;
    for (size_t i = 0; i < values.size(); ++i) {
        float& greatest = greatest_[i / pixels / scale_vector];
        greatest = std::max(greatest, std::abs(values[i]));
        is_signed_ = is_signed_ || values[i] < 0.0f;
    }
}

std::vector<VectorGrid> grids_of(std::span<const VectorRange> ranges, int bits) {
    std::vector<VectorGrid> grids;
    for (const VectorRange& range : ranges) {
        const double largest = (1 << (range.is_signed() ? bits - 1 : bits)) - 1;
        const float greatest = *std::max_element(range.greatest().begin(), range.greatest().end());
        grids.push_back({scale_of(greatest / largest, formats::greatest_input_scale), {}, range.channels(),
                         range.is_signed()});
    }
    std::vector<uint8_t> integers;
    for (size_t vector = 0; vector < ranges[0].greatest().size(); ++vector) {
        double factor = 1.0;
        for (size_t i = 0; i < ranges.size(); ++i) {
            const double largest = (1 << (grids[i].is_signed ? bits - 1 : bits)) - 1;
            factor = std::max(factor, ranges[i].greatest()[vector] / largest / static_cast<double>(grids[i].scale));
        }
        const double nearest = std::min<double>(std::nearbyint(factor), formats::greatest_input_scale);
        integers.push_back(static_cast<uint8_t>(nearest));
    }
    const int common = std::accumulate(integers.begin(), integers.end(), 0, std::gcd<int, int>);
    for (uint8_t& integer : integers) {
        integer = static_cast<uint8_t>(integer / common);
    }
    for (VectorGrid& grid : grids) {
        grid.scale *= static_cast<float>(common);
        grid.integers = integers;
    }
    return grids;
}

std::map<std::string, VectorGrid> calibrate_vectors(const onnx::Graph& graph, const Placement& placement,
                                                    std::span<const std::vector<float>> images, int bits) {
    const FloatInterpreter interpreter(graph);
    std::map<std::string, VectorRange> ranges;
    for (const std::vector<float>& image : images) {
        const FloatValues values = interpreter.run(image);
        for (const std::string& point : placement.points) {
            const FloatTensor& found = values.at(point);
            const bool has_channels = found.dims.size() == 2 || found.dims.size() == 4;
            if (has_channels && found.dims[1] > static_cast<int64_t>(scale_vector)) {
                require_finite(found.values, fmt::format("the values of {}", onnx::name_text(point)));
                ranges[point].add(found.values, static_cast<size_t>(found.dims[1]));
            }
        }
    }
    std::map<std::string, VectorGrid> result;
    for (const Points& group : Linker(graph, placement).groups()) {
        const bool has_vectors = std::all_of(group.begin(), group.end(), [&](const std::string& point) {
            return ranges.count(point) > 0;
        });
        std::vector<VectorRange> own;
        for (const std::string& point : has_vectors ? group : Points{}) {
            own.push_back(ranges.at(point));
        }
        auto next = group.begin();
        for (VectorGrid& grid : own.empty() ? std::vector<VectorGrid>{} : grids_of(own, bits)) {
            result[*next++] = std::move(grid);
        }
    }
    return result;
}

}  // namespace napier::quantize
