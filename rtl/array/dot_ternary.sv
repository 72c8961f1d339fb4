// Ternary products of one PE: weight 01 gives +a, 11 gives -a, 00 and 10 give 0. Combinational.
// Lane l takes activation byte l and weight bits [2l +: 2]; lanes the format does not fill give 0.
// Bit 0 of a weight says present, bit 1 negates; the negation is the adder tree's: (value ^ negate) + negate.

module dot_ternary #(
  parameter int unsigned ActivationBits = 16,
  parameter int unsigned WeightBits = 4,
  parameter int unsigned LanesMax = 2,
  parameter int unsigned ValueBits = 8
) (
  input  logic [ActivationBits-1:0]     activations_i,
  input  logic [WeightBits-1:0]         weights_i,
  output logic [LanesMax*ValueBits-1:0] values_o,
  output logic [LanesMax-1:0]           negates_o
);

  localparam int unsigned ABits = napier_pkg::FormatTernaryActivationBits;
  localparam int unsigned WBits = napier_pkg::FormatTernaryWeightBits;
  localparam int unsigned Lanes = napier_pkg::format_lanes(napier_pkg::FormatTernaryIndex, ActivationBits, WeightBits);

  for (genvar lane = 0; lane < LanesMax; lane++) begin : gen_lane
    if (lane < Lanes) begin : gen_used
      logic signed [ABits-1:0] value;
      assign value = activations_i[lane*ABits +: ABits] & {ABits{weights_i[lane*WBits]}};
      assign values_o[lane*ValueBits +: ValueBits] = ValueBits'(value);
      assign negates_o[lane] = weights_i[lane*WBits + 1];
    end else begin : gen_unused
      assign values_o[lane*ValueBits +: ValueBits] = '0;
      assign negates_o[lane] = 1'b0;
    end
  end

  // A machine whose widths are not whole lanes leaves the rest unread.
  logic unused_rest;
  assign unused_rest = ^{activations_i, weights_i};

endmodule
