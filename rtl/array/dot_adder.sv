// Terms of one PE: minus the distance of two 8-bit numbers, -abs(a - w). Combinational.
// Lane l takes activation byte l and weight byte l; lanes the format does not fill give 0.
// The value is the difference, negated where it is not negative: (value ^ negate) + negate in the adder tree.

module dot_adder #(
  parameter int unsigned ActivationBits = 8,
  parameter int unsigned WeightBits = 8,
  parameter int unsigned LanesMax = 1,
  parameter int unsigned ValueBits = 9
) (
  input  logic [ActivationBits-1:0]     activations_i,
  input  logic [WeightBits-1:0]         weights_i,
  output logic [LanesMax*ValueBits-1:0] values_o,
  output logic [LanesMax-1:0]           negates_o
);

  localparam int unsigned ABits = napier_pkg::FormatAdderActivationBits;
  localparam int unsigned WBits = napier_pkg::FormatAdderWeightBits;
  localparam int unsigned Lanes = napier_pkg::format_lanes(napier_pkg::FormatAdderIndex, ActivationBits, WeightBits);

  for (genvar lane = 0; lane < LanesMax; lane++) begin : gen_lane
    if (lane < Lanes) begin : gen_used
      logic signed [ABits-1:0] a;
      logic signed [WBits-1:0] w;
      logic signed [ABits:0]   difference;
      assign a = activations_i[lane*ABits +: ABits];
      assign w = weights_i[lane*WBits +: WBits];
      assign difference = (ABits+1)'(a) - (ABits+1)'(w);
      assign values_o[lane*ValueBits +: ValueBits] = ValueBits'(difference);
      assign negates_o[lane] = !difference[ABits];
    end else begin : gen_unused
      assign values_o[lane*ValueBits +: ValueBits] = '0;
      assign negates_o[lane] = 1'b0;
    end
  end

  // A machine whose widths are not whole lanes leaves the rest unread.
  logic unused_rest;
  assign unused_rest = ^{activations_i, weights_i};

endmodule
