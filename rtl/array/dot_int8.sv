// Products of one PE, 8-bit two's complement times 8-bit two's complement. Combinational.
// Lane l takes activation byte l and weight bits [8l +: 8]; lanes the format does not fill give 0.
// The negation is the adder tree's: (value ^ negate) + negate.

module dot_int8 #(
  parameter int unsigned ActivationBits = 8,
  parameter int unsigned WeightBits = 8,
  parameter int unsigned LanesMax = 1,
  parameter int unsigned ValueBits = 16
) (
  input  logic [ActivationBits-1:0]     activations_i,
  input  logic [WeightBits-1:0]         weights_i,
  output logic [LanesMax*ValueBits-1:0] values_o,
  output logic [LanesMax-1:0]           negates_o
);

  dot_multiply_lanes #(
    .ABits(napier_pkg::FormatInt8ActivationBits), .WBits(napier_pkg::FormatInt8WeightBits),
    .Lanes(napier_pkg::format_lanes(napier_pkg::FormatInt8Index, ActivationBits, WeightBits)),
    .LanesMax(LanesMax), .ActivationBits(ActivationBits), .HeldBits(WeightBits), .ValueBits(ValueBits)
  ) u_lanes (
    .activations_i(activations_i), .weights_i(weights_i), .values_o(values_o), .negates_o(negates_o)
  );

endmodule
