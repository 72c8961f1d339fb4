// Products of one PE, 8-bit two's complement times 4-bit two's complement; below the array each column's sum is
// multiplied by the scale of its vector (array/vector_scale). Combinational.
// Lane l takes activation byte l and weight bits [4l +: 4]; lanes the format does not fill give 0.
// The negation is the adder tree's: (value ^ negate) + negate.

module dot_vsq #(
  parameter int unsigned ActivationBits = 8,
  parameter int unsigned WeightBits = 4,
  parameter int unsigned LanesMax = 1,
  parameter int unsigned ValueBits = 12
) (
  input  logic [ActivationBits-1:0]     activations_i,
  input  logic [WeightBits-1:0]         weights_i,
  output logic [LanesMax*ValueBits-1:0] values_o,
  output logic [LanesMax-1:0]           negates_o
);

  localparam int unsigned ABits = napier_pkg::FormatVsqActivationBits;
  localparam int unsigned WBits = napier_pkg::FormatVsqWeightBits;
  localparam int unsigned Lanes = napier_pkg::format_lanes(napier_pkg::FormatVsqIndex, ActivationBits, WeightBits);

  for (genvar lane = 0; lane < LanesMax; lane++) begin : gen_lane
    if (lane < Lanes) begin : gen_used
      logic signed [ABits+WBits-1:0] value;
      dot_multiply #(.ABits(ABits), .WBits(WBits)) u_multiply (
        .a_i(activations_i[lane*ABits +: ABits]), .w_i(weights_i[lane*WBits +: WBits]), .value_o(value),
        .negate_o(negates_o[lane])
      );
      assign values_o[lane*ValueBits +: ValueBits] = ValueBits'(value);
    end else begin : gen_unused
      assign values_o[lane*ValueBits +: ValueBits] = '0;
      assign negates_o[lane] = 1'b0;
    end
  end

  // A machine whose widths are not whole lanes leaves the rest unread.
  logic unused_rest;
  assign unused_rest = ^{activations_i, weights_i};

endmodule
