// Adds a piecewise-affine product (pam_multiply) to a float32 (float32_add), with one rounding.
//
// Operands and valid_i in cycle t -> sum_o and valid_o in t + 9, one sum a cycle.

module pam_accumulate (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        valid_i,
  input  logic [31:0] accumulator_i,
  input  logic [15:0] a_i,
  input  logic [15:0] b_i,
  output logic        valid_o,
  output logic [31:0] sum_o
);

  logic        valid_q;
  logic [31:0] accumulator_q, product;

  pam_multiply u_multiply (.clk_i, .a_i, .b_i, .product_o(product));

  always_ff @(posedge clk_i) begin
    if (!rst_ni) valid_q <= 1'b0;
    else valid_q <= valid_i;
    accumulator_q <= accumulator_i;
  end

  float32_add u_add (
    .clk_i, .rst_ni, .valid_i(valid_q), .a_i(accumulator_q), .b_i(product), .valid_o, .sum_o
  );

endmodule
