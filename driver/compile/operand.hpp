#pragma once
// Layers that multiply two tensors on the array: the bytes of one are loaded as weights. A weight word is a row of the
// array, a byte a column; where the tensor's own bytes do not stand so, a layer before it writes them as words.

#include <cstdint>
#include <string>
#include <vector>

#include "driver/compile/constants.hpp"
#include "driver/compile/draft.hpp"
#include "sw/model/model.hpp"
#include "sw/spec/spec.hpp"

namespace napier::driver {

// True if the array has int8 weights, one lane, and a weight word holds a byte a column.
bool multiplies_tensors(const spec::Machine& machine);

// Why the machine cannot run the layer, which has an operand, from "multiplies by" on; empty: it can.
std::string operand_problem(const Model& model, const Layer& layer, const spec::Machine& machine);

// True for the layers of with_operand_words(): they move bytes, so none of their products is useful.
bool only_moves(const Layer& layer);

// Products of two activations in each of the layer's sums; 0 without an operand.
int64_t operand_terms(const Model& model, const Layer& layer);

// Of a layer whose words are known.
OperandPlace operand_place(const Model& model, const Layer& layer, const spec::Machine& machine, int group);

// Loads the weights of these column tiles, whose boxes are equal, from a tensor's words at byte `memory` to the weight
// buffer from word `word` on, and zeros for the rows behind the last input channel.
void load_operand(const Plan& plan, const std::vector<TileBoxes>& tiles, const OperandPlace& place, int64_t memory,
                  int word, const CommandNote& note, std::vector<Draft>& drafts);

// The model with the tensor of weight words of every operand (Operand::words), and the layers that write them. A tensor
// [pixel][channel] is transposed by a convolution over as many pixels as the array has columns, whose weights of one
// select a channel: all its loads and stores are of whole beats, where those of a copy were of single bytes.
Model with_operand_words(const Model& model, const spec::Machine& machine);

}  // namespace napier::driver
