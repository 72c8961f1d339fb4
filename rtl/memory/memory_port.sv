// The AXI4 master: one burst at a time on each address channel, its window checked before it is offered; counts of what
// is outstanding.
//
// Reads. The address register is free in a cycle in which it holds nothing or its burst is accepted. In such a cycle t
// it takes the request of fetch, else that of the loader; its page is compared with the window, which is the same in
// t + 1. If it is inside, *_issued_o is high in t + 1 (the requester steps) and arvalid rises in t + 2; outside,
// *_outside_o is high and nothing is offered. So at best a burst every two cycles.
// Writes. The same, with one requester; but once checked the burst waits until store_ready_i, and only then is issued:
// awvalid rises in the cycle after store_issued_o.
// Fetch reads with ID 0, the loader with ID 1; each in order. R and B are always taken. halt_i: nothing more is issued,
// and no beat or answer handed on. flush_i (soft reset) the same until all that is outstanding has come.
module memory_port #(
  parameter int unsigned AddressBits = 32,
  parameter int unsigned BeatBytes = 4,
  parameter int unsigned MostReads = 6,    // bursts outstanding
  parameter int unsigned MostWrites = 2,
  parameter bit          Lean = 1'b0       // a page is compared in t + 1
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        halt_i,
  input  logic        flush_i,
  input  logic [19:0] read_base_i,
  input  logic [20:0] read_limit_i,
  input  logic [19:0] write_base_i,
  input  logic [20:0] write_limit_i,
  output logic        offering_o,          // an address is on the bus
  output logic        draining_o,          // answers are to come

  input  logic        fetch_request_i,
  input  logic [31:0] fetch_address_i,
  input  logic  [7:0] fetch_length_i,
  output logic        fetch_issued_o,
  output logic        fetch_outside_o,
  output logic        fetch_beat_o,        // rdata, rresp, rlast go to the requesters directly
  input  logic        load_request_i,
  input  logic [31:0] load_address_i,
  input  logic  [7:0] load_length_i,
  output logic        load_issued_o,
  output logic        load_outside_o,
  output logic        load_beat_o,
  input  logic        store_request_i,
  input  logic        store_ready_i,
  input  logic [31:0] store_address_i,
  input  logic  [7:0] store_length_i,
  output logic        store_issued_o,
  output logic        store_outside_o,
  output logic        store_answer_o,

  output logic  [0:0] arid_o,
  output logic [31:0] araddr_o,
  output logic  [7:0] arlen_o,
  output logic  [2:0] arsize_o,
  output logic  [1:0] arburst_o,
  output logic        arvalid_o,
  input  logic        arready_i,
  input  logic  [0:0] rid_i,
  input  logic        rlast_i,
  input  logic        rvalid_i,
  output logic        rready_o,
  output logic  [0:0] awid_o,
  output logic [31:0] awaddr_o,
  output logic  [7:0] awlen_o,
  output logic  [2:0] awsize_o,
  output logic  [1:0] awburst_o,
  output logic        awvalid_o,
  input  logic        awready_i,
  input  logic        bvalid_i,
  output logic        bready_o
);

  localparam logic [1:0] Incrementing = 2'b01;
  localparam int unsigned ReadBits = $clog2(MostReads + 1);
  localparam int unsigned WriteBits = $clog2(MostWrites + 1);

  logic stopped, drain_q;
  assign stopped = halt_i || flush_i || drain_q;

  // Read addresses.
  logic [AddressBits-1:0] read_address, read_address_q;
  logic [19:0] read_page;
  logic read_check_q, read_take, read_fits, read_inside, read_issued;
  assign read_take = !stopped && (fetch_request_i || load_request_i) && !read_check_q && (!arvalid_o || arready_i);
  assign araddr_o = 32'(read_address_q);
  assign read_address = fetch_request_i ? fetch_address_i[AddressBits-1:0] : load_address_i[AddressBits-1:0];
  assign read_page = Lean ? araddr_o[31:12] : 20'(32'(read_address) >> 12);
  assign read_fits = read_page >= read_base_i && {1'b0, read_page} < read_limit_i;
  assign read_issued = read_check_q && read_inside && !stopped;
  always_ff @(posedge clk_i) begin
    if (!rst_ni || stopped) read_check_q <= 1'b0;
    else read_check_q <= read_take;
    if (!rst_ni) arvalid_o <= 1'b0;
    else if (read_issued) arvalid_o <= 1'b1;
    else if (arready_i) arvalid_o <= 1'b0;
    if (read_take) begin
      arid_o[0] <= !fetch_request_i;
      read_address_q <= read_address;
      arlen_o <= fetch_request_i ? fetch_length_i : load_length_i;
    end
  end
  assign arsize_o = 3'($clog2(BeatBytes));
  assign arburst_o = Incrementing;
  assign fetch_outside_o = read_check_q && !read_inside && !stopped && !arid_o[0];
  assign load_outside_o = read_check_q && !read_inside && !stopped && arid_o[0];

  assign rready_o = 1'b1;
  assign fetch_beat_o = rvalid_i && !rid_i[0] && !stopped;
  assign load_beat_o = rvalid_i && rid_i[0] && !stopped;

  // Write addresses.
  logic [AddressBits-1:0] write_address_q;
  logic [19:0] write_page;
  logic write_check_q, write_take, write_fits, write_inside, write_issued;
  assign write_take = !stopped && store_request_i && !write_check_q && (!awvalid_o || awready_i);
  assign awaddr_o = 32'(write_address_q);
  assign write_page = Lean ? awaddr_o[31:12] : 20'(32'(store_address_i[AddressBits-1:0]) >> 12);
  assign write_fits = write_page >= write_base_i && {1'b0, write_page} < write_limit_i;
  assign write_issued = write_check_q && write_inside && store_ready_i && !stopped;
  always_ff @(posedge clk_i) begin
    if (!rst_ni || stopped || write_issued) write_check_q <= 1'b0;
    else if (write_take) write_check_q <= 1'b1;
    if (!rst_ni) awvalid_o <= 1'b0;
    else if (write_issued) awvalid_o <= 1'b1;
    else if (awready_i) awvalid_o <= 1'b0;
    if (write_take) begin
      write_address_q <= store_address_i[AddressBits-1:0];
      awlen_o <= store_length_i;
    end
  end
  assign awid_o = '0;
  assign awsize_o = 3'($clog2(BeatBytes));
  assign awburst_o = Incrementing;
  assign store_issued_o = write_issued;
  assign store_outside_o = write_check_q && !write_inside && !stopped;

  assign bready_o = 1'b1;
  assign store_answer_o = bvalid_i && !stopped;

  if (Lean) begin : gen_late
    assign read_inside = read_fits;
    assign write_inside = write_fits;
    assign fetch_issued_o = read_issued && !arid_o[0];
    assign load_issued_o = read_issued && arid_o[0];
  end else begin : gen_early
    // Much hangs on these two: who asks is kept with the answer.
    logic fetch_inside_q, load_inside_q;
    assign fetch_issued_o = fetch_inside_q && !stopped;
    assign load_issued_o = load_inside_q && !stopped;
    always_ff @(posedge clk_i) begin
      fetch_inside_q <= rst_ni && read_take && read_fits && fetch_request_i;
      load_inside_q <= rst_ni && read_take && read_fits && !fetch_request_i;
      if (read_take) read_inside <= read_fits;
      if (write_take) write_inside <= write_fits;
    end
  end

  // Outstanding, from issue to the last beat or the answer.
  logic [ReadBits-1:0] reads_q;
  logic [WriteBits-1:0] writes_q;
  logic read_ended;
  assign read_ended = rvalid_i && rlast_i;
  assign draining_o = reads_q != '0 || writes_q != '0;
  assign offering_o = arvalid_o || awvalid_o;
  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      reads_q <= '0;
      writes_q <= '0;
      drain_q <= 1'b0;
    end else begin
      if (read_issued != read_ended) reads_q <= read_issued ? reads_q + ReadBits'(1) : reads_q - ReadBits'(1);
      if (write_issued != bvalid_i) writes_q <= write_issued ? writes_q + WriteBits'(1) : writes_q - WriteBits'(1);
      drain_q <= (drain_q || flush_i) && draining_o;
    end
  end

  logic unused;
  assign unused = ^{fetch_address_i, load_address_i, store_address_i};

endmodule
