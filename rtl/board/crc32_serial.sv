// CRC-32 (IEEE 802.3, reflected) of bytes, a bit a cycle.
//
// clear_i: as of no bytes, from the next cycle on. A byte given with valid_i is summed after eight more cycles; the
// next must not come sooner.
module crc32_serial (
  input  logic        clk_i,
  input  logic        clear_i,
  input  logic        valid_i,
  input  logic  [7:0] data_i,
  output logic [31:0] checksum_o
);

  localparam logic [31:0] Polynomial = 32'hEDB88320;

  logic [31:0] state_q;
  logic [7:0] byte_q;
  logic [3:0] left_q;
  always_ff @(posedge clk_i) begin
    if (clear_i) left_q <= '0;
    else if (valid_i) left_q <= 4'd8;
    else if (left_q != '0) left_q <= left_q - 4'd1;
    if (valid_i) byte_q <= data_i;
    else byte_q <= {1'b0, byte_q[7:1]};
    if (clear_i) state_q <= '1;
    else if (left_q != '0) state_q <= {1'b0, state_q[31:1]} ^ (state_q[0] != byte_q[0] ? Polynomial : 32'd0);
  end
  assign checksum_o = ~state_q;

endmodule
