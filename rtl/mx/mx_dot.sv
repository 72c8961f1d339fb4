// Exact sum of the 32 products of two decoded blocks (mx_decode), normalized:
//   (-1)^sign_o * magnitude_o * 2^(exponent_o - (SumBits - 1)),  the magnitude's top bit set unless it is zero.
// A sum of zero has sign_o 0 and an exponent of no meaning. nan_o: a scale or an element is NaN, an infinity meets a
// zero, or infinities of both signs are added; else infinite_o: an infinity of sign_o. The other outputs then have no
// meaning.
//
// Inputs and valid_i in cycle t -> outputs and valid_o in t + Latency, a block a cycle; Latency = 11 if SumBits > 32,
// else 10.

module mx_dot #(
  parameter int unsigned AElements = 32'h20,
  parameter int unsigned BElements = 32'h20,
  parameter bit UseMultiplier = 1'b0,
  localparam int unsigned Count = napier_pkg::BlockElements,
  localparam int unsigned ASignificandBits = $clog2(napier_pkg::element_significand_most(AElements) + 1),
  localparam int unsigned BSignificandBits = $clog2(napier_pkg::element_significand_most(BElements) + 1),
  localparam int unsigned AShiftBits = napier_pkg::element_shift_bits(AElements),
  localparam int unsigned BShiftBits = napier_pkg::element_shift_bits(BElements),
  localparam int unsigned SumBits = napier_pkg::block_sum_bits(AElements, BElements)
) (
  input  logic                              clk_i,
  input  logic                              rst_ni,
  input  logic                              valid_i,
  input  logic [Count-1:0]                  a_signs_i,
  input  logic [Count*ASignificandBits-1:0] a_significands_i,
  input  logic [Count*AShiftBits-1:0]       a_shifts_i,
  input  logic [Count-1:0]                  a_infinites_i,
  input  logic                              a_nan_i,
  input  logic signed [9:0]                 a_exponent_i,
  input  logic [Count-1:0]                  b_signs_i,
  input  logic [Count*BSignificandBits-1:0] b_significands_i,
  input  logic [Count*BShiftBits-1:0]       b_shifts_i,
  input  logic [Count-1:0]                  b_infinites_i,
  input  logic                              b_nan_i,
  input  logic signed [9:0]                 b_exponent_i,
  output logic                              valid_o,
  output logic                              sign_o,
  output logic [SumBits-1:0]                magnitude_o,
  output logic signed [9:0]                 exponent_o,
  output logic                              nan_o,
  output logic                              infinite_o
);

  localparam int unsigned Levels = $clog2(Count);
  localparam int unsigned MagnitudeBits = SumBits - Levels;
  localparam int unsigned ShiftMost
      = napier_pkg::element_shift_most(AElements) + napier_pkg::element_shift_most(BElements);
  localparam int unsigned NormalizeLatency = (SumBits > 32) ? 3 : 2;
  localparam int unsigned Latency = 2 + Levels + 1 + NormalizeLatency;
  localparam int unsigned NormalizeBits = $clog2(SumBits);
  localparam bit Special = napier_pkg::element_specials(AElements) == 2 || napier_pkg::element_specials(BElements) == 2;

  // The products. The last one is negated by itself, so that the tree's adders have a carry for each of the others.
  logic [Count*(MagnitudeBits+1)-1:0] values;
  logic [Count-1:0]                   negates, signs, nans, infinites;

  for (genvar i = 0; i < Count; i++) begin : gen_product
    mx_product #(
      .ASignificandBits(ASignificandBits), .BSignificandBits(BSignificandBits), .AShiftBits(AShiftBits),
      .BShiftBits(BShiftBits), .ShiftMost(ShiftMost), .MagnitudeBits(MagnitudeBits), .Whole(i == Count - 1),
      .Special(Special), .UseMultiplier(UseMultiplier)
    ) u_product (
      .clk_i,
      .a_sign_i(a_signs_i[i]), .a_significand_i(a_significands_i[i*ASignificandBits +: ASignificandBits]),
      .a_shift_i(a_shifts_i[i*AShiftBits +: AShiftBits]), .a_infinite_i(a_infinites_i[i]),
      .b_sign_i(b_signs_i[i]), .b_significand_i(b_significands_i[i*BSignificandBits +: BSignificandBits]),
      .b_shift_i(b_shifts_i[i*BShiftBits +: BShiftBits]), .b_infinite_i(b_infinites_i[i]),
      .value_o(values[i*(MagnitudeBits+1) +: MagnitudeBits+1]), .negate_o(negates[i]), .sign_o(signs[i]),
      .nan_o(nans[i]), .infinite_o(infinites[i])
    );
  end

  logic [SumBits:0]   sum;
  logic [SumBits-1:0] magnitude_q;
  logic               sign_q;

  add_tree #(
    .Count(Count), .ValueBits(MagnitudeBits + 1), .SumBits(SumBits + 1)
  ) u_tree (
    .clk_i, .values_i(values), .carries_i(negates[Count-2:0]), .sum_o(sum)
  );

  always_ff @(posedge clk_i) begin
    sign_q <= sum[SumBits];
    magnitude_q <= sum[SumBits] ? -sum[SumBits-1:0] : sum[SumBits-1:0];
  end

  logic [NormalizeBits-1:0] shift;
  normalize #(.Bits(SumBits)) u_normalize (
    .clk_i, .value_i(magnitude_q), .limited_i(1'b0), .limit_i('0), .value_o(magnitude_o), .shift_o(shift)
  );

  // What the sum does not carry: valid, the exponent, special cases.
  logic [Latency-1:0]            valid_q, nan_q;
  logic [(Latency-1)*10-1:0]     exponents_q;
  logic [9:0]                    exponent_q;
  logic [NormalizeLatency-1:0]   signs_q;
  logic [Latency-3:0]            infinite_q, infinite_sign_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) valid_q <= '0;
    else valid_q <= {valid_q[Latency-2:0], valid_i};
    nan_q <= {nan_q[Latency-2:2], nan_q[1] || nans != '0 || ((infinites & signs) != '0 && (infinites & ~signs) != '0),
              nan_q[0], a_nan_i || b_nan_i};
    infinite_q <= {infinite_q[Latency-4:0], infinites != '0};
    infinite_sign_q <= {infinite_sign_q[Latency-4:0], (infinites & signs) != '0};
    signs_q <= {signs_q[NormalizeLatency-2:0], sign_q};
    exponents_q <= {exponents_q[(Latency-2)*10-1:0], a_exponent_i + b_exponent_i + 10'(SumBits - 1)};
  end
  always_ff @(posedge clk_i) exponent_q <= exponents_q[(Latency-2)*10 +: 10];

  assign valid_o = valid_q[Latency-1];
  assign nan_o = nan_q[Latency-1];
  assign infinite_o = infinite_q[Latency-3];
  assign sign_o = infinite_o ? infinite_sign_q[Latency-3] : signs_q[NormalizeLatency-1];
  assign exponent_o = exponent_q - 10'(shift);

  logic unused_product;
  assign unused_product = negates[Count-1];

endmodule
