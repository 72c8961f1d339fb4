// CRC-32 (IEEE 802.3, reflected) of the bytes of beats, byte 0 of a beat first. After the last beat of a burst its bits
// are inverted, so that bursts that end elsewhere have another sum.
//
// clear_i in a cycle: checksum_o is that of no bytes, 0, from the next cycle on. valid_i: data_i counts, seen in the
// next cycle. Each bit of the next state is the parity of those bits of data and state that a constant mask names.
module crc32 #(
  parameter int unsigned BeatBytes = 4
) (
  input  logic                   clk_i,
  input  logic                   clear_i,
  input  logic                   valid_i,
  input  logic                   last_i,
  input  logic [BeatBytes*8-1:0] data_i,
  output logic            [31:0] checksum_o
);

  localparam int unsigned BeatBits = BeatBytes * 8;
  localparam logic [31:0] Polynomial = 32'hEDB88320;

  // Row o: the bits of data that the next state's bit o is the parity of. What the first 32 bits of data do, the state
  // does, too: it is added to them. The last bit of data has one step to go, each one before it one more.
  function automatic logic [32*BeatBits-1:0] masks();
    logic [31:0] state;
    state = Polynomial;
    for (int unsigned i = BeatBits; i > 0; i--) begin
      for (int unsigned o = 0; o < 32; o++) masks[o*BeatBits + i - 1] = state[o];
      state = {1'b0, state[31:1]} ^ (state[0] ? Polynomial : 32'd0);
    end
  endfunction
  localparam logic [32*BeatBits-1:0] Masks = masks();

  logic [31:0] state_q, next;
  logic [BeatBits-1:0] sum;
  assign sum = data_i ^ BeatBits'(state_q);
  always_comb begin
    for (int unsigned o = 0; o < 32; o++) next[o] = ^(sum & Masks[o*BeatBits +: BeatBits]);
  end
  always_ff @(posedge clk_i) begin
    if (clear_i) state_q <= '1;
    else if (valid_i) state_q <= next ^ {32{last_i}};
  end
  assign checksum_o = ~state_q;

endmodule
