#pragma once
// Ties the pins to the verilated class of a machine; its ports are those of rtl/generated/napier_<machine>.sv.

#include <verilated.h>
#include <verilated_vcd_c.h>

#include <cstring>
#include <type_traits>

#include "driver/device/verilated/coverage.hpp"
#include "driver/device/verilated/pins.hpp"

namespace napier::driver {

template <typename Verilated>
class VerilatedCore : public Core {
public:
    VerilatedCore(uint64_t power_up_seed, const std::string& waves) {
        context_.randReset(power_up_seed == 0 ? 0 : 2);
        context_.randSeed(int(power_up_seed % 0x7fffffff));
        context_.traceEverOn(!waves.empty());
        top_ = std::make_unique<Verilated>(&context_);
        if (waves.empty()) return;
        waves_ = std::make_unique<VerilatedVcdC>();
        top_->trace(waves_.get(), 99);
        waves_->open(waves.c_str());
    }
    ~VerilatedCore() override {
        if (waves_) waves_->close();
        top_->final();
        write_coverage(context_);
    }

    const Outputs& settle(const Inputs& in) override {
        Verilated& top = *top_;
        top.clk_i = 0;
        top.rst_ni = in.rst_ni;
        top.control_awaddr_i = in.control_awaddr;
        top.control_awvalid_i = in.control_awvalid;
        top.control_wdata_i = in.control_wdata;
        top.control_wstrb_i = 0xf;
        top.control_wvalid_i = in.control_wvalid;
        top.control_bready_i = in.control_bready;
        top.control_araddr_i = in.control_araddr;
        top.control_arvalid_i = in.control_arvalid;
        top.control_rready_i = in.control_rready;
        top.memory_arready_i = in.memory_arready;
        top.memory_rid_i = in.memory_rid;
        std::memcpy(&top.memory_rdata_i, in.memory_rdata.data(), data_bytes);
        top.memory_rresp_i = in.memory_rresp;
        top.memory_rlast_i = in.memory_rlast;
        top.memory_rvalid_i = in.memory_rvalid;
        top.memory_awready_i = in.memory_awready;
        top.memory_wready_i = in.memory_wready;
        top.memory_bid_i = in.memory_bid;
        top.memory_bresp_i = in.memory_bresp;
        top.memory_bvalid_i = in.memory_bvalid;
        top.eval();
        sample();
        return out_;
    }

    void clock() override {
        if (waves_) waves_->dump(context_.time());
        context_.timeInc(1);
        top_->clk_i = 1;
        top_->eval();
        if (waves_) waves_->dump(context_.time());
        context_.timeInc(1);
    }

private:
    static constexpr size_t data_bytes = sizeof(std::remove_reference_t<decltype(Verilated::memory_rdata_i)>);
    static_assert(data_bytes <= most_beat_bytes);

    void sample() {
        const Verilated& top = *top_;
        out_.control_awready = top.control_awready_o;
        out_.control_wready = top.control_wready_o;
        out_.control_bvalid = top.control_bvalid_o;
        out_.control_bresp = top.control_bresp_o;
        out_.control_arready = top.control_arready_o;
        out_.control_rvalid = top.control_rvalid_o;
        out_.control_rresp = top.control_rresp_o;
        out_.control_rdata = top.control_rdata_o;
        out_.read = {top.memory_araddr_o, top.memory_arid_o, top.memory_arlen_o, top.memory_arsize_o,
                     top.memory_arburst_o, bool(top.memory_arvalid_o)};
        out_.write = {top.memory_awaddr_o, top.memory_awid_o, top.memory_awlen_o, top.memory_awsize_o,
                      top.memory_awburst_o, bool(top.memory_awvalid_o)};
        std::memcpy(out_.write_data.data.data(), &top.memory_wdata_o, data_bytes);
        out_.write_data.strobe = top.memory_wstrb_o;
        out_.write_data.last = top.memory_wlast_o;
        out_.write_data.valid = top.memory_wvalid_o;
        out_.memory_rready = top.memory_rready_o;
        out_.memory_bready = top.memory_bready_o;
        out_.interrupt = top.interrupt_o;
        out_.start = {bool(top.event_load_start_o), bool(top.event_exec_start_o), bool(top.event_store_start_o)};
        out_.end = {bool(top.event_load_end_o), bool(top.event_exec_end_o), bool(top.event_store_end_o)};
    }

    VerilatedContext context_;
    std::unique_ptr<Verilated> top_;
    std::unique_ptr<VerilatedVcdC> waves_;
    Outputs out_;
};

}  // namespace napier::driver
