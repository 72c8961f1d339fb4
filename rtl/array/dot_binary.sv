// Products of one PE with a weight of one bit: 0 gives +a, 1 gives -a. Combinational.
// Lane l takes activation byte l and weight bit l; lanes the format does not fill give 0.
// The negation is the adder tree's: (value ^ negate) + negate.

module dot_binary #(
  parameter int unsigned ActivationBits = 8,
  parameter int unsigned WeightBits = 1,
  parameter int unsigned LanesMax = 1,
  parameter int unsigned ValueBits = 8
) (
  input  logic [ActivationBits-1:0]     activations_i,
  input  logic [WeightBits-1:0]         weights_i,
  output logic [LanesMax*ValueBits-1:0] values_o,
  output logic [LanesMax-1:0]           negates_o
);

  localparam int unsigned ABits = napier_pkg::FormatBinaryActivationBits;
  localparam int unsigned WBits = napier_pkg::FormatBinaryWeightBits;
  localparam int unsigned Lanes = napier_pkg::format_lanes(napier_pkg::FormatBinaryIndex, ActivationBits, WeightBits);

  for (genvar lane = 0; lane < LanesMax; lane++) begin : gen_lane
    if (lane < Lanes) begin : gen_used
      logic signed [ABits-1:0] value;
      assign value = activations_i[lane*ABits +: ABits];
      assign values_o[lane*ValueBits +: ValueBits] = ValueBits'(value);
      assign negates_o[lane] = weights_i[lane*WBits];
    end else begin : gen_unused
      assign values_o[lane*ValueBits +: ValueBits] = '0;
      assign negates_o[lane] = 1'b0;
    end
  end

  // A machine whose widths are not whole lanes leaves the rest unread.
  logic unused_rest;
  assign unused_rest = ^{activations_i, weights_i};

endmodule
