// Does a processing element of high-level synthesis add its products in the cycle in which rtl/array/pe.sv does, with
// weights that change at any time?

#include <catch2/catch.hpp>

#include <functional>
#include <memory>
#include <vector>

#include "hls/pe.hpp"
#include "sw/formats/formats.hpp"
#include "tests/support/random.hpp"

// SystemC's library has a main that calls it; the main of the tests stands before that.
int sc_main(int, char**) { return 0; }

namespace {

using namespace napier;

constexpr int activation_bits = 32, weight_bits = 8, sum_bits = 24;

// One PE of a format with random inputs, and what it has to say.
template <class Format>
class Bench {
public:
    explicit Bench(const char* name, sc_core::sc_signal<bool>& clock) : random_(Format::format.code), pe_(name) {
        pe_.clock(clock);
        pe_.activations(activations_);
        pe_.load(load_);
        pe_.weights(weights_);
        pe_.sum_in(sum_in_);
        pe_.sum_out(sum_out_);
    }

    void drive() {
        const uint64_t bits = random_.bits();
        activations_.write(static_cast<uint32_t>(bits));
        weights_.write(static_cast<uint8_t>(bits >> 32));
        load_.write(cycle_ == 0 || random_.chance(20));
        sum_in_.write(random_.number(-1000000, 1000000));
    }
    // After the clock edge: `wrong` counts cycles.
    void check() {
        if (cycle_ > 0 && sum_out_.read().to_int() != expected_sum()) ++wrong;
        if (load_.read()) held_ = weights_.read().to_uint();
        ++cycle_;
    }
    int wrong = 0;

private:
    int expected_sum() const {
        const formats::Arithmetic& golden = formats::arithmetic(Format::format);
        int sum = sum_in_.read().to_int();
        for (int lane = 0; lane < pe_.lanes; ++lane) {
            const uint32_t code = held_ >> (lane * Format::weight_bits) & ((1u << Format::weight_bits) - 1);
            const auto activation = static_cast<int8_t>(activations_.read().to_uint() >> (lane * 8));
            sum += golden.term(activation, golden.decode(code));
        }
        return sum;
    }

    test::Random random_;
    hls::Pe<Format, activation_bits, weight_bits, sum_bits> pe_;
    sc_core::sc_signal<sc_dt::sc_biguint<activation_bits>> activations_;
    sc_core::sc_signal<bool> load_;
    sc_core::sc_signal<sc_dt::sc_biguint<weight_bits>> weights_;
    sc_core::sc_signal<sc_dt::sc_int<sum_bits>> sum_in_, sum_out_;
    uint32_t held_ = 0;
    int cycle_ = 0;
};

}  // namespace

TEST_CASE("processing elements of every format, cycle by cycle") {
    sc_core::sc_signal<bool> clock;
    Bench<hls::Int8> int8("int8", clock);
    Bench<hls::Int4> int4("int4", clock);
    Bench<hls::Vsq> vsq("vsq", clock);
    Bench<hls::Ternary> ternary("ternary", clock);
    Bench<hls::Binary> binary("binary", clock);
    Bench<hls::Xnor> xnor("xnor", clock);
    Bench<hls::Shift> shift("shift", clock);
    Bench<hls::Apot> apot("apot", clock);
    Bench<hls::Adder> adder("adder", clock);
    const auto each = [&](const auto& act) {
        act(int8), act(int4), act(vsq), act(ternary), act(binary), act(xnor), act(shift), act(apot), act(adder);
    };
    const sc_core::sc_time half(1, sc_core::SC_NS);
    for (int cycle = 0; cycle < 20'000; ++cycle) {
        each([](auto& bench) { bench.drive(); });
        clock.write(false);
        sc_core::sc_start(half);
        clock.write(true);
        sc_core::sc_start(half);
        each([](auto& bench) { bench.check(); });
    }
    each([](auto& bench) { CHECK(bench.wrong == 0); });
}
