#include "driver/compile/draft.hpp"

namespace napier::driver {

const char* role_name(Role role) {
    static constexpr const char* names[] = {"padding", "input", "weights", "parameters", "palette", "table",
                                            "residual", "compute", "output"};
    return names[static_cast<int>(role)];
}

bool conflict(const Draft& left, const Draft& right) {
    for (const Access& a : left.accesses) {
        for (const Access& b : right.accesses) {
            const bool overlap = a.space == b.space && a.begin < b.end && b.begin < a.end;
            if (overlap && (a.write || b.write)) return true;
        }
    }
    return false;
}

}  // namespace napier::driver
