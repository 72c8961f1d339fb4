// One lane of the post-processor, exact:
//   x = accumulator + bias, with rectify at least 0
//   v = x * significand + (residual ? (residual_byte - residual_zero) * residual_significand : 0)
//   y = round_half_even(v / 2^shift) + output_zero;  result = min(max(y, clamp_low), clamp_high)
// accumulator + bias is modulo 2^AccumulatorBits.
//
// start_i in cycle s: accumulator_i .. residual_byte_i are there in s  ->  result_o in s + Steps + 6, for one cycle,
// and on next_o in the cycle before.
// The significands are multiplied in Steps steps of equal width. Cycles = 1: a pipeline, a start in every cycle.
// Cycles > 1: one step's adders used in turns, Steps = Cycles, starts at least Cycles apart.
// The other inputs are steady from s to s + Steps + 5.

module requantize #(
  parameter int unsigned AccumulatorBits = 24,
  parameter int unsigned Cycles = 8,
  localparam int unsigned SignificandBits = napier_pkg::ParameterSignificandBits,
  localparam int unsigned ShiftBits = napier_pkg::ParameterShiftBits,
  localparam int unsigned Steps = (Cycles == 1) ? 4 : Cycles
) (
  input  logic                       clk_i,
  input  logic                       start_i,
  input  logic [AccumulatorBits-1:0] accumulator_i,
  input  logic [AccumulatorBits-1:0] bias_i,
  input  logic [SignificandBits-1:0] significand_i,
  input  logic [ShiftBits-1:0]       shift_i,
  input  logic                       rectify_i,
  input  logic [7:0]                 residual_byte_i,
  input  logic                       residual_i,
  input  logic [7:0]                 residual_zero_i,
  input  logic [SignificandBits-1:0] residual_significand_i,
  input  logic [7:0]                 output_zero_i,
  input  logic [7:0]                 clamp_low_i,
  input  logic [7:0]                 clamp_high_i,
  output logic [7:0]                 next_o,
  output logic [7:0]                 result_o
);

  localparam int unsigned StepBits = SignificandBits / Steps;
  localparam int unsigned SumBits = AccumulatorBits + 1;
  localparam int unsigned ValueBits = SumBits + SignificandBits;

  logic [AccumulatorBits-1:0] biased, x;
  logic [8:0]                 d;
  logic [ValueBits-1:0]       value;
  logic [ShiftBits-1:0]       value_shift;

  assign biased = accumulator_i + bias_i;
  assign x = (rectify_i && biased[AccumulatorBits-1]) ? '0 : biased;
  assign d = residual_i ? 9'(signed'(residual_byte_i)) - 9'(signed'(residual_zero_i)) : '0;

  if (Cycles == 1) begin : gen_pipeline
    for (genvar k = 0; k <= Steps; k++) begin : gen_step
      // Before step k: operands, the multiplier's bits not yet used, the sum's high part and its final low bits.
      localparam int unsigned LeftBits = (k == Steps) ? 1 : SignificandBits - k * StepBits;
      localparam int unsigned DoneBits = (k == 0) ? 1 : k * StepBits;
      logic [AccumulatorBits-1:0] x_q;
      logic [8:0]                 d_q;
      logic [LeftBits-1:0]        left_q;
      logic [SumBits-1:0]         sum_q;
      logic [DoneBits-1:0]        low_q;
      logic [ShiftBits-1:0]       shift_q;
      if (k == 0) begin : gen_first
        always_ff @(posedge clk_i) begin
          x_q <= x;
          d_q <= d;
          left_q <= significand_i;
          shift_q <= shift_i;
        end
        assign sum_q = '0;
        assign low_q = '0;
      end else begin : gen_next
        logic [SumBits-1:0]  sum;
        logic [StepBits-1:0] low;
        multiply_step #(
          .XBits(AccumulatorBits), .DBits(9), .StepBits(StepBits)
        ) u_step (
          .first_i(k == 1), .sum_i(gen_step[k-1].sum_q),
          .x_i(gen_step[k-1].x_q), .x_bits_i(gen_step[k-1].left_q[StepBits-1:0]),
          .d_i(gen_step[k-1].d_q), .d_bits_i(residual_significand_i[(k-1)*StepBits +: StepBits]),
          .sum_o(sum), .low_o(low)
        );
        always_ff @(posedge clk_i) begin
          x_q <= gen_step[k-1].x_q;
          d_q <= gen_step[k-1].d_q;
          left_q <= LeftBits'(gen_step[k-1].left_q >> StepBits);
          sum_q <= sum;
          low_q <= DoneBits'({low, gen_step[k-1].low_q} >> ((k == 1) ? 1 : 0));
          shift_q <= gen_step[k-1].shift_q;
        end
      end
    end
    logic unused_last;
    assign unused_last
        = ^{gen_step[Steps].x_q, gen_step[Steps].d_q, gen_step[Steps].left_q, gen_step[0].low_q, start_i};
    assign value = {gen_step[Steps].sum_q, gen_step[Steps].low_q};
    assign value_shift = gen_step[Steps].shift_q;
  end else begin : gen_turns
    localparam int unsigned TurnBits = $clog2(Steps);
    logic [AccumulatorBits-1:0] x_q;
    logic [8:0]                 d_q;
    logic [SignificandBits-1:0] left_q, low_q;
    logic [SumBits-1:0]         sum, sum_q;
    logic [StepBits-1:0]        low;
    logic [ShiftBits-1:0]       shift_q, shift_late_q;
    logic [TurnBits-1:0]        turn_q;   // the next step
    logic [StepBits-1:0]        d_bits_q;
    logic                       first_q;
    // The steps' bits stand at multiples of a power of two, so that their places are no products.
    localparam int unsigned StepPlace = 1 << $clog2(StepBits);
    logic [Steps*StepPlace-1:0] placed_bits;
    for (genvar k = 0; k < Steps; k++) begin : gen_place
      assign placed_bits[k*StepPlace +: StepPlace] = StepPlace'(residual_significand_i[k*StepBits +: StepBits]);
    end
    multiply_step #(
      .XBits(AccumulatorBits), .DBits(9), .StepBits(StepBits)
    ) u_step (
      .first_i(first_q), .sum_i(sum_q), .x_i(x_q), .x_bits_i(left_q[StepBits-1:0]), .d_i(d_q),
      .d_bits_i(d_bits_q), .sum_o(sum), .low_o(low)
    );
    always_ff @(posedge clk_i) begin
      if (start_i) begin
        x_q <= x;
        d_q <= d;
        shift_q <= shift_i;
      end
      left_q <= start_i ? significand_i : left_q >> StepBits;
      first_q <= start_i;
      turn_q <= start_i ? TurnBits'(1) : turn_q + 1'b1;
      d_bits_q <= start_i ? residual_significand_i[StepBits-1:0] : placed_bits[32'(turn_q)*StepPlace +: StepBits];
      sum_q <= sum;
      low_q <= {low, low_q[SignificandBits-1:StepBits]};
      shift_late_q <= shift_q;
    end
    assign value = {sum_q, low_q};
    assign value_shift = shift_late_q;
  end

  logic [9:0] rounded;
  logic       beyond, negative;

  round_shift #(
    .ValueBits(ValueBits), .ShiftBits(ShiftBits), .ResultBits(9)
  ) u_round_shift (
    .clk_i(clk_i), .value_i(value), .shift_i(value_shift),
    .result_o(rounded), .beyond_o(beyond), .negative_o(negative)
  );

  // Beyond -256..255 the zero point cannot bring y back between the clamps.
  logic signed [10:0] y;
  logic signed [9:0]  least, least_q;
  logic signed [9:0]  high;
  logic               top_q;

  assign y = 11'(signed'(rounded)) + 11'(signed'(output_zero_i));
  assign least = (beyond ? negative : y < 11'(signed'(clamp_low_i))) ? 10'(signed'(clamp_low_i)) : 10'(y);
  assign high = 10'(signed'(clamp_high_i));
  assign next_o = (top_q || least_q > high) ? clamp_high_i : least_q[7:0];

  always_ff @(posedge clk_i) begin
    top_q <= beyond && !negative;
    least_q <= least;
    result_o <= next_o;
  end

endmodule
