#pragma once
// Twin of rtl/array/address_generator.sv: the slots of a pass's activation vectors and which of them are padding.

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/base/exec_command.hpp"
#include "sw/spec/machine.hpp"

namespace napier::sim {

// A kernel tap and channel group: one pass.
struct Pass {
    int64_t ky = 0, kx = 0, g = 0;
};

class AddressGenerator {
public:
    static constexpr int32_t padding = -1;

    // The command's format is one of the machine's.
    AddressGenerator(const spec::Machine& machine, const ExecCommand& command);

    // The pass of that index, in their order.
    Pass pass(int64_t index) const;

    // Slots of the pass's vectors, one a pixel, multiples of the format's lanes; `padding` where there is no data.
    void slots(const Pass& pass, std::vector<int32_t>& out) const;

    // Where the first vector outside the buffer is read: index of its pass, and the word.
    struct Outside {
        int64_t pass;
        uint32_t word;
    };
    // Nothing if all vectors of the first `passes` passes are inside. Cheap if that follows from the fields' extremes.
    std::optional<Outside> first_outside(int64_t passes) const;

private:
    bool surely_inside() const;
    int64_t slot(const Pass& pass, int64_t oy, int64_t ox) const;

    const spec::Machine& machine_;
    const ExecCommand& command_;
    int64_t lanes_, slots_;
};

}  // namespace napier::sim
