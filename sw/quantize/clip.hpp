#pragma once
// How far the grid of a quantizer reaches: beyond its range values saturate, within it they are rounded.

#include <span>
#include <string_view>

namespace napier::quantize {

enum class Clip { minmax, percentile, mse };

// "minmax", "percentile", "mse". Error (usage): another word.
Clip find_clip(std::string_view name);

// Share of the magnitudes that percentile keeps below its range.
inline constexpr double percentile_share = 0.999;

// Ranges of a symmetric grid -largest..largest; values: not empty, finite; 0 if all are 0.
// Greatest magnitude.
double minmax_range(std::span<const float> values);
// The magnitude of rank ceil(share * count) in rising order (nearest rank); share in (0, 1].
double percentile_range(std::span<const float> values, double share = percentile_share);
// Expected squared error of a range r, per value: step^2 / 12 for values in (0, r], step = r / largest, and the
// squared distance for those beyond; a value of 0 has none.
double expected_error(std::span<const float> values, double range, int largest);
// Range of least expected error. OCTAV (Sakr et al., "Optimal Clipping and Magnitude-aware Differentiation", ICML 2022)
// finds a point where its recursion stands still:
//   r' = sum of |x| > r  /  (count of 0 < |x| <= r / (12 largest^2) + count of |x| > r)
// A short list of values has several such points. Here r' is taken for every number of values beyond the range, kept
// between the last of them and the next, and the best of all is the result; it depends on no start.
double octav_range(std::span<const float> values, int largest);

double clip_range(std::span<const float> values, Clip clip, int largest);

}  // namespace napier::quantize
