// Rules of memory_port: what an AXI4 master owes the bus on its address channels, and its requesters.
//
// Assumed: fetch has at most FetchAhead and the loader OutstandingReads bursts in flight when it requests, the storer
// OutstandingWrites; the bus sends beats and answers only for bursts whose address it took; a halt stays until a soft
// reset. Addresses and lengths are any, in every cycle; so are the windows of a Lean port, those of others change only
// in a reset.
module memory_port_rules #(
  parameter int unsigned FetchAhead = 1,
  parameter int unsigned OutstandingReads = 2,
  parameter int unsigned OutstandingWrites = 2,
  parameter bit          Lean = 1'b0
) (
  input logic        clk_i,
  input logic        rst_ni,
  input logic        halt_i,
  input logic        flush_i,
  input logic [19:0] read_base_i,
  input logic [20:0] read_limit_i,
  input logic [19:0] write_base_i,
  input logic [20:0] write_limit_i,
  input logic        fetch_request_i,
  input logic [31:0] fetch_address_i,
  input logic  [7:0] fetch_length_i,
  input logic        load_request_i,
  input logic [31:0] load_address_i,
  input logic  [7:0] load_length_i,
  input logic        store_request_i,
  input logic        store_ready_i,
  input logic [31:0] store_address_i,
  input logic  [7:0] store_length_i,
  input logic        arready_i,
  input logic  [0:0] rid_i,
  input logic        rlast_i,
  input logic        rvalid_i,
  input logic        awready_i,
  input logic        bvalid_i
);

  localparam int unsigned AddressBits = 16;
  localparam int unsigned MostReads = FetchAhead + OutstandingReads;

  logic offering, draining, fetch_issued, fetch_outside, fetch_beat, load_issued, load_outside, load_beat;
  logic store_issued, store_outside, store_answer, arvalid, rready, awvalid, bready;
  logic [0:0] arid, awid;
  logic [31:0] araddr, awaddr;
  logic [7:0] arlen, awlen;
  logic [2:0] arsize, awsize;
  logic [1:0] arburst, awburst;
  memory_port #(
    .AddressBits(AddressBits), .BeatBytes(4), .MostReads(MostReads), .MostWrites(OutstandingWrites), .Lean(Lean)
  ) u_memory_port (
    .clk_i(clk_i), .rst_ni(rst_ni), .halt_i(halt_i), .flush_i(flush_i),
    .read_base_i(read_base_i), .read_limit_i(read_limit_i), .write_base_i(write_base_i), .write_limit_i(write_limit_i),
    .offering_o(offering), .draining_o(draining),
    .fetch_request_i(fetch_request_i), .fetch_address_i(fetch_address_i), .fetch_length_i(fetch_length_i),
    .fetch_issued_o(fetch_issued), .fetch_outside_o(fetch_outside), .fetch_beat_o(fetch_beat),
    .load_request_i(load_request_i), .load_address_i(load_address_i), .load_length_i(load_length_i),
    .load_issued_o(load_issued), .load_outside_o(load_outside), .load_beat_o(load_beat),
    .store_request_i(store_request_i), .store_ready_i(store_ready_i), .store_address_i(store_address_i),
    .store_length_i(store_length_i), .store_issued_o(store_issued), .store_outside_o(store_outside),
    .store_answer_o(store_answer),
    .arid_o(arid), .araddr_o(araddr), .arlen_o(arlen), .arsize_o(arsize), .arburst_o(arburst),
    .arvalid_o(arvalid), .arready_i(arready_i),
    .rid_i(rid_i), .rlast_i(rlast_i), .rvalid_i(rvalid_i), .rready_o(rready),
    .awid_o(awid), .awaddr_o(awaddr), .awlen_o(awlen), .awsize_o(awsize), .awburst_o(awburst),
    .awvalid_o(awvalid), .awready_i(awready_i), .bvalid_i(bvalid_i), .bready_o(bready)
  );

  // What is out: issued by the requester's own count, and taken by the bus, by ID. The requesters are reset with
  // flush_i and count from 0 again, so the port drains before it serves them.
  logic [3:0] fetch_out_q, load_out_q, store_out_q, fetch_bus_q, load_bus_q, store_bus_q;
  logic read_address, write_address, fetch_end, load_end;
  assign read_address = arvalid && arready_i;
  assign write_address = awvalid && awready_i;
  assign fetch_end = rvalid_i && rlast_i && !rid_i[0];
  assign load_end = rvalid_i && rlast_i && rid_i[0];
  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      fetch_out_q <= '0;
      load_out_q <= '0;
      store_out_q <= '0;
      fetch_bus_q <= '0;
      load_bus_q <= '0;
      store_bus_q <= '0;
    end else begin
      fetch_out_q <= fetch_out_q + 4'(fetch_issued) - 4'(fetch_end);
      load_out_q <= load_out_q + 4'(load_issued) - 4'(load_end);
      store_out_q <= store_out_q + 4'(store_issued) - 4'(bvalid_i);
      fetch_bus_q <= fetch_bus_q + 4'(read_address && !arid[0]) - 4'(fetch_end);
      load_bus_q <= load_bus_q + 4'(read_address && arid[0]) - 4'(load_end);
      store_bus_q <= store_bus_q + 4'(write_address) - 4'(bvalid_i);
    end
  end

  logic begun_q, rst_q, stopped_q, drain_q, halt_q, flush_q, arvalid_q, arready_q, awvalid_q, awready_q;
  logic [31:0] araddr_q, awaddr_q;
  logic [7:0] arlen_q, awlen_q;
  logic [0:0] arid_q;
  logic read_inside_q, write_inside_q, store_ready_q, fetch_request_q;
  logic [81:0] windows, windows_q;
  assign windows = {read_base_i, read_limit_i, write_base_i, write_limit_i};
  initial begun_q = 1'b0;
  always_ff @(posedge clk_i) begin
    begun_q <= 1'b1;
    rst_q <= rst_ni;
    halt_q <= halt_i;
    flush_q <= flush_i;
    drain_q <= rst_ni && (drain_q || flush_i) && (fetch_out_q != '0 || load_out_q != '0 || store_out_q != '0);
    stopped_q <= halt_i || flush_i || drain_q;
    arvalid_q <= arvalid;
    arready_q <= arready_i;
    araddr_q <= araddr;
    arlen_q <= arlen;
    arid_q <= arid;
    awvalid_q <= awvalid;
    awready_q <= awready_i;
    awaddr_q <= awaddr;
    awlen_q <= awlen;
    read_inside_q <= araddr[31:12] >= read_base_i && {1'b0, araddr[31:12]} < read_limit_i;
    write_inside_q <= awaddr[31:12] >= write_base_i && {1'b0, awaddr[31:12]} < write_limit_i;
    windows_q <= windows;
    store_ready_q <= store_ready_i;
    fetch_request_q <= fetch_request_i;
  end

  always_comb begin
    assume (begun_q || !rst_ni);
    if (begun_q) begin
      assume (!fetch_request_i || fetch_out_q < 4'(FetchAhead));
      assume (!load_request_i || load_out_q < 4'(OutstandingReads));
      assume (!store_request_i || store_out_q < 4'(OutstandingWrites));
      assume (!rvalid_i || (rid_i[0] ? load_bus_q != '0 : fetch_bus_q != '0));
      assume (!bvalid_i || store_bus_q != '0);
      assume (!rst_q || flush_q || !halt_q || halt_i);
      assume (Lean || !rst_q || windows == windows_q);
    end
  end

  always_comb begin
    if (begun_q && !rst_q) begin
      // In the cycle after a reset, from any state, nothing is offered and nothing is outstanding.
      reset_clears: assert (!arvalid && !awvalid && !draining && !fetch_issued && !load_issued && !store_issued);
    end
    if (begun_q && rst_q) begin
      // A read address stands until the bus takes it, through halts and soft resets.
      read_address_waits: assert (!arvalid_q || arready_q || arvalid);
      // While it stands address, length and ID stay the same.
      read_address_is_steady: assert (!arvalid_q || arready_q || (araddr == araddr_q && arlen == arlen_q
          && arid == arid_q));
      // A write address stands until the bus takes it, through halts and soft resets.
      write_address_waits: assert (!awvalid_q || awready_q || awvalid);
      // While it stands address and length stay the same.
      write_address_is_steady: assert (!awvalid_q || awready_q || (awaddr == awaddr_q && awlen == awlen_q));
      // A read address that comes up lay in the read window in the cycle before.
      read_is_inside_the_window: assert (!arvalid || (arvalid_q && !arready_q) || read_inside_q);
      // A write address that comes up lay in the write window in the cycle before.
      write_is_inside_the_window: assert (!awvalid || (awvalid_q && !awready_q) || write_inside_q);
      // A write address comes up only when the storer was ready for its beats.
      write_waits_for_the_storer: assert (!awvalid || (awvalid_q && !awready_q) || store_ready_q);
      // From the cycle after a halt or soft reset on no new read address comes up.
      no_read_after_a_halt: assert (!stopped_q || !arvalid || (arvalid_q && !arready_q));
      // Nor a new write address.
      no_write_after_a_halt: assert (!stopped_q || !awvalid || (awvalid_q && !awready_q));
    end
    if (begun_q) begin
      // Halted, or until the answers to what was out before a soft reset have come, no requester steps.
      nothing_issued_while_stopped: assert (!(halt_i || flush_i || drain_q)
          || !(fetch_issued || load_issued || store_issued || fetch_outside || load_outside || store_outside));
      // Nor is a beat or an answer handed on.
      nothing_handed_on_while_stopped: assert (!(halt_i || flush_i || drain_q) || !(fetch_beat || load_beat
          || store_answer));
      // Otherwise every beat goes to the requester that its ID names, and to no other.
      beats_go_to_their_requester: assert (halt_i || flush_i || drain_q
          || (fetch_beat == (rvalid_i && !rid_i[0]) && load_beat == (rvalid_i && rid_i[0])));
      // Draining exactly while an issued burst has not ended: the port counts what is out, and no count wraps.
      draining_exactly_while_out: assert (draining == (fetch_out_q != '0 || load_out_q != '0 || store_out_q != '0));
      // Of reads no more bursts are out than MostReads, and of each requester no more than it may have.
      reads_out_are_bounded: assert (fetch_out_q <= 4'(FetchAhead) && load_out_q <= 4'(OutstandingReads));
      // Of writes no more bursts are unanswered than OutstandingWrites.
      writes_out_are_bounded: assert (store_out_q <= 4'(OutstandingWrites));
      // A burst that was issued reaches the bus once: what is out is on the bus, or the one address offered.
      issued_bursts_reach_the_bus: assert (fetch_out_q == fetch_bus_q + 4'(arvalid && !arid[0])
          && load_out_q == load_bus_q + 4'(arvalid && arid[0]) && store_out_q == store_bus_q + 4'(awvalid));
      // A request is issued or found outside, never both, and one requester of reads at a time.
      one_verdict_a_request: assert (32'(fetch_issued) + 32'(fetch_outside) + 32'(load_issued) + 32'(load_outside) <= 1
          && !(store_issued && store_outside));
      // Bursts increment, a beat is the bus's width, addresses have AddressBits.
      bursts_are_plain: assert (arburst == 2'b01 && awburst == 2'b01 && arsize == 3'd2 && awsize == 3'd2 && awid == '0
          && araddr[31:AddressBits] == '0 && awaddr[31:AddressBits] == '0);
      // Beats and answers are always taken.
      always_ready_for_answers: assert (rready && bready);
      // Offering tells of an address on the bus.
      offering_tells_of_addresses: assert (offering == (arvalid || awvalid));
    end
    reach_most_reads: cover (begun_q && load_bus_q == 4'(OutstandingReads) && fetch_bus_q == 4'(FetchAhead));
    reach_most_writes: cover (begun_q && store_bus_q == 4'(OutstandingWrites));
    reach_stall_in_a_halt: cover (begun_q && halt_i && arvalid && arvalid_q && awvalid && awvalid_q);
    reach_drained: cover (begun_q && rst_q && stopped_q && !flush_q && !halt_q && !halt_i && !drain_q && !draining);
  end

endmodule
