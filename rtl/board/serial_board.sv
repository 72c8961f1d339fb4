// A board without a processor: a machine of 32-bit beats, block RAM as its memory from address 0 on, and a UART for the
// host. interrupt_o: the machine's, for a lamp. NAPIER_BOARD_MACHINE: module of the machine.
`ifndef NAPIER_BOARD_MACHINE
`define NAPIER_BOARD_MACHINE napier_tiny
`endif
module serial_board #(
  parameter int unsigned Divisor = 16,     // cycles of a bit of the UART
  parameter int unsigned MemoryWords = 16384
) (
  input  logic clk_i,
  input  logic rst_ni,
  input  logic rx_i,
  output logic tx_o,
  output logic interrupt_o
);

  logic bridge_rst_n, device_rst_n;    // the second a cycle later: it goes far
  always_ff @(posedge clk_i) device_rst_n <= bridge_rst_n;
  logic [11:0] control_awaddr, control_araddr;
  logic control_awvalid, control_awready, control_wvalid, control_wready, control_bvalid, control_bready;
  logic control_arvalid, control_arready, control_rvalid, control_rready;
  logic [31:0] control_wdata, control_rdata;
  logic [3:0] control_wstrb;
  logic [1:0] control_bresp, control_rresp;
  logic host_valid, host_ready, host_write;
  logic [29:0] host_word;
  logic [31:0] host_write_data, host_read_data;

  serial_bridge #(
    .Divisor(Divisor), .MemoryWords(MemoryWords)
  ) u_serial_bridge (
    .clk_i(clk_i), .rst_ni(rst_ni), .rx_i(rx_i), .tx_o(tx_o),
    .device_rst_no(bridge_rst_n), .interrupt_i(interrupt_o),
    .awaddr_o(control_awaddr), .awvalid_o(control_awvalid), .awready_i(control_awready),
    .wdata_o(control_wdata), .wstrb_o(control_wstrb), .wvalid_o(control_wvalid), .wready_i(control_wready),
    .bresp_i(control_bresp), .bvalid_i(control_bvalid), .bready_o(control_bready),
    .araddr_o(control_araddr), .arvalid_o(control_arvalid), .arready_i(control_arready),
    .rdata_i(control_rdata), .rresp_i(control_rresp), .rvalid_i(control_rvalid), .rready_o(control_rready),
    .memory_valid_o(host_valid), .memory_ready_i(host_ready), .memory_write_o(host_write),
    .memory_word_o(host_word), .memory_data_o(host_write_data), .memory_data_i(host_read_data)
  );

  logic [0:0] arid, rid, awid, bid;
  logic [31:0] araddr, rdata, awaddr, wdata;
  logic [7:0] arlen, awlen;
  logic [2:0] unused_arsize, unused_awsize;
  logic [1:0] unused_arburst, unused_awburst, rresp, bresp;
  logic [3:0] wstrb;
  logic arvalid, arready, rlast, rvalid, rready, awvalid, awready, unused_wlast, wvalid, wready, bvalid, bready;
  logic [5:0] unused_event;
  `NAPIER_BOARD_MACHINE u_napier (
    .clk_i(clk_i), .rst_ni(device_rst_n),
    .control_awaddr_i(control_awaddr), .control_awvalid_i(control_awvalid), .control_awready_o(control_awready),
    .control_wdata_i(control_wdata), .control_wstrb_i(control_wstrb), .control_wvalid_i(control_wvalid),
    .control_wready_o(control_wready), .control_bresp_o(control_bresp), .control_bvalid_o(control_bvalid),
    .control_bready_i(control_bready), .control_araddr_i(control_araddr), .control_arvalid_i(control_arvalid),
    .control_arready_o(control_arready), .control_rdata_o(control_rdata), .control_rresp_o(control_rresp),
    .control_rvalid_o(control_rvalid), .control_rready_i(control_rready),
    .memory_arid_o(arid), .memory_araddr_o(araddr), .memory_arlen_o(arlen), .memory_arsize_o(unused_arsize),
    .memory_arburst_o(unused_arburst), .memory_arvalid_o(arvalid), .memory_arready_i(arready),
    .memory_rid_i(rid), .memory_rdata_i(rdata), .memory_rresp_i(rresp), .memory_rlast_i(rlast),
    .memory_rvalid_i(rvalid), .memory_rready_o(rready),
    .memory_awid_o(awid), .memory_awaddr_o(awaddr), .memory_awlen_o(awlen), .memory_awsize_o(unused_awsize),
    .memory_awburst_o(unused_awburst), .memory_awvalid_o(awvalid), .memory_awready_i(awready),
    .memory_wdata_o(wdata), .memory_wstrb_o(wstrb), .memory_wlast_o(unused_wlast), .memory_wvalid_o(wvalid),
    .memory_wready_i(wready), .memory_bid_i(bid), .memory_bresp_i(bresp), .memory_bvalid_i(bvalid),
    .memory_bready_o(bready),
    .interrupt_o(interrupt_o),
    .event_load_start_o(unused_event[0]), .event_load_end_o(unused_event[1]),
    .event_exec_start_o(unused_event[2]), .event_exec_end_o(unused_event[3]),
    .event_store_start_o(unused_event[4]), .event_store_end_o(unused_event[5])
  );

  block_memory #(
    .Words(MemoryWords)
  ) u_block_memory (
    .clk_i(clk_i), .rst_ni(device_rst_n),
    .host_valid_i(host_valid), .host_ready_o(host_ready), .host_write_i(host_write), .host_word_i(host_word),
    .host_data_i(host_write_data), .host_data_o(host_read_data),
    .arid_i(arid), .araddr_i(araddr), .arlen_i(arlen), .arvalid_i(arvalid), .arready_o(arready),
    .rid_o(rid), .rdata_o(rdata), .rresp_o(rresp), .rlast_o(rlast), .rvalid_o(rvalid), .rready_i(rready),
    .awid_i(awid), .awaddr_i(awaddr), .awlen_i(awlen), .awvalid_i(awvalid), .awready_o(awready),
    .wdata_i(wdata), .wstrb_i(wstrb), .wvalid_i(wvalid), .wready_o(wready),
    .bid_o(bid), .bresp_o(bresp), .bvalid_o(bvalid), .bready_i(bready)
  );

endmodule
