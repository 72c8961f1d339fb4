#pragma once
// A model of real numbers as the subcommands see it.

#include "driver/cli/network.hpp"
#include "sw/golden/real/layer.hpp"
#include "sw/model/real_model.hpp"

namespace napier::driver {

// The bytes of a tensor in memory, and back. Values are channels last.
Values to_memory(const TensorPlace& place, const golden::real::TensorValues& values);
golden::real::TensorValues from_memory(const TensorPlace& place, const Values& bytes);

class RealNetwork : public Network {
public:
    explicit RealNetwork(RealModel model) : model_(std::move(model)) {}

    const std::string& name() const override { return model_.name; }
    const std::vector<std::string>& notes() const override { return model_.notes; }
    Program compile(const spec::Machine& machine, const CompileOptions& options) const override;
    std::vector<Values> read_inputs(const Program& program, const std::vector<std::string>& paths,
                                    size_t limit) const override;
    std::vector<Values> random_inputs(const Program& program, size_t count, uint64_t seed) const override;
    std::vector<Values> golden(const Program& program, const Values& input) const override;
    std::vector<float> scores(const Program& program, const Values& output) const override;

    const RealModel& model() const { return model_; }

private:
    // The input tensor's bytes of an image in the order of the model file.
    Values input_of(const Program& program, const std::vector<float>& image) const;

    RealModel model_;
};

}  // namespace napier::driver
