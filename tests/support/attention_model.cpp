#include "tests/support/attention_model.hpp"

#include <cmath>
#include <limits>

#include "sw/golden/scaling.hpp"

namespace napier::test {
namespace {

class Builder {
public:
    Builder(Random& random, const AttentionOptions& options)
        : random_(random), height_(random.number(1, 4)), width_(random.number(1, options.greatest_tokens / height_)),
          heads_(random.number(1, options.greatest_heads)),
          shared_(random.chance(50) ? 1 : heads_ % 2 == 0 ? 2 : heads_),
          size_(2 * random.number(1, options.greatest_channels / 2)), cached_(random.chance(40) ? random.number(1, 9)
                                                                                               : 0) {}

    Model build() {
        model_.name = "attention";
        const int image = tensor("image", random_.number(1, 20), random_.number(-20, 20));
        int from = image;  // perhaps behind layers whose memory is free again when the cache is joined
        if (random_.chance(40)) from = project("second", project("first", image, random_.number(8, 60)), 12);
        const int query = project("query", from, heads_ * size_);
        const int key = with_cache(project("key", from, heads_ / shared_ * size_));
        const int value = with_cache(project("value", from, heads_ / shared_ * size_));
        const int turned = random_.chance(30) ? host("rotary", "RotaryEmbedding", query) : query;
        const int scores = multiply("scores", turned, key, heads_ * (cached_ + tokens()), true);
        const int weighed = multiply("context", host("softmax", "Softmax", scores), value, heads_ * size_, false);
        if (random_.chance(40)) {
            model_.layers.back().residual = query;
            model_.layers.back().significand.assign(size_t(heads_ * size_), model_.layers.back().significand.front());
            model_.layers.back().residual_significand = model_.layers.back().significand.front() / 2;
        }
        const char* functions[] = {"LayerNormalization", "RMSNormalization", "Mul", "LinearRecurrence"};
        int last = host("end", functions[random_.number(0, 3)], weighed);
        if (model_.layers.back().host.function == functions[3]) recur(weighed, query);
        if (random_.chance(50)) model_.layers.back().clamp_low = random_.number(-60, 0);
        if (random_.chance(60)) last = project("output", last, random_.number(1, 12), random_.chance(50));
        model_.input = {image, "image", 0, false, false};
        model_.output = {last, "result", 0, false, false};
        return model_;
    }

private:
    int tokens() const { return height_ * width_; }

    int tensor(const char* name, int channels, int zero_point = 0) {
        model_.tensors.push_back({name, height_, width_, channels, float(random_.number(5, 40)) / 1000.0f, zero_point});
        return static_cast<int>(model_.tensors.size()) - 1;
    }

    int input(const std::string& name, int width, int channels, float scale) {
        model_.tensors.push_back({name, 1, width, channels, scale});
        model_.more_inputs.push_back({static_cast<int>(model_.tensors.size()) - 1, name, 0, false, false});
        return model_.more_inputs.back().tensor;
    }

    // The tokens behind those of an input, if there are cached ones.
    int with_cache(int own) {
        if (cached_ == 0) return own;
        const Tensor like = model_.tensors[size_t(own)];
        const int cache = input(like.name + "_cache", cached_, like.channels, like.scale);
        model_.tensors.push_back({like.name + "_all", 1, cached_ + tokens(), like.channels, like.scale});
        const int whole = static_cast<int>(model_.tensors.size()) - 1;
        const bool behind = random_.chance(70);
        for (const int part : {own, cache}) model_.tensors[size_t(part)].whole = whole;
        model_.tensors[size_t(behind ? own : cache)].first_pixel = behind ? cached_ : tokens();
        return whole;
    }

    // Makes the last layer a recurrence that does not grow, some with a state that is an input.
    void recur(int forget, int fresh) {
        model_.tensors[size_t(forget)].scale = 1.0f / 128;
        HostWork& work = model_.layers.back().host;
        work.second = fresh;
        const Tensor& like = model_.tensors[size_t(fresh)];
        if (random_.chance(60)) work.initial = input("state", 1, like.channels, like.scale);
    }

    Layer& layer(const char* name, const char* operation, int input, int output) {
        Layer layer;
        layer.name = name;
        layer.operation = operation;
        layer.input = input;
        layer.output = output;
        model_.layers.push_back(layer);
        return model_.layers.back();
    }

    void scale(Layer& layer, double factor, int most_bias) {
        const size_t channels = size_t(model_.tensors[size_t(layer.output)].channels);
        const golden::Scaling scaling = golden::choose_scaling(factor);
        for (size_t i = 0; i < channels; ++i) layer.bias.push_back(random_.number(-most_bias, most_bias));
        layer.significand.assign(channels, scaling.significand);
        layer.shift.assign(channels, static_cast<uint8_t>(scaling.shift));
    }

    int project(const char* name, int input, int channels, bool constant = false) {
        const int output = tensor(name, channels);
        Layer& made = layer(name, "MatMul", input, output);
        made.format = "int8";
        for (int i = 0; i < channels * model_.tensors[size_t(input)].channels; ++i) {
            made.weight.push_back(static_cast<int8_t>(random_.number(-128, 127)));
        }
        scale(made, 0.004, 2000);
        if (!constant) return output;
        made.residual_significand = made.significand.front();
        const int added = tensor("constant", channels);
        model_.layers.back().residual = added;
        ConstantTensor values{added, {}};
        for (int i = 0; i < channels * tokens(); ++i) values.values.push_back(int8_t(random_.number(-128, 127)));
        model_.constants.push_back(values);
        return output;
    }

    int multiply(const char* name, int input, int operand, int channels, bool outputs_are_pixels) {
        const int output = tensor(name, channels);
        Layer& made = layer(name, "MatMul", input, output);
        made.format = "int8";
        made.groups = heads_;
        made.operand = {operand, heads_ / shared_, outputs_are_pixels};
        scale(made, 0.003 * random_.number(1, 10), random_.chance(50) ? 500 : 0);
        for (uint32_t& significand : made.significand) significand -= uint32_t(random_.number(0, 1000));
        return output;
    }

    int host(const char* name, const std::string& function, int input) {
        const int channels = model_.tensors[size_t(input)].channels;
        const int output = tensor(name, channels, function == "Softmax" ? 0 : random_.number(-30, 30));
        HostWork& work = layer(name, function.c_str(), input, output).host;
        work.function = function;
        const bool grouped = function == "Softmax" || function == "RotaryEmbedding";
        work.groups = grouped ? heads_ : 1;
        if (function == "RotaryEmbedding") {
            model_.tensors[size_t(output)].zero_point = 0;
            for (int i = 0; i < tokens() * size_ / 2; ++i) {
                work.cosines.push_back(std::cos(float(i)));
                work.sines.push_back(std::sin(float(i)));
            }
        }
        if (function == "Softmax") {
            model_.tensors[size_t(output)].scale = 1.0f / 127;
            work.factor = 0.3f;
            if (random_.chance(50)) mask(work);
        }
        if (function == "Mul") work.second = input;
        if (function != "Softmax") work.epsilon = 0.001f;
        if (function == "LayerNormalization") {
            work.gain.assign(size_t(channels), 0.5f);
            work.offset.assign(size_t(channels), 0.01f);
        }
        return output;
    }

    // No token looks at those behind it.
    void mask(HostWork& work) {
        for (int from = 0; from < tokens(); ++from) {
            for (int to = 0; to < cached_ + tokens(); ++to) {
                work.mask.push_back(to > from + cached_ ? -std::numeric_limits<float>::infinity() : 0.0f);
            }
        }
    }

    Random& random_;
    const int height_, width_, heads_, shared_, size_, cached_;
    Model model_;
};

}  // namespace

Model attention_model(Random& random, const AttentionOptions& options) { return Builder(random, options).build(); }

}  // namespace napier::test
