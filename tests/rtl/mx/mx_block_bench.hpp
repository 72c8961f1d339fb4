#pragma once
// Pairs of blocks through the verilated mx_block, one a cycle, each sum compared with the golden one.

#include <catch2/catch.hpp>

#include "Vmx_block.h"
#include "tests/rtl/mx/block_operands.hpp"
#include "tests/rtl/mx/pipeline.hpp"

namespace napier::test {

// As tests/rtl/CMakeLists.txt builds it.
inline constexpr int a_mask = NAPIER_A_ELEMENTS, b_mask = NAPIER_B_ELEMENTS, sum_bits = NAPIER_SUM_BITS;
inline constexpr uint64_t latency = sum_bits > 32 ? 12 : 11;

struct BlockOperands {
    MxOperand a, b;
};

class MxBlockBench {
public:
    // Settled: outputs are looked at with the next inputs on the ports; else before they are, which takes less time.
    explicit MxBlockBench(bool settled = true) : settled_(settled) {}

    void put(const MxOperand& a, const MxOperand& b) {
        pipeline_->a_element_i = static_cast<uint8_t>(a.element);
        pipeline_->a_scale_i = a.block.scale;
        set_elements(pipeline_->a_elements_i, a);
        pipeline_->b_element_i = static_cast<uint8_t>(b.element);
        pipeline_->b_scale_i = b.block.scale;
        set_elements(pipeline_->b_elements_i, b);
        pipeline_.put({a, b});
        step();
    }
    void step() {
        if (const auto operands = pipeline_.output(settled_)) {
            const bool right = output_is(block_sum(product_of(operands->a, operands->b)));
            if (!right && pipeline_.count_wrong()) UNSCOPED_INFO(text_of(operands->a) << text_of(operands->b));
        }
        pipeline_.tick();
    }
    void finish() { pipeline_.finish([this] { step(); }); }

private:
    bool output_is(const sim::BlockSum& sum) {
        if (sum.nan || pipeline_->nan_o != 0) return sum.nan && pipeline_->nan_o != 0;
        if ((pipeline_->infinite_o != 0) != sum.infinite || (pipeline_->sign_o != 0) != sum.negative) return false;
        if (sum.infinite) return true;
        const NormalizedSum expected = normalized(sum, sum_bits);
        const int64_t exponent = sign_extend(pipeline_->exponent_o, 10);
        return wide_port_bits(pipeline_->magnitude_o, 0, sum_bits) == expected.magnitude &&
               (sum.magnitude == 0 || exponent == expected.exponent);
    }

    Pipeline<Vmx_block, BlockOperands> pipeline_{latency};
    bool settled_;
};

}  // namespace napier::test
