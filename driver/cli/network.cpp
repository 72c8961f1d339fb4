#include "driver/cli/network.hpp"

#include <algorithm>
#include <random>

#include "driver/cli/images.hpp"
#include "driver/cli/real_network.hpp"
#include "driver/cli/workbench.hpp"
#include "driver/session/compare.hpp"
#include "sw/golden/layer.hpp"

namespace napier::driver {
namespace {

class IntegerNetwork : public Network {
public:
    explicit IntegerNetwork(const std::string& path) : model_(load_model(path)) {}

    const std::string& name() const override { return model_.name; }
    const std::vector<std::string>& notes() const override { return model_.notes; }
    Program compile(const spec::Machine& machine, const CompileOptions& options) const override {
        return driver::compile(model_, machine, options);
    }
    std::vector<Values> read_inputs(const Program&, const std::vector<std::string>& paths,
                                    size_t limit) const override {
        return read_images(model_, paths, limit);
    }
    std::vector<Values> random_inputs(const Program&, size_t count, uint64_t seed) const override {
        std::mt19937_64 engine(seed);
        std::vector<Values> inputs;
        for (size_t i = 0; i < count; ++i) {
            size_t count = 0;
            for (const Port& port : inputs_of(model_)) count += golden::element_count(model_.tensors[port.tensor]);
            Values values(count);
            for (int8_t& value : values) value = static_cast<int8_t>(engine() >> 56);
            inputs.push_back(values);
        }
        return inputs;
    }
    std::vector<Values> golden(const Program& program, const Values& input) const override {
        return record_golden(model_, program, input).tensors;
    }
    std::vector<float> scores(const Program&, const Values& output) const override {
        return golden::dequantize_output(model_, output);
    }

private:
    Model model_;
};

}  // namespace

std::unique_ptr<Network> load_network(const std::string& path) {
    if (is_real_model(path)) return std::make_unique<RealNetwork>(load_real_model(path));
    return std::make_unique<IntegerNetwork>(path);
}

}  // namespace napier::driver
