// Dot products of an activation block with the weight block of each column, a vector of Columns exact sums a cycle.
//
// A block on a port is as in memory: byte 0 the scale, then the elements without gaps; what lies behind a narrower
// format's elements does not count. first_i goes with the first activation block of a pass: weights_i, column c's block
// at c * BBlockBits, and b_element_i come with it and stay the pass's weights.
// Inputs in cycle t -> column c's sum (mx_dot) in t + Latency, with valid_o; Latency = 12 if SumBits > 32, else 11.

module mx_array #(
  parameter int unsigned Columns = 4,
  parameter int unsigned AElements = 32'h20,
  parameter int unsigned BElements = 32'h20,
  parameter bit UseMultiplier = 1'b0,
  localparam int unsigned Count = napier_pkg::BlockElements,
  localparam int unsigned CodeWidth = napier_pkg::ElementCodeBits,
  localparam int unsigned ScaleBits = napier_pkg::ScaleBits,
  localparam int unsigned ABlockBits = ScaleBits + Count * napier_pkg::element_bits(AElements),
  localparam int unsigned BBlockBits = ScaleBits + Count * napier_pkg::element_bits(BElements),
  localparam int unsigned SumBits = napier_pkg::block_sum_bits(AElements, BElements)
) (
  input  logic                          clk_i,
  input  logic                          rst_ni,
  input  logic                          valid_i,
  input  logic                          first_i,
  input  logic [CodeWidth-1:0]          a_element_i,
  input  logic [ABlockBits-1:0]         activations_i,
  input  logic [CodeWidth-1:0]          b_element_i,
  input  logic [Columns*BBlockBits-1:0] weights_i,
  output logic                          valid_o,
  output logic [Columns-1:0]            signs_o,
  output logic [Columns*SumBits-1:0]    magnitudes_o,
  output logic [Columns*10-1:0]         exponents_o,
  output logic [Columns-1:0]            nans_o,
  output logic [Columns-1:0]            infinites_o
);

  localparam int unsigned ASignificandBits = $clog2(napier_pkg::element_significand_most(AElements) + 1);
  localparam int unsigned BSignificandBits = $clog2(napier_pkg::element_significand_most(BElements) + 1);
  localparam int unsigned AShiftBits = napier_pkg::element_shift_bits(AElements);
  localparam int unsigned BShiftBits = napier_pkg::element_shift_bits(BElements);

  logic                              valid_q, a_nan;
  logic [Count-1:0]                  a_signs, a_infinites;
  logic [Count*ASignificandBits-1:0] a_significands;
  logic [Count*AShiftBits-1:0]       a_shifts;
  logic signed [9:0]                 a_exponent;
  logic [Columns-1:0]                valids;

  mx_decode #(.Elements(AElements)) u_activation (
    .clk_i, .enable_i(1'b1), .element_i(a_element_i), .scale_i(activations_i[ScaleBits-1:0]),
    .elements_i(activations_i[ABlockBits-1:ScaleBits]), .signs_o(a_signs), .significands_o(a_significands),
    .shifts_o(a_shifts), .infinites_o(a_infinites), .nan_o(a_nan), .exponent_o(a_exponent)
  );

  always_ff @(posedge clk_i) begin
    if (!rst_ni) valid_q <= 1'b0;
    else valid_q <= valid_i;
  end

  for (genvar c = 0; c < Columns; c++) begin : gen_column
    logic [BBlockBits-1:0]             weights;
    logic                              b_nan;
    logic [Count-1:0]                  b_signs, b_infinites;
    logic [Count*BSignificandBits-1:0] b_significands;
    logic [Count*BShiftBits-1:0]       b_shifts;
    logic signed [9:0]                 b_exponent;

    assign weights = weights_i[c*BBlockBits +: BBlockBits];

    mx_decode #(.Elements(BElements)) u_weight (
      .clk_i, .enable_i(first_i), .element_i(b_element_i), .scale_i(weights[ScaleBits-1:0]),
      .elements_i(weights[BBlockBits-1:ScaleBits]), .signs_o(b_signs), .significands_o(b_significands),
      .shifts_o(b_shifts), .infinites_o(b_infinites), .nan_o(b_nan), .exponent_o(b_exponent)
    );
    mx_dot #(
      .AElements(AElements), .BElements(BElements), .UseMultiplier(UseMultiplier)
    ) u_dot (
      .clk_i, .rst_ni, .valid_i(valid_q),
      .a_signs_i(a_signs), .a_significands_i(a_significands), .a_shifts_i(a_shifts), .a_infinites_i(a_infinites),
      .a_nan_i(a_nan), .a_exponent_i(a_exponent),
      .b_signs_i(b_signs), .b_significands_i(b_significands), .b_shifts_i(b_shifts), .b_infinites_i(b_infinites),
      .b_nan_i(b_nan), .b_exponent_i(b_exponent),
      .valid_o(valids[c]), .sign_o(signs_o[c]), .magnitude_o(magnitudes_o[c*SumBits +: SumBits]),
      .exponent_o(exponents_o[c*10 +: 10]), .nan_o(nans_o[c]), .infinite_o(infinites_o[c])
    );
  end

  assign valid_o = valids[0];

  logic unused_valids;
  assign unused_valids = ^valids;

endmodule
