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
            Values values;
            for (const Port& port : inputs_of(model_)) {
                const Values own = random_port(port, engine);
                values.insert(values.end(), own.begin(), own.end());
            }
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
    // Any bytes, or the indices of rows that there are.
    Values random_port(const Port& port, std::mt19937_64& engine) const {
        Values values(golden::element_count(model_.tensors[port.tensor]));
        for (int8_t& value : values) value = static_cast<int8_t>(engine() >> 56);
        if (port.rows == 0) return values;
        std::vector<float> indices(golden::value_count(model_, port));
        for (float& index : indices) {
            index = static_cast<float>(int64_t(engine() % (2 * uint64_t(port.rows))) - port.rows);
        }
        return golden::quantize_input(model_, port, indices);
    }

    Model model_;
};

}  // namespace

std::unique_ptr<Network> load_network(const std::string& path) {
    if (is_real_model(path)) return std::make_unique<RealNetwork>(load_real_model(path));
    return std::make_unique<IntegerNetwork>(path);
}

}  // namespace napier::driver
