#include "tests/support/random_model.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

#include "sw/formats/formats.hpp"
#include "sw/formats/planes.hpp"
#include "sw/golden/accumulator_bound.hpp"
#include "sw/golden/scaling.hpp"
#include "sw/spec/machine.hpp"

namespace napier::test {

namespace {

// Adds layers to a model, each reading tensors that exist.
class ModelBuilder {
public:
    ModelBuilder(Random& random, const RandomModelOptions& options) : random_(random), options_(options) {}

    Model build() {
        add_tensor(extent(), extent(), channels());
        for (int i = 0; i < options_.layers; ++i) {
            add_layer();
        }
        model_.name = "random";
        model_.input = {0, "input", -128, random_.chance(50), random_.chance(50)};
        model_.output = {static_cast<int>(model_.tensors.size()) - 1, "output", 0, random_.chance(50), true};
        return model_;
    }

private:
    int extent() { return random_.number(1, options_.greatest_extent); }
    int channels() { return random_.number(1, options_.greatest_channels); }

    int add_tensor(int height, int width, int channels) {
        const std::string name = fmt::format("tensor{}", model_.tensors.size());
        const float scale = static_cast<float>(random_.number(1, 1000)) / 4096.0f;
        const int zero_point = random_.chance(30) ? random_.pick<int>({-128, 127, 0}) : random_.number(-128, 127);
        model_.tensors.push_back({name, height, width, channels, scale, zero_point});
        return static_cast<int>(model_.tensors.size()) - 1;
    }

    const Tensor& tensor(int index) const { return model_.tensors[static_cast<size_t>(index)]; }

    void add_layer() {
        layer_ = Layer{};
        layer_.name = fmt::format("layer{}", model_.layers.size());
        const int last = static_cast<int>(model_.tensors.size()) - 1;
        layer_.input = random_.chance(80) ? last : random_.number(0, last);
        const int kind = random_.number(0, 99);
        if (kind < 15 && options_.pools && options_.groups) {
            choose_pool();
        } else if (kind < 30 && options_.reductions) {
            choose_reduction();
        } else if (kind < 45 && options_.residuals) {
            choose_addition();
        } else {
            choose_convolution();
        }
        choose_scaling();
        model_.layers.push_back(layer_);
    }

    // A window that fits the input at least once.
    void choose_window() {
        const Tensor& input = tensor(layer_.input);
        Window& window = layer_.window;
        window.kernel_h = random_.number(1, options_.greatest_kernel);
        window.kernel_w = random_.number(1, options_.greatest_kernel);
        window.stride_y = random_.number(1, 3);
        window.stride_x = random_.number(1, 3);
        window.dilation_y = random_.number(1, 2);
        window.dilation_x = random_.number(1, 2);
        for (int* pad : {&window.pad_top, &window.pad_left, &window.pad_bottom, &window.pad_right}) {
            *pad = random_.chance(50) ? 0 : random_.number(0, 2);
        }
        window.pad_bottom += std::max(
            0, window.dilation_y * (window.kernel_h - 1) + 1 - input.height - window.pad_top - window.pad_bottom);
        window.pad_right += std::max(
            0, window.dilation_x * (window.kernel_w - 1) + 1 - input.width - window.pad_left - window.pad_right);
    }

    void add_output(int out_channels) {
        const Tensor& input = tensor(layer_.input);
        const Window& w = layer_.window;
        const int height =
            golden::output_extent(input.height, w.kernel_h, w.stride_y, w.dilation_y, w.pad_top, w.pad_bottom);
        const int width =
            golden::output_extent(input.width, w.kernel_w, w.stride_x, w.dilation_x, w.pad_left, w.pad_right);
        layer_.output = add_tensor(height, width, out_channels);
    }

    // Weights of the chosen shape: random, extreme, or sparse.
    void choose_weights(const std::string& format_name) {
        const spec::Format& format = spec::find_format(format_name);
        const formats::Arithmetic& arithmetic = formats::arithmetic(format);
        const int codes = static_cast<int>(formats::code_count(format));
        const int zeros = formats::encode(format, 0) ? random_.pick<int>({0, 0, 30, 90}) : 0;
        const bool extremes = random_.chance(20);
        int extreme = 0;
        for (int code = 0; code < codes; ++code) {
            const int weight = arithmetic.decode(static_cast<uint32_t>(code));
            extreme = std::abs(weight) > std::abs(extreme) ? weight : extreme;
        }
        std::vector<int> table;  // what a table has room for beside 0
        while (table.size() + (zeros > 0) < formats::most_weights(format) && spec::is_indexed(format)) {
            table.push_back(table.empty() && extremes ? extreme : random_.number(-128, 127));
        }
        layer_.format = format_name;
        layer_.weight.resize(weight_count());
        for (int8_t& weight : layer_.weight) {
            const int any = !table.empty() ? random_.pick(table)
                                           : arithmetic.decode(static_cast<uint32_t>(random_.number(0, codes - 1)));
            weight = static_cast<int8_t>(random_.chance(zeros) ? 0 : extremes ? extreme : any);  // apot: 128 to -128
        }
        if (spec::is_scaled(format)) scale_vectors();
    }

    // Multiplies the weights by scales, one for each output, tap and vector of the input's channels.
    void scale_vectors() {
        const size_t row = static_cast<size_t>(tensor(layer_.input).channels / layer_.groups);
        const size_t outputs = static_cast<size_t>(tensor(layer_.output).channels);
        const size_t per_output = layer_.weight.size() / outputs, per_group = outputs / size_t(layer_.groups);
        int scale = 1;
        for (size_t i = 0; i < layer_.weight.size(); ++i) {
            const size_t channel = i / per_output / per_group * row + i % row;
            if (i % row == 0 || channel % static_cast<size_t>(options_.scale_channels) == 0) {
                scale = random_.pick<int>({1, 2, 3, 5, 11, 15});
            }
            layer_.weight[i] = static_cast<int8_t>(layer_.weight[i] * scale);
        }
        layer_.format = formats::cheapest(layer_.weight, spec::Operation::product, row).name;
    }

    size_t weight_count() const {
        const int in_per_group = tensor(layer_.input).channels / layer_.groups;
        return static_cast<size_t>(tensor(layer_.output).channels * layer_.window.kernel_h * layer_.window.kernel_w *
                                   in_per_group);
    }

    void choose_convolution() {
        layer_.operation = "Conv";
        choose_window();
        int out_channels = channels();
        const int in_channels = tensor(layer_.input).channels;
        if (options_.groups && random_.chance(30)) {
            std::vector<int> divisors;
            for (int groups = 1; groups <= in_channels; ++groups) {
                if (in_channels % groups == 0) {
                    divisors.push_back(groups);
                }
            }
            layer_.groups = random_.pick(divisors);
            out_channels = layer_.groups * random_.number(1, 2);
        }
        add_output(out_channels);
        choose_weights(random_.pick(options_.formats));
        find_residual();
    }

    // Every input value to every output.
    void choose_reduction() {
        layer_.operation = "Gemm";
        layer_.window.kernel_h = tensor(layer_.input).height;
        layer_.window.kernel_w = tensor(layer_.input).width;
        add_output(channels());
        choose_weights(random_.pick(options_.formats));
    }

    // A depthwise convolution of ones, or the greatest of a window.
    void choose_pool() {
        layer_.greatest = random_.chance(50);
        layer_.operation = layer_.greatest ? "MaxPool" : "AveragePool";
        choose_window();
        layer_.groups = tensor(layer_.input).channels;
        add_output(layer_.groups);
        layer_.format = options_.formats.back();
        layer_.weight.assign(weight_count(), 1);
    }

    // An identity convolution with a residual of the same shape, perhaps the input itself.
    void choose_addition() {
        layer_.operation = "Add";
        const int channels = tensor(layer_.input).channels;
        layer_.groups = options_.groups && random_.chance(50) ? channels : 1;
        add_output(channels);
        layer_.format = options_.formats.back();
        layer_.weight.assign(weight_count(), 1);
        if (layer_.groups == 1) {
            for (size_t i = 0; i < layer_.weight.size(); ++i) {
                layer_.weight[i] = i / static_cast<size_t>(channels) == i % static_cast<size_t>(channels);
            }
        }
        layer_.residual = layer_.input;
        find_residual();
    }

    // A tensor of the output's shape written before, if there is one.
    void find_residual() {
        const Tensor& output = tensor(layer_.output);
        for (int index = 0; options_.residuals && index < layer_.output; ++index) {
            const Tensor& other = tensor(index);
            if (other.height == output.height && other.width == output.width && other.channels == output.channels &&
                random_.chance(70)) {
                layer_.residual = index;
            }
        }
    }

    void choose_scaling() {
        const size_t channels = static_cast<size_t>(tensor(layer_.output).channels);
        const double terms = static_cast<double>(layer_.weight.size() / channels);
        int extreme = 2;
        for (const int8_t weight : layer_.weight) {
            extreme = std::max(extreme, std::abs(weight));
        }
        const double largest = 128.0 * extreme / 2.0;
        // Distances of random values are 85 in the mean, and negative.
        const bool distances = spec::find_format(layer_.format).operation == spec::Operation::distance;
        const int mean = distances ? static_cast<int>(85 * terms) : 0;
        const bool ties = random_.chance(30);
        const int shared_shift = ties ? random_.number(1, 6) : 0;
        std::vector<double> multipliers;
        for (size_t c = 0; c < channels; ++c) {
            const double spread = static_cast<double>(random_.number(30, 3000)) / 1000.0;
            multipliers.push_back(spread * 100.0 / (largest * std::sqrt(terms)));
            layer_.bias.push_back(mean + choose_bias(largest * std::sqrt(terms)));
            layer_.significand.push_back(static_cast<uint32_t>(random_.number(1, 3)));
            layer_.shift.push_back(static_cast<uint8_t>(shared_shift));
        }
        if (layer_.greatest) {
            multipliers.assign(channels, static_cast<double>(random_.number(1, 3)) / 2.0);
            layer_.significand.assign(channels, layer_.significand.front());
        }
        layer_.residual_significand = layer_.residual < 0 ? 0 : static_cast<uint32_t>(random_.number(1, 5));
        if (!ties) {
            scale(multipliers);
        }
        if (random_.chance(40)) {
            layer_.clamp_low = random_.number(-128, 0);
            layer_.clamp_high = random_.number(0, 127);
        }
        bound_bias();
        const int one_in = layer_.residual < 0 ? 8 : 2;  // the biases are random
        layer_.rectified = !layer_.greatest && layer_.bias.front() % one_in == 0;
    }

    void scale(const std::vector<double>& multipliers) {
        if (layer_.residual >= 0) {
            const double residual = random_.number(1, 300) / 150.0;
            const golden::SharedScaling shared = golden::choose_shared_scaling(multipliers, residual);
            layer_.significand = shared.significand;
            layer_.shift.assign(multipliers.size(), static_cast<uint8_t>(shared.shift));
            layer_.residual_significand = shared.residual_significand;
            return;
        }
        for (size_t c = 0; c < multipliers.size(); ++c) {
            const golden::Scaling scaling = golden::choose_scaling(multipliers[c]);
            layer_.significand[c] = scaling.significand;
            layer_.shift[c] = static_cast<uint8_t>(scaling.shift);
        }
    }

    int32_t choose_bias(double size) {
        const int range = static_cast<int>(size) + 1;
        return random_.number(-range, range);
    }

    // Halves the biases until the accumulators hold all sums.
    void bound_bias() {
        while (golden::accumulator_bound(layer_).bits > options_.accumulator_bits &&
               std::any_of(layer_.bias.begin(), layer_.bias.end(), [](int32_t bias) { return bias != 0; })) {
            for (int32_t& bias : layer_.bias) {
                bias /= 2;
            }
        }
    }

    Random& random_;
    const RandomModelOptions& options_;
    Model model_;
    Layer layer_;
};

}  // namespace

Model random_model(Random& random, const RandomModelOptions& options) {
    return ModelBuilder(random, options).build();
}

void spread_weights(Random& random, Layer& layer) {
    const int most = random.pick<int>({2, 4, 7, 13, 40, 121, 127});
    const int step = random.pick<int>({1, 1, 1, 3, 9, 27});
    const bool two_values = random.chance(25);
    const int negative = -random.number(1, most), positive = random.number(1, most);
    for (int8_t& weight : layer.weight) {
        if (weight == 0) {
            continue;
        }
        const int any = random.number(-most / step, most / step) * step;
        weight = static_cast<int8_t>(!two_values ? any : weight < 0 ? negative : positive);
    }
    layer.format = formats::cheapest(layer.weight).name;
}

void add_tables(Random& random, Model& model) {
    for (Layer& layer : model.layers) {
        if (!random.chance(50)) continue;
        layer.table = {"random", {}, random.number(-128, 127)};
        for (int i = 0; i < spec::activation_table_entries; ++i) {
            layer.table.entries.push_back(static_cast<int8_t>(random.number(-128, 127)));
        }
    }
}

void scale_inputs(Random& random, Model& model, int accumulator_bits, int greatest) {
    for (int index = 0; index < static_cast<int>(model.tensors.size()); ++index) {
        Tensor& tensor = model.tensors[static_cast<size_t>(index)];
        if (index == model.input.tensor || index == model.output.tensor || random.chance(20)) {
            continue;
        }
        for (size_t first = 0; first < static_cast<size_t>(tensor.channels); first += scale_vector) {
            tensor.vector_scales.push_back(static_cast<uint8_t>(random.number(1, greatest)));
        }
    }
    for (Layer& layer : model.layers) {
        const Tensor& input = model.tensors[static_cast<size_t>(layer.input)];
        if (input.channels / layer.groups == 1 || random.chance(10)) {
            continue;
        }
        layer.input_scales = input.vector_scales;
        for (int32_t& bias : layer.bias) {
            bias /= 64;
        }
        for (uint8_t& shift : layer.shift) {
            shift = static_cast<uint8_t>(std::min(shift + 2, 63));
        }
        const int planes = formats::plane_count(layer.weight);
        if (golden::accumulator_bound(layer, planes).bits > accumulator_bits ||
            golden::accumulator_bound(layer).bits > accumulator_bits) {
            layer.input_scales.clear();
        }
    }
}

golden::TensorValues random_values(Random& random, const Tensor& tensor) {
    golden::TensorValues values(golden::element_count(tensor));
    const int kind = random.number(0, 3);
    int8_t run = static_cast<int8_t>(random.pick<int>({-128, 127}));
    for (int8_t& value : values) {
        if (random.chance(10)) {
            run = static_cast<int8_t>(random.pick<int>({-128, 127, tensor.zero_point}));
        }
        value = kind == 0 ? run : static_cast<int8_t>(random.number(-128, 127));
    }
    return values;
}

golden::TensorValues random_inputs(Random& random, const Model& model) {
    golden::TensorValues values;
    for (const Port& port : inputs_of(model)) {
        const golden::TensorValues own = random_values(random, model.tensors[size_t(port.tensor)]);
        values.insert(values.end(), own.begin(), own.end());
    }
    return values;
}

std::string describe(const Model& model) {
    std::string text;
    for (const Layer& layer : model.layers) {
        const Tensor& in = model.tensors[static_cast<size_t>(layer.input)];
        const Tensor& out = model.tensors[static_cast<size_t>(layer.output)];
        const Window& w = layer.window;
        text += fmt::format("{} {} {}: tensor {} {}x{}x{} -> tensor {} {}x{}x{}, kernel {}x{} stride {},{} "
                            "dilation {},{} pads {},{},{},{} groups {} residual {}\n",
                            layer.name, layer.operation, layer.format, layer.input, in.height, in.width, in.channels,
                            layer.output, out.height, out.width, out.channels, w.kernel_h, w.kernel_w, w.stride_y,
                            w.stride_x, w.dilation_y, w.dilation_x, w.pad_top, w.pad_left, w.pad_bottom, w.pad_right,
                            layer.groups, layer.residual);
    }
    return text;
}

}  // namespace napier::test
