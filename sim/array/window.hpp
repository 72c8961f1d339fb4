#pragma once
// Twin of rtl/array/window.sv: the time of a command of the window engine in closed form, and its values.
// The rules stand in docs/architecture.md, "Timing, exactly: EXEC".

#include <vector>

#include "sim/array/address_generator.hpp"
#include "sim/array/executor.hpp"
#include "sim/array/palette.hpp"
#include "sim/memory/buffer.hpp"

namespace napier::sim {

ExecShape window_shape(const spec::Machine& machine, const ExecCommand& command);

class WindowEngine {
public:
    explicit WindowEngine(const spec::Machine& machine);

    // The values of a command whose words are all in their buffers, into the accumulators.
    void run(const ExecCommand& command, const Buffers& buffers, Accumulators& accumulators);

private:
    void load_weights(const ExecCommand& command, const Buffers& buffers);
    void add_tap(const int8_t* activations, size_t tap, spec::Operation operation);
    void take_greatest(const int8_t* activations);
    void leave(const ExecCommand& command, int64_t pixel, Accumulators& accumulators) const;

    const spec::Machine& machine_;
    std::vector<int16_t> weights_;  // [tap][channel]
    std::vector<int32_t> values_;   // [channel], of a pixel
    std::vector<int8_t> padding_;
    std::vector<int32_t> slots_;
};

}  // namespace napier::sim
