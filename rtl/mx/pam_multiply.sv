// Piecewise-affine product of two bfloat16 (docs/microscaling.md): the patterns are added and the bias is taken off.
// NaN if an exponent field is 255 or the product's would be 255 or more; a zero of the product's sign if a field is 0
// or the product's would be. Every NaN is 0x7FC00000.
//
// product_o is a float32 whose lower half is zero. a_i and b_i in cycle t -> product_o in t + 1. No DSP block.

module pam_multiply (
  input  logic        clk_i,
  input  logic [15:0] a_i,
  input  logic [15:0] b_i,
  output logic [31:0] product_o
);

  localparam logic [8:0] Bias = 9'd127;

  logic [15:0] sum;
  logic [8:0]  field;
  logic        special, zero;

  assign sum = {1'b0, a_i[14:0]} + {1'b0, b_i[14:0]};
  assign field = sum[15:7] - Bias;
  assign special = a_i[14:7] == '1 || b_i[14:7] == '1;
  assign zero = a_i[14:7] == '0 || b_i[14:7] == '0 || sum[15:7] <= Bias;

  always_ff @(posedge clk_i) begin
    if (special || (!zero && field >= 9'd255)) product_o <= 32'h7FC0_0000;
    else if (zero) product_o <= {a_i[15] ^ b_i[15], 31'b0};
    else product_o <= {a_i[15] ^ b_i[15], field[7:0], sum[6:0], 16'b0};
  end

endmodule
