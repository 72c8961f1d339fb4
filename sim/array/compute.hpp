#pragma once
// Twin of rtl/array/compute.sv: an EXEC from its start to its end, time and values.
//
// When a command starts, all that will happen to it is certain (unless something fails elsewhere): its cycles come in
// closed form, its values are computed at once. A legal program cannot see that the values are early: what a command
// reads is there before it starts, what it writes is read after it ended.

#include <deque>
#include <optional>

#include "sim/array/address_generator.hpp"
#include "sim/array/array.hpp"
#include "sim/array/executor.hpp"
#include "sim/array/window.hpp"
#include "sim/base/context.hpp"
#include "sim/memory/buffer.hpp"
#include "sim/mx/real_core.hpp"

namespace napier::sim {

class Compute : public EngineBlock {
public:
    Compute(Context& context, Buffers& buffers, EngineListener& listener);

    void start(Cycle cycle, uint32_t index, const CommandWords& words) override;
    void stop(Cycle cycle) override;
    bool idle(Cycle cycle) const override;
    void reset() override;
    void wake(Cycle cycle, int what) override;

private:
    struct Fault {
        Cycle cycle;
        FaultReport report;
    };
    struct Running {
        uint32_t index;
        ExecPlan plan;
        std::optional<Fault> fault;
        uint64_t passes = 0;  // that will begin
    };

    struct Counts {
        uint64_t passes = 0, array_cycles = 0, post_cycles = 0, busy = 0;
    };

    void find_fault(const ExecCommand& command, Running& running) const;
    void find_window_fault(const ExecCommand& command, Running& running) const;
    void find_post_fault(const ExecCommand& command, Running& running) const;
    void compute_values(const ExecCommand& command);
    void compute_real_values(const ExecCommand& command, const AddressGenerator& generator);
    void announce(const Running& running);
    // Without busy.
    Counts counts_before(const Running& running, Cycle cycle) const;
    void add(const Counts& counts, int sign);
    // True if the command comes to its end though it may fail: the post-processor goes on.
    static bool ends(const Running& running) { return !running.fault || running.fault->cycle >= running.plan.take; }

    Context& context_;
    Buffers& buffers_;
    EngineListener& listener_;
    Executor executor_;
    Array array_;
    WindowEngine window_;
    Accumulators accumulators_;
    RealCore real_core_;
    std::vector<int32_t> slots_;
    std::deque<Running> running_;   // started and not ended
    Cycle busy_until_ = 0;          // last cycle counted as busy
    Cycle idle_from_ = 0;
    Cycle stopped_ = never;
};

}  // namespace napier::sim
