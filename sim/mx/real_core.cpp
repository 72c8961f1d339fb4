#include "sim/mx/real_core.hpp"

#include "sim/array/address_generator.hpp"
#include "sw/spec/machine.hpp"

namespace napier::sim {

namespace {

constexpr int pam_sum_bits = 8;  // of a bfloat16's significand

int sum_bits(const spec::Machine& machine) {
    return spec::has_blocks(machine) ? mx_sum_bits(machine.elements_a, machine.elements_b) : pam_sum_bits;
}

}  // namespace

int real_drain_cycles(const spec::Machine& machine) {
    const int bits = sum_bits(machine);
    const int array = spec::has_blocks(machine) ? MxArray::cycles(bits) : PamArray::cycles;
    return array + spec::pass_words(machine) + MxAccumulators::add_cycles(bits) + 1;
}

int real_turn_cycles(const spec::Machine& machine) { return MxAccumulators::turn_cycles(sum_bits(machine)); }

RealCore::RealCore(const spec::Machine& machine)
    : machine_(machine),
      blocks_(spec::has_blocks(machine)),
      accumulators_(spec::is_real(machine) ? machine.columns : 0, machine.accumulator_depth),
      padding_(static_cast<size_t>(spec::slot_bytes(machine))),
      sums_(static_cast<size_t>(machine.columns)),
      products_(static_cast<size_t>(machine.columns)) {
    if (!spec::is_real(machine)) return;
    const auto groups = static_cast<size_t>(spec::pass_words(machine));
    if (blocks_) block_arrays_.assign(groups, MxArray(machine.column_span));
    else pam_arrays_.assign(groups, PamArray(machine.column_span));
}

void RealCore::run(const ExecCommand& command, int weight_word, const std::vector<int32_t>& slots, bool overwrite,
                   const Buffers& buffers) {
    const int span = machine_.column_span;
    for (MxArray& array : block_arrays_) {
        array.load(command.element_b, buffers.weight.word(weight_word++), spec::column_bytes(machine_));
    }
    for (PamArray& array : pam_arrays_) array.load(buffers.weight.word(weight_word++));
    for (size_t pixel = 0; pixel < slots.size(); ++pixel) {
        const uint8_t* activation = slots[pixel] == AddressGenerator::padding
                                        ? padding_.data()
                                        : buffers.activation.word(0) + slots[pixel] * spec::slot_bytes(machine_);
        if (blocks_) {
            BlockSum* sums = sums_.data();
            for (const MxArray& array : block_arrays_) array.run(command.element_a, activation, sums), sums += span;
            accumulators_.add(static_cast<int64_t>(pixel), overwrite, sums_.data());
        } else {
            uint32_t* products = products_.data();
            for (const PamArray& array : pam_arrays_) array.run(activation, products), products += span;
            accumulators_.add(static_cast<int64_t>(pixel), overwrite, products_.data());
        }
    }
}

void RealCore::post_process(const ExecCommand& command, Buffers& buffers) const {
    const OutputRule rule{command.float_low, command.float_high, command.element_output, command.scale_rule};
    std::vector<uint32_t> biases;
    for (int column = 0; column < machine_.columns; ++column) {
        const int word = static_cast<int>(command.parameter_base) + column / machine_.post_lanes;
        const uint8_t* bytes = buffers.parameter.word(word) + column % machine_.post_lanes * spec::parameter_bytes;
        uint32_t bias = 0;
        for (int i = 3; i >= 0; --i) bias = bias << 8 | bytes[i];
        biases.push_back(bias);
    }
    for (int64_t pixel = 0; pixel < command.pixels(); ++pixel) {
        const uint32_t word = static_cast<uint32_t>(command.output_base + pixel * command.output_stride) &
                              spec::word_mask(machine_);
        mx_pixel(rule, machine_.columns, accumulators_.pixel(pixel), biases.data(),
                 buffers.output.word(static_cast<int>(word)), buffers.output.word_bytes());
    }
}

}  // namespace napier::sim
