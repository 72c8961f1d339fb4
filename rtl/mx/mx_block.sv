// Dot product of two microscaling blocks, each 32 elements and a scale, exact and normalized; what stands at the
// outputs: see mx_dot. The scales count: value = 2^(a_scale_i - 127) * 2^(b_scale_i - 127) * sum of the products.
//
// a_element_i, b_element_i: codes of the two formats, of the masks AElements and BElements; any pair of them.
// a_elements_i, b_elements_i: the elements without gaps, element 0 in the lowest bits.
// Inputs and valid_i in cycle t -> outputs and valid_o in t + Latency, a block a cycle; Latency = 12 if SumBits > 32,
// else 11. No DSP block unless UseMultiplier.

module mx_block #(
  parameter int unsigned AElements = 32'h20,
  parameter int unsigned BElements = 32'h20,
  parameter bit UseMultiplier = 1'b0,
  localparam int unsigned Count = napier_pkg::BlockElements,
  localparam int unsigned AInputBits = Count * napier_pkg::element_bits(AElements),
  localparam int unsigned BInputBits = Count * napier_pkg::element_bits(BElements),
  localparam int unsigned SumBits = napier_pkg::block_sum_bits(AElements, BElements)
) (
  input  logic                                   clk_i,
  input  logic                                   rst_ni,
  input  logic                                   valid_i,
  input  logic [napier_pkg::ElementCodeBits-1:0] a_element_i,
  input  logic [napier_pkg::ScaleBits-1:0]       a_scale_i,
  input  logic [AInputBits-1:0]                  a_elements_i,
  input  logic [napier_pkg::ElementCodeBits-1:0] b_element_i,
  input  logic [napier_pkg::ScaleBits-1:0]       b_scale_i,
  input  logic [BInputBits-1:0]                  b_elements_i,
  output logic                                   valid_o,
  output logic                                   sign_o,
  output logic [SumBits-1:0]                     magnitude_o,
  output logic signed [9:0]                      exponent_o,
  output logic                                   nan_o,
  output logic                                   infinite_o
);

  localparam int unsigned ASignificandBits = $clog2(napier_pkg::element_significand_most(AElements) + 1);
  localparam int unsigned BSignificandBits = $clog2(napier_pkg::element_significand_most(BElements) + 1);
  localparam int unsigned AShiftBits = napier_pkg::element_shift_bits(AElements);
  localparam int unsigned BShiftBits = napier_pkg::element_shift_bits(BElements);

  logic                              valid_q, a_nan, b_nan;
  logic [Count-1:0]                  a_signs, b_signs, a_infinites, b_infinites;
  logic [Count*ASignificandBits-1:0] a_significands;
  logic [Count*BSignificandBits-1:0] b_significands;
  logic [Count*AShiftBits-1:0]       a_shifts;
  logic [Count*BShiftBits-1:0]       b_shifts;
  logic signed [9:0]                 a_exponent, b_exponent;

  mx_decode #(.Elements(AElements)) u_decode_a (
    .clk_i, .enable_i(1'b1), .element_i(a_element_i), .scale_i(a_scale_i), .elements_i(a_elements_i), .signs_o(a_signs),
    .significands_o(a_significands), .shifts_o(a_shifts), .infinites_o(a_infinites), .nan_o(a_nan),
    .exponent_o(a_exponent)
  );
  mx_decode #(.Elements(BElements)) u_decode_b (
    .clk_i, .enable_i(1'b1), .element_i(b_element_i), .scale_i(b_scale_i), .elements_i(b_elements_i), .signs_o(b_signs),
    .significands_o(b_significands), .shifts_o(b_shifts), .infinites_o(b_infinites), .nan_o(b_nan),
    .exponent_o(b_exponent)
  );

  always_ff @(posedge clk_i) begin
    if (!rst_ni) valid_q <= 1'b0;
    else valid_q <= valid_i;
  end

  mx_dot #(
    .AElements(AElements), .BElements(BElements), .UseMultiplier(UseMultiplier)
  ) u_dot (
    .clk_i, .rst_ni, .valid_i(valid_q),
    .a_signs_i(a_signs), .a_significands_i(a_significands), .a_shifts_i(a_shifts), .a_infinites_i(a_infinites),
    .a_nan_i(a_nan), .a_exponent_i(a_exponent),
    .b_signs_i(b_signs), .b_significands_i(b_significands), .b_shifts_i(b_shifts), .b_infinites_i(b_infinites),
    .b_nan_i(b_nan), .b_exponent_i(b_exponent),
    .valid_o, .sign_o, .magnitude_o, .exponent_o, .nan_o, .infinite_o
  );

endmodule
