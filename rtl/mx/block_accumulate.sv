// Adds an exact number to a float32, with one rounding to nearest, ties to even.
//
//   sum_o = round(accumulator_i + (-1)^sign_i * magnitude_i * 2^(exponent_i - (SumBits - 1)))
// exponent_i is that of the magnitude's top bit, which is set unless the magnitude is zero or exponent_i <= -126.
// Subnormals are kept on both sides, a result beyond the greatest float32 is infinity. A sum of zero
// is +0, one that only rounds to zero keeps its sign.
// infinite_i: the addend is an infinity of sign_i. NaN if nan_i, if the accumulator is one, or if opposite infinities
// meet; the NaN is 0x7FC00000 whatever the operands.
//
// Operands and valid_i in cycle t -> sum_o and valid_o in t + Latency, one sum a cycle; Latency = 9 if SumBits > 28,
// else 8.

module block_accumulate #(
  parameter int unsigned SumBits = 24,
  parameter int unsigned ExponentBits = 10
) (
  input  logic                           clk_i,
  input  logic                           rst_ni,
  input  logic                           valid_i,
  input  logic [31:0]                    accumulator_i,
  input  logic                           sign_i,
  input  logic [SumBits-1:0]             magnitude_i,
  input  logic signed [ExponentBits-1:0] exponent_i,
  input  logic                           nan_i,
  input  logic                           infinite_i,
  output logic                           valid_o,
  output logic [31:0]                    sum_o
);

  localparam int unsigned Significand = 24;
  localparam int unsigned WideBits = (SumBits > Significand) ? SumBits : Significand;
  localparam int unsigned AlignBits = WideBits + 3;     // below the operands: guard, round, sticky
  localparam int unsigned TotalBits = AlignBits + 1;    // above them: carry
  localparam int unsigned ShiftBits = $clog2(AlignBits + 1);
  localparam int unsigned LimitBits = $clog2(TotalBits);
  localparam int unsigned NormalizeLatency = (TotalBits > 32) ? 3 : 2;
  localparam int unsigned Latency = 6 + NormalizeLatency;
  localparam int unsigned DifferenceBits = ExponentBits + 1;

  logic [Latency-1:0] valid_q;
  always_ff @(posedge clk_i) begin
    if (!rst_ni) valid_q <= '0;
    else valid_q <= {valid_q[Latency-2:0], valid_i};
  end
  assign valid_o = valid_q[Latency-1];

  // Stage 1: unpack, which operand has the greater exponent, special cases.
  logic [7:0]                       field;
  logic signed [DifferenceBits-1:0] own_exponent, difference;
  logic                             own_special, own_nan, own_infinite, subtract;
  logic                             swap_q, sign_q, subtract_q, nan_q, infinite_q, infinite_sign_q;
  logic signed [DifferenceBits-1:0] difference_q, exponent_q;
  logic [Significand-1:0]           own_q;
  logic [SumBits-1:0]               other_q;

  assign field = accumulator_i[30:23];
  assign own_exponent = DifferenceBits'({field[7:1], field[0] || field == '0}) - DifferenceBits'(127);
  assign difference = own_exponent - DifferenceBits'(exponent_i);
  assign own_special = field == '1;
  assign own_nan = own_special && accumulator_i[22:0] != '0;
  assign own_infinite = own_special && !own_nan;
  assign subtract = accumulator_i[31] != sign_i;

  always_ff @(posedge clk_i) begin
    difference_q <= difference;
    swap_q <= difference[DifferenceBits-1] && magnitude_i[SumBits-1];
    sign_q <= accumulator_i[31];
    subtract_q <= subtract;
    exponent_q <= own_exponent;
    own_q <= {field != '0, accumulator_i[22:0]};
    other_q <= magnitude_i;
    nan_q <= own_nan || nan_i || (own_infinite && infinite_i && subtract);
    infinite_q <= own_infinite || infinite_i;
    infinite_sign_q <= own_infinite ? accumulator_i[31] : sign_i;
  end

  // Stage 2: the operand of the greater exponent is large, the other will be shifted.
  logic [WideBits-1:0]              own, other, large_q, small_q;
  logic signed [DifferenceBits-1:0] distance;
  logic [ShiftBits-1:0]             shift_q;
  // Exponent field of a sum that needs no shift, if it is normal, less 1; and how far it may be shifted.
  logic [9:0]                       large_field, field_q;
  logic                             large_sign_q;
  logic [3:0]                       flags_q;            // subtract, NaN, infinite, sign of the infinity

  assign own = WideBits'(own_q) << (WideBits - Significand);
  assign other = WideBits'(other_q) << (WideBits - SumBits);
  assign distance = swap_q ? -difference_q : difference_q;
  assign large_field = 10'(swap_q ? exponent_q - difference_q : exponent_q) + 10'd127;

  always_ff @(posedge clk_i) begin
    large_q <= swap_q ? other : own;
    small_q <= swap_q ? own : other;
    shift_q <= (distance > DifferenceBits'(signed'(32'(AlignBits)))) ? ShiftBits'(AlignBits) : ShiftBits'(distance);
    field_q <= large_field;
    large_sign_q <= sign_q ^ (swap_q && subtract_q);
    flags_q <= {subtract_q, nan_q, infinite_q, infinite_sign_q};
  end

  // Stages 3 and 4: align.
  logic [AlignBits-1:0] small_aligned;
  logic [WideBits-1:0]  large_1q, large_2q;
  logic [14:0]          side_1q, side_2q;
  logic [13:0]          side_3q;

  align #(.Bits(AlignBits)) u_align (
    .clk_i, .value_i({small_q, 3'b000}), .shift_i(shift_q), .value_o(small_aligned)
  );
  always_ff @(posedge clk_i) begin
    large_1q <= large_q;
    large_2q <= large_1q;
    side_1q <= {field_q, large_sign_q, flags_q};
    side_2q <= side_1q;
  end

  // Stage 5: add; a difference below zero is taken the other way round.
  logic [TotalBits-1:0] greater, lesser, forward, backward, total_q;
  logic                 minus, below, unused_carry;

  assign minus = side_2q[3];
  assign greater = {1'b0, large_2q, 3'b000};
  assign lesser = {1'b0, small_aligned};
  assign {forward, unused_carry} = {greater, 1'b1} + {lesser ^ {TotalBits{minus}}, minus};
  assign backward = lesser - greater;
  assign below = minus && forward[TotalBits-1];

  always_ff @(posedge clk_i) begin
    total_q <= below ? backward : forward;
    side_3q <= {side_2q[14:5], side_2q[4] ^ below, side_2q[2:0]};
  end

  // Normalize: the carry's place is one above the operands', so a shift by the field leads to the least exponent.
  logic [9:0]                        room, late_field;
  logic [TotalBits-1:0]              normal;
  logic [LimitBits-1:0]              shifted;
  logic [14*NormalizeLatency-1:0]    side_late_q;
  logic                              late_sign, late_nan, late_infinite, late_infinite_sign;

  assign room = side_3q[13:4];
  normalize #(.Bits(TotalBits)) u_normalize (
    .clk_i, .value_i(total_q), .limited_i(room[9:LimitBits] == '0), .limit_i(room[LimitBits-1:0]),
    .value_o(normal), .shift_o(shifted)
  );
  always_ff @(posedge clk_i) side_late_q <= {side_late_q[14*(NormalizeLatency-1)-1:0], side_3q};
  assign {late_field, late_sign, late_nan, late_infinite, late_infinite_sign}
      = side_late_q[14*(NormalizeLatency-1) +: 14];

  // Last stage: round. The top bit of the significand adds 1 to the exponent's field, unless the sum is subnormal.
  logic        up, zero;
  logic [32:0] rounded;

  assign up = normal[TotalBits-Significand-1]
      && (normal[TotalBits-Significand] || normal[TotalBits-Significand-2:0] != '0);
  assign rounded = {late_field - 10'(shifted), 23'b0} + 33'(normal[TotalBits-1 -: Significand]) + 33'(up);
  assign zero = normal == '0;

  always_ff @(posedge clk_i) begin
    if (late_nan) sum_o <= 32'h7FC0_0000;
    else if (late_infinite) sum_o <= {late_infinite_sign, 8'hFF, 23'b0};
    else if (zero) sum_o <= '0;
    else if (rounded[32:23] >= 10'd255) sum_o <= {late_sign, 8'hFF, 23'b0};
    else sum_o <= {late_sign, rounded[30:0]};
  end

endmodule
