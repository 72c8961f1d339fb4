// Products of one PE, 8-bit two's complement times weights from a table of 8-bit two's complement. Combinational.
// Lane l takes activation byte l and weight byte l, an entry of the table: the array's edge has looked up the indices
// (array/palette). Lanes the format does not fill give 0. The negation is the adder tree's: (value ^ negate) + negate.

module dot_palette #(
  parameter int unsigned ActivationBits = 8,
  parameter int unsigned WeightBits = 4,   // of the indices
  parameter int unsigned LanesMax = 1,
  parameter int unsigned ValueBits = 16,
  localparam int unsigned HeldBits
      = napier_pkg::held_bits(1 << napier_pkg::FormatPaletteIndex, ActivationBits, WeightBits)
) (
  input  logic [ActivationBits-1:0]     activations_i,
  input  logic [HeldBits-1:0]           weights_i,
  output logic [LanesMax*ValueBits-1:0] values_o,
  output logic [LanesMax-1:0]           negates_o
);

  dot_multiply_lanes #(
    .ABits(napier_pkg::FormatPaletteActivationBits), .WBits(napier_pkg::FormatPaletteHeldBits),
    .Lanes(napier_pkg::format_lanes(napier_pkg::FormatPaletteIndex, ActivationBits, WeightBits)),
    .LanesMax(LanesMax), .ActivationBits(ActivationBits), .HeldBits(HeldBits), .ValueBits(ValueBits)
  ) u_lanes (
    .activations_i(activations_i), .weights_i(weights_i), .values_o(values_o), .negates_o(negates_o)
  );

endmodule
