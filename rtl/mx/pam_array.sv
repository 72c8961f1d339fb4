// Piecewise-affine products (pam_multiply) of an activation with the weight of each column, a vector of Columns exact
// numbers a cycle, in the form of mx_array: magnitudes of 8 bits, the top bit set unless the product is zero.
//
// first_i goes with the first activation of a pass: weights_i, column c's bfloat16 at c * 16, come with it and stay the
// pass's weights. Inputs in cycle t -> column c's product in t + 2, with valid_o.

module pam_array #(
  parameter int unsigned Columns = 4,
  localparam int unsigned SumBits = 8
) (
  input  logic                       clk_i,
  input  logic                       rst_ni,
  input  logic                       valid_i,
  input  logic                       first_i,
  input  logic [15:0]                activation_i,
  input  logic [Columns*16-1:0]      weights_i,
  output logic                       valid_o,
  output logic [Columns-1:0]         signs_o,
  output logic [Columns*SumBits-1:0] magnitudes_o,
  output logic [Columns*10-1:0]      exponents_o,
  output logic [Columns-1:0]         nans_o,
  output logic [Columns-1:0]         infinites_o
);

  logic [15:0]           activation_q;
  logic [Columns*16-1:0] weights_q;
  logic [1:0]            valid_q;

  always_ff @(posedge clk_i) begin
    activation_q <= activation_i;
    if (first_i) weights_q <= weights_i;
    if (!rst_ni) valid_q <= '0;
    else valid_q <= {valid_q[0], valid_i};
  end

  for (genvar c = 0; c < Columns; c++) begin : gen_column
    logic [31:0] product;
    logic [7:0]  field;
    logic        unused_product;
    pam_multiply u_multiply (
      .clk_i, .a_i(activation_q), .b_i(weights_q[c*16 +: 16]), .product_o(product)
    );
    assign field = product[30:23];
    assign unused_product = ^product[15:0];
    assign signs_o[c] = product[31];
    assign magnitudes_o[c*SumBits +: SumBits] = {field != '0, product[22:16]};
    assign exponents_o[c*10 +: 10] = 10'(field) - 10'd127;
    assign nans_o[c] = field == '1;
  end

  assign valid_o = valid_q[1];
  assign infinites_o = '0;  // a product has none

endmodule
