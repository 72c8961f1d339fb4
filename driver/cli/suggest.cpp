#include "driver/cli/suggest.hpp"

#include <algorithm>
#include <numeric>

namespace napier::driver {
namespace {

// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
size_t distance(const std::string& left, const std::string& right) {
    std::vector<std::vector<size_t>> table(left.size() + 1, std::vector<size_t>(right.size() + 1));
    std::iota(table[0].begin(), table[0].end(), size_t{0});
    for (size_t i = 1; i <= left.size(); ++i) {
        table[i][0] = i;
        for (size_t j = 1; j <= right.size(); ++j) {
            const size_t replaced = table[i - 1][j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
            table[i][j] = std::min({table[i - 1][j] + 1, table[i][j - 1] + 1, replaced});
            const bool swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
            if (swapped) table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
        }
    }
    return table[left.size()][right.size()];
}

}  // namespace

std::string nearest(const std::string& word, const std::vector<std::string>& candidates) {
    std::string best;
    size_t least = std::max<size_t>(2, word.size() / 3) + 1;
    for (const std::string& candidate : candidates) {
        const size_t changes = distance(word, candidate);
        if (changes < least) {
            least = changes;
            best = candidate;
        }
    }
    return best;
}

}  // namespace napier::driver
