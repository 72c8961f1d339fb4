#include "driver/device/verilated/control_wires.hpp"

namespace napier::driver {

using Kind = WireFault::Kind;

void ControlWires::put(const WireFault& fault) {
    fault_ = fault;
    reads_ = writes_ = 0;
}

bool ControlWires::loses_write() const {
    return (is(Kind::write_lost) && strikes(writes_)) || (is(Kind::gone) && reads_ > fault_.first);
}

const Inputs& ControlWires::to_machine(const Inputs& in) {
    if (!loses_write()) return in;
    in_ = in;
    in_.control_awvalid = in_.control_wvalid = false;
    return in_;
}

void ControlWires::spoil_read(uint32_t& data) {
    const bool ones = (is(Kind::read_ones) && strikes(reads_)) || (is(Kind::gone) && reads_ >= fault_.first);
    if (ones) data = ~0u;
    if (is(Kind::read_stale) && strikes(reads_)) data = seen_.contains(address_) ? seen_.at(address_) : 0;
}

const Outputs& ControlWires::to_bench(const Outputs& out, uint64_t cycle) {
    if (is(Kind::none)) return out;
    out_ = out;
    if (is(Kind::interrupt_low) && strikes(cycle)) out_.interrupt = false;
    if (is(Kind::interrupt_high) && strikes(cycle)) out_.interrupt = true;
    if (out_.control_rvalid) spoil_read(out_.control_rdata);
    if (!loses_write()) return out_;
    out_.control_awready = out_.control_wready = !answer_lost_;
    out_.control_bvalid = answer_lost_;
    return out_;
}

void ControlWires::clock(const Inputs& in, const Outputs& out) {
    if (!in.rst_ni && is(Kind::gone)) fault_ = {};
    if (in.control_arvalid && out.control_arready) address_ = in.control_araddr;
    if (out.control_rvalid && in.control_rready) {
        seen_[address_] = out.control_rdata;
        ++reads_;
    }
    const bool answered = out.control_bvalid && in.control_bready;
    answer_lost_ = loses_write() && !answered && (answer_lost_ || (in.control_awvalid && in.control_wvalid));
    writes_ += answered;
}

}  // namespace napier::driver
