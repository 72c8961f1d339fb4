#include "driver/compile/schedule.hpp"

#include <algorithm>

namespace napier::driver {
namespace {

void append(std::vector<Draft>& to, const std::vector<Draft>& from, size_t begin, size_t end) {
    to.insert(to.end(), from.begin() + static_cast<ptrdiff_t>(begin), from.begin() + static_cast<ptrdiff_t>(end));
}

bool conflicts(const Draft& load, const std::vector<Draft>& others) {
    return std::any_of(others.begin(), others.end(), [&](const Draft& other) { return conflict(load, other); });
}

// How many of the next step's loads may come before this step's computation.
size_t early_loads(const Step& step, const Step& next) {
    size_t count = 0;
    while (count < next.loads.size() && !conflicts(next.loads[count], step.execs) &&
           !conflicts(next.loads[count], step.stores)) {
        ++count;
    }
    return count;
}

}  // namespace

std::vector<Draft> order_commands(const std::vector<Step>& steps, const spec::Machine& machine) {
    std::vector<Draft> order;
    if (!steps.empty()) append(order, steps[0].loads, 0, steps[0].loads.size());
    for (size_t i = 0; i < steps.size(); ++i) {
        const Step& step = steps[i];
        static const Step none;
        const Step& next = i + 1 < steps.size() ? steps[i + 1] : none;
        const size_t early = early_loads(step, next);
        // The exec queue is filled first: a full load queue stops the fetch.
        const size_t queued = std::min(step.execs.size(), static_cast<size_t>(machine.queue_commands - 1));
        append(order, step.execs, 0, queued);
        append(order, next.loads, 0, early);
        append(order, step.execs, queued, step.execs.size());
        append(order, step.stores, 0, step.stores.size());
        append(order, next.loads, early, next.loads.size());
    }
    return order;
}

}  // namespace napier::driver
