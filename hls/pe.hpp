#pragma once
// The processing element of rtl/array/pe.sv for one number format, in SystemC's synthesizable subset: activations in
// cycle t, their products and the sum from above in sum_out in t + 1; load takes the weights of the next pass.

#include <algorithm>

#include "hls/products.hpp"

namespace napier::hls {

template <class Format, int ActivationBits, int WeightBits, int SumBits>
SC_MODULE(Pe) {
    static constexpr int lanes = std::min(ActivationBits / Format::activation_bits, WeightBits / Format::weight_bits);

    sc_core::sc_in<bool> clock;
    sc_core::sc_in<sc_dt::sc_biguint<ActivationBits>> activations;  // lane l: activation_bits from bit l of them on
    sc_core::sc_in<bool> load;
    sc_core::sc_in<sc_dt::sc_biguint<WeightBits>> weights;          // lane l: weight_bits
    sc_core::sc_in<sc_dt::sc_int<SumBits>> sum_in;
    sc_core::sc_out<sc_dt::sc_int<SumBits>> sum_out;

    SC_CTOR(Pe) {
        SC_METHOD(step);
        sensitive << clock.pos();
        dont_initialize();
    }

private:
    void step() {
        const sc_dt::sc_biguint<ActivationBits> a = activations.read();
        sc_dt::sc_int<SumBits> sum = sum_in.read();
        for (int lane = 0; lane < lanes; ++lane) {
#pragma hls_unroll yes
            constexpr int a_bits = Format::activation_bits, w_bits = Format::weight_bits;
            const typename Format::Activation activation = a.range(lane * a_bits + a_bits - 1, lane * a_bits).to_int();
            const typename Format::Weight weight = held_.range(lane * w_bits + w_bits - 1, lane * w_bits).to_uint();
            sum = sum + Format::product(activation, weight);
        }
        sum_out.write(sum);
        if (load.read()) held_ = weights.read();
    }

    sc_dt::sc_biguint<WeightBits> held_;
};

}  // namespace napier::hls
