#pragma once
// Twin of rtl/mx/real_core.sv: the values of an EXEC of blocks or of piecewise-affine products, and the cycles that
// array and accumulators take. A vector's column group r is r cycles after group 0.

#include <cstdint>
#include <vector>

#include "sim/base/exec_command.hpp"
#include "sim/memory/buffer.hpp"
#include "sim/mx/mx_accumulator.hpp"
#include "sim/mx/mx_array.hpp"
#include "sim/mx/mx_post_processor.hpp"
#include "sim/mx/pam_array.hpp"

namespace napier::sim {

// Cycles from a vector's read to the one after that in which its last accumulator is written.
int real_drain_cycles(const spec::Machine& machine);
// Cycles from the first vector of a pass to that of the next, at least.
int real_turn_cycles(const spec::Machine& machine);

class RealCore {
public:
    // Of any machine; for one of integers it is empty.
    explicit RealCore(const spec::Machine& machine);

    // One pass: weights from `weight_word` on, a slot or AddressGenerator::padding for each pixel.
    void run(const ExecCommand& command, int weight_word, const std::vector<int32_t>& slots, bool overwrite,
             const Buffers& buffers);

    // Writes the output words of a job whose words are all in their buffers.
    void post_process(const ExecCommand& command, Buffers& buffers) const;

private:
    const spec::Machine& machine_;
    const bool blocks_;
    std::vector<MxArray> block_arrays_;  // by column group
    std::vector<PamArray> pam_arrays_;
    MxAccumulators accumulators_;
    std::vector<uint8_t> padding_;
    std::vector<BlockSum> sums_;
    std::vector<uint32_t> products_;
};

}  // namespace napier::sim
