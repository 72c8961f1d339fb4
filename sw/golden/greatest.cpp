#include "sw/golden/greatest.hpp"

namespace napier::golden {

std::vector<int64_t> greatest(const std::vector<float>& values, size_t count) {
    std::vector<bool> taken(values.size(), false);
    std::vector<int64_t> indexes;
    while (indexes.size() < count && indexes.size() < values.size()) {
        size_t best = values.size();
        for (size_t i = 0; i < values.size(); ++i) {
            if (!taken[i] && (best == values.size() || values[i] > values[best])) best = i;
        }
        taken[best] = true;
        indexes.push_back(int64_t(best));
    }
    return indexes;
}

}  // namespace napier::golden
