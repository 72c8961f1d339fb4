#pragma once
// The network of real numbers from its definition (sw/model/real_model.hpp), in plain loops: what the right answer is.

#include <span>
#include <vector>

#include "sw/model/real_model.hpp"

namespace napier::golden::real {

// Values of one tensor: value is [height][width][channels], what is kept as float32; block, for a microscaling format,
// is [height][width][channels / 32 rounded up].
struct TensorValues {
    std::vector<float> value;
    std::vector<formats::Block> block;
};

// Blocks of a pixel.
int block_count(int channels);

// Numbers kept in the tensor's format: rounded to bfloat16, converted to blocks, or as they are. values: channels last.
// Error (usage): their count is wrong.
TensorValues keep(const RealTensor& tensor, std::span<const float> values);

// The float32 accumulator of one output, without the bias.
float accumulate(const RealModel& model, const RealLayer& layer, const TensorValues& input, int y, int x, int channel);

// Output values of one layer of a valid model.
TensorValues run_layer(const RealModel& model, const RealLayer& layer, const TensorValues& input);

// Every tensor of a valid model for one image in the input port's order. Error (usage): its count is wrong.
std::vector<TensorValues> run_model(const RealModel& model, std::span<const float> image);

// A tensor's values in the output port's order.
std::vector<float> read_output(const RealModel& model, const TensorValues& output);

}  // namespace napier::golden::real
