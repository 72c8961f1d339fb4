// Products of one PE with a weight that is a sum of two powers of two, either of them perhaps 0: bits 6..4 and 2..0 are
// the exponents of two dot_power, bit 7 negates the sum, bit 3 is not read. Combinational.
// Lane l takes activation byte l and weight byte l; lanes the format does not fill give 0.
// The negation is the adder tree's: (value ^ negate) + negate.

module dot_apot #(
  parameter int unsigned ActivationBits = 8,
  parameter int unsigned WeightBits = 8,
  parameter int unsigned LanesMax = 1,
  parameter int unsigned ValueBits = 15
) (
  input  logic [ActivationBits-1:0]     activations_i,
  input  logic [WeightBits-1:0]         weights_i,
  output logic [LanesMax*ValueBits-1:0] values_o,
  output logic [LanesMax-1:0]           negates_o
);

  localparam int unsigned ABits = napier_pkg::FormatApotActivationBits;
  localparam int unsigned WBits = napier_pkg::FormatApotWeightBits;
  localparam int unsigned Lanes = napier_pkg::format_lanes(napier_pkg::FormatApotIndex, ActivationBits, WeightBits);

  for (genvar lane = 0; lane < LanesMax; lane++) begin : gen_lane
    if (lane < Lanes) begin : gen_used
      localparam int unsigned W = lane * WBits;
      logic signed [ABits-1:0] a;
      logic signed [ABits+5:0] high, low;
      logic signed [ABits+6:0] value;
      assign a = activations_i[lane*ABits +: ABits];
      dot_power #(.ABits(ABits)) u_high (.a_i(a), .e_i(weights_i[W+4 +: 3]), .value_o(high));
      dot_power #(.ABits(ABits)) u_low (.a_i(a), .e_i(weights_i[W +: 3]), .value_o(low));
      assign value = (ABits+7)'(high) + (ABits+7)'(low);
      assign values_o[lane*ValueBits +: ValueBits] = ValueBits'(value);
      assign negates_o[lane] = weights_i[W+7];
    end else begin : gen_unused
      assign values_o[lane*ValueBits +: ValueBits] = '0;
      assign negates_o[lane] = 1'b0;
    end
  end

  // A machine whose widths are not whole lanes leaves the rest unread.
  logic unused_rest;
  assign unused_rest = ^{activations_i, weights_i};

endmodule
