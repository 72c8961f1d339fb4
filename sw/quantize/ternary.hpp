#pragma once
// Weights of three values: one scale an output channel, or two.

#include <span>

#include "sw/quantize/weights.hpp"

namespace napier::quantize {

// mean: the paper's threshold 0.7 * mean |w|, near the best for normal weights. best: the threshold of least squared
// error, found by trying every number of weights that stay.
enum class Threshold { mean, best };

// 0.7 * mean |w| (Ternary Weight Networks, Li, Zhang and Liu, 2016).
double mean_threshold(std::span<const float> values);

// Number of weights that stay for the least squared error: the k that makes (sum of the k greatest |w|)^2 / k
// greatest, the least of equal ones; 0 if all are 0.
size_t best_count(std::span<const float> values);

// -1, 0, +1; scale of a channel: the mean magnitude of the weights that stay, the best for these signs. A weight stays
// if its magnitude is above the threshold; with `best`, of equal magnitudes the first stay.
IntegerWeights quantize_ternary(const FloatWeights& weights, Threshold threshold);

// Trained Ternary Quantization (Zhu et al., ICLR 2017) after training: -n, 0, +p with one scale. A channel's negative
// and positive weights are two problems of their own, each solved by best_count; the means N and P of those that stay
// become integers of the scale max(N, P) / largest, ties to even, at least 1 if any stay. largest: 1..127.
IntegerWeights quantize_two_scales(const FloatWeights& weights, int largest);

}  // namespace napier::quantize
