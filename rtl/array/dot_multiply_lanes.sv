// Products of one PE for the formats that multiply: activation byte times weight in two's complement. Combinational.
// Lane l takes activation bits [ABits*l +: ABits] and weight bits [WBits*l +: WBits]; lanes the format does not fill
// give 0. The negation is the adder tree's: (value ^ negate) + negate.

module dot_multiply_lanes #(
  parameter int unsigned ABits = 8,
  parameter int unsigned WBits = 8,            // of a weight in the PE
  parameter int unsigned Lanes = 1,            // the format fills
  parameter int unsigned LanesMax = 1,
  parameter int unsigned ActivationBits = 8,
  parameter int unsigned HeldBits = 8,         // of all weights in the PE
  parameter int unsigned ValueBits = 16
) (
  input  logic [ActivationBits-1:0]     activations_i,
  input  logic [HeldBits-1:0]           weights_i,
  output logic [LanesMax*ValueBits-1:0] values_o,
  output logic [LanesMax-1:0]           negates_o
);

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
