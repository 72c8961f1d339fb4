// a + b of float32, rounded to nearest, ties to even (IEEE 754), subnormals kept; but every zero sum is +0, that of two
// -0 as well, and every NaN is 0x7FC00000.
//
// a_i, b_i and valid_i in cycle t -> sum_o and valid_o in t + 8, one sum a cycle.

module float32_add (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        valid_i,
  input  logic [31:0] a_i,
  input  logic [31:0] b_i,
  output logic        valid_o,
  output logic [31:0] sum_o
);

  logic [7:0] field;
  logic       special, infinite;
  logic [9:0] exponent;

  assign field = b_i[30:23];
  assign special = field == '1;
  assign infinite = b_i[22:0] == '0;
  assign exponent = ((field == '0) ? 10'd1 : {2'b00, field}) - 10'd127;

  block_accumulate #(
    .SumBits(24), .ExponentBits(10)
  ) u_add (
    .clk_i, .rst_ni, .valid_i, .accumulator_i(a_i), .sign_i(b_i[31]), .magnitude_i({field != '0, b_i[22:0]}),
    .exponent_i(exponent), .nan_i(special && !infinite), .infinite_i(special && infinite), .valid_o, .sum_o
  );

endmodule
