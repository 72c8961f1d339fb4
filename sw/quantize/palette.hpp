#pragma once
// Weights from a table of 16 (Deep Compression, Han, Mao and Dally, ICLR 2016): k-means over the whole layer.

#include <span>
#include <vector>

#include "sw/quantize/weights.hpp"

namespace napier::quantize {

inline constexpr size_t palette_entries = 16;

// Start of the iteration, the same every time: entry i is the value of rank floor((i + 1/2) * n / entries) in rising
// order.
std::vector<double> quantile_entries(std::span<const double> values, size_t entries);

// Place of the nearest entry; of equally near ones the first. entries: rising.
size_t nearest_entry(std::span<const double> entries, double value);

// Lloyd's step: every entry moves to the mean of the values nearest to it; one without values stays. The squared
// distance of the values to their nearest entries never grows.
std::vector<double> lloyd_step(std::span<const double> values, std::span<const double> entries);

// Sum of squared distances to the nearest entries.
double distance(std::span<const double> values, std::span<const double> entries);

// quantile_entries, then lloyd_step until nothing moves or 1000 steps; rising.
std::vector<double> find_entries(std::span<const double> values, size_t entries);

// At most 16 different integers in the whole layer: each channel is divided by its own scale max |w| / 127, the
// quotients of all channels give the entries, these are rounded to int8 (ties to even), and each weight takes the
// nearest.
IntegerWeights quantize_palette(const FloatWeights& weights);

}  // namespace napier::quantize
