#include "sw/golden/mx/output.hpp"

#include <bit>
#include <cmath>

#include "sw/formats/bfloat16.hpp"
#include "sw/golden/mx/exact.hpp"

namespace napier::golden::mx {

namespace {

// Order of float32 values that are not NaN, -0 before +0.
bool less(float a, float b) {
    return a < b || (a == b && std::signbit(a) && !std::signbit(b));
}

}  // namespace

float clamp(float value, float low, float high) {
    if (std::isnan(value)) {
        return std::bit_cast<float>(formats::float32_nan);
    }
    const float raised = less(value, low) ? low : value;
    return less(high, raised) ? high : raised;
}

float finish(float accumulator, float bias, float low, float high) {
    return clamp(add(accumulator, bias), low, high);
}

}  // namespace napier::golden::mx
