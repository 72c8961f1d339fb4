#include "sw/formats/planes.hpp"

namespace napier::formats {

int upper_trits(int weight, int plane) {
    for (; plane > 0; --plane) {
        const int lowest = (weight % 3 + 4) % 3 - 1;
        weight = (weight - lowest) / 3;
    }
    return weight;
}

int trit(int weight, int plane) { return upper_trits(weight, plane) - 3 * upper_trits(weight, plane + 1); }

int plane_count(std::span<const int8_t> weights) {
    int planes = 1;
    for (const int8_t weight : weights) {
        while (upper_trits(weight, planes) != 0) {
            ++planes;
        }
    }
    return planes;
}

}  // namespace napier::formats
