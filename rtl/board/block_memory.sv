// Memory of a board, in inferred RAM: an AXI4 slave of 32-bit beats, and a port of words for the host's bridge.
//
// One thing at a time: a word of the host, then a write burst, then a read burst, as they come. A burst that leaves the
// memory is answered SLVERR; it writes nothing and reads zeros. Bursts are INCR. The host's word is taken in a cycle
// with host_valid_i and host_ready_o high, a word to be read in the fourth cycle of host_valid_i at the earliest; what
// it reads is on host_data_o in the next cycle alone. There are registers in front of the RAM, which is wide, behind
// each of its banks, and behind the choice among them.
module block_memory #(
  parameter int unsigned Words = 1024
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        host_valid_i,
  output logic        host_ready_o,
  input  logic        host_write_i,
  input  logic [29:0] host_word_i,     // below Words
  input  logic [31:0] host_data_i,
  output logic [31:0] host_data_o,
  input  logic  [0:0] arid_i,
  input  logic [31:0] araddr_i,
  input  logic  [7:0] arlen_i,
  input  logic        arvalid_i,
  output logic        arready_o,
  output logic  [0:0] rid_o,
  output logic [31:0] rdata_o,
  output logic  [1:0] rresp_o,
  output logic        rlast_o,
  output logic        rvalid_o,
  input  logic        rready_i,
  input  logic  [0:0] awid_i,
  input  logic [31:0] awaddr_i,
  input  logic  [7:0] awlen_i,
  input  logic        awvalid_i,
  output logic        awready_o,
  input  logic [31:0] wdata_i,
  input  logic  [3:0] wstrb_i,
  input  logic        wvalid_i,
  output logic        wready_o,
  output logic  [0:0] bid_o,
  output logic  [1:0] bresp_o,
  output logic        bvalid_o,
  input  logic        bready_i
);

  localparam int unsigned WordBits = $clog2(Words);
  localparam int unsigned DeepestBits = 14;  // of an address of a block RAM that is one bit wide
  localparam int unsigned BankBits = (WordBits < DeepestBits) ? WordBits : DeepestBits;
  localparam int unsigned Banks = (Words + 2**BankBits - 1) / 2**BankBits;
  localparam int unsigned ChoiceBits = (Banks > 1) ? $clog2(Banks) : 1;
  localparam logic [1:0] Okay = 2'b00;
  localparam logic [1:0] SlaveError = 2'b10;

  typedef enum logic [1:0] {Idle, Read, Write, Answer} state_e;
  state_e state_q;
  logic [WordBits-1:0] word_q;
  logic [7:0] left_q;                  // beats after this one
  logic bad_q;

  // What the first and the last beat's word must be below.
  logic [30:0] read_end, write_end;
  assign read_end = {1'b0, araddr_i[31:2]} + 31'(arlen_i);
  assign write_end = {1'b0, awaddr_i[31:2]} + 31'(awlen_i);

  logic idle, write_beat, read_beat, read_free;
  logic [2:0] fetched_q;               // the host's word: at the RAM's input, at its output, behind its banks
  logic asked_q, asked_last_q;         // a beat is at the RAM's input
  logic ram_valid_q, ram_last_q;       // at its output
  logic bank_valid_q, bank_last_q;     // and behind its banks
  assign idle = state_q == Idle && !rvalid_o && !bank_valid_q && !ram_valid_q && !asked_q;
  assign host_ready_o = idle && (host_write_i || fetched_q[2]);
  assign awready_o = idle && !host_valid_i;
  assign arready_o = awready_o && !awvalid_i;
  assign wready_o = state_q == Write;
  assign write_beat = wready_o && wvalid_i;
  assign read_free = !rvalid_o || rready_i;
  assign read_beat = state_q == Read && read_free;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= Idle;
      rvalid_o <= 1'b0;
      bank_valid_q <= 1'b0;
      ram_valid_q <= 1'b0;
      asked_q <= 1'b0;
      fetched_q <= '0;
    end else begin
      fetched_q <= {fetched_q[1:0], idle && host_valid_i && !host_write_i && fetched_q == '0};
      if (awready_o && awvalid_i) state_q <= Write;
      else if (arready_o && arvalid_i) state_q <= Read;
      else if (write_beat && left_q == '0) state_q <= Answer;
      else if ((read_beat && left_q == '0) || (bvalid_o && bready_i)) state_q <= Idle;
      if (read_free) {rvalid_o, bank_valid_q, ram_valid_q, asked_q} <= {bank_valid_q, ram_valid_q, asked_q, read_beat};
    end
    if (awready_o) begin
      word_q <= awvalid_i ? awaddr_i[WordBits+1:2] : araddr_i[WordBits+1:2];
      left_q <= awvalid_i ? awlen_i : arlen_i;
      bad_q <= (awvalid_i ? write_end : read_end) >= 31'(Words);
      if (awvalid_i) bid_o <= awid_i;
      else rid_o <= arid_i;
    end else if (write_beat || read_beat) begin
      word_q <= word_q + WordBits'(1);
      left_q <= left_q - 8'd1;
    end
    if (read_free) begin
      {rlast_o, bank_last_q, ram_last_q, asked_last_q} <= {bank_last_q, ram_last_q, asked_last_q, left_q == '0};
      rresp_o <= bad_q ? SlaveError : Okay;
      rdata_o <= bad_q ? '0 : chosen;
    end
  end
  assign bvalid_o = state_q == Answer;
  assign bresp_o = bad_q ? SlaveError : Okay;

  // The RAM: one access a cycle, which waits with what it read.
  logic [31:0] chosen, data_q;
  logic [WordBits-1:0] place_q;
  logic [3:0] mask_q;
  logic host;
  assign host = host_valid_i && idle;
  always_ff @(posedge clk_i) begin
    if (read_free) begin
      place_q <= host ? host_word_i[WordBits-1:0] : word_q;
      data_q <= host ? host_data_i : wdata_i;
      mask_q <= host ? {4{host_write_i}} : wstrb_i & {4{write_beat && !bad_q}};
    end
  end
  // Which bank an access is of: at the RAM's input, at its output, behind the banks.
  logic [ChoiceBits-1:0] bank, bank_read_q, bank_kept_q;
  assign bank = ChoiceBits'(32'(place_q) >> BankBits);
  always_ff @(posedge clk_i) begin
    if (read_free) {bank_kept_q, bank_read_q} <= {bank_read_q, bank};
  end
  // A RAM for each bit, so that a block RAM is as deep as it can be and few of them are chosen among.
  for (genvar bit_number = 0; bit_number < 32; bit_number++) begin : gen_bit
    logic [Banks-1:0] kept_q;
    for (genvar b = 0; b < Banks; b++) begin : gen_bank
      localparam int unsigned Rest = Words - b * 2**BankBits;
      (* ram_style = "block", no_rw_check *) logic bits [(Rest < 2**BankBits) ? Rest : 2**BankBits];
      logic read_q;
      always_ff @(posedge clk_i) begin
        if (mask_q[bit_number/8] && bank == ChoiceBits'(b)) bits[place_q[BankBits-1:0]] <= data_q[bit_number];
        if (read_free) read_q <= bits[place_q[BankBits-1:0]];
        if (read_free) kept_q[b] <= read_q;
      end
    end
    assign chosen[bit_number] = kept_q[bank_kept_q];
  end
  always_ff @(posedge clk_i) host_data_o <= chosen;

  logic unused;
  assign unused = ^{host_word_i, araddr_i[1:0], awaddr_i[1:0]};

endmodule
