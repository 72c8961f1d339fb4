// Products of one PE with a weight that is 0 or a power of two: bits 2..0 are the exponent of dot_power, bit 3 negates.
// Combinational. Lane l takes activation byte l and weight bits [4l +: 4]; lanes the format does not fill give 0.
// The negation is the adder tree's: (value ^ negate) + negate.

module dot_shift #(
  parameter int unsigned ActivationBits = 8,
  parameter int unsigned WeightBits = 4,
  parameter int unsigned LanesMax = 1,
  parameter int unsigned ValueBits = 14
) (
  input  logic [ActivationBits-1:0]     activations_i,
  input  logic [WeightBits-1:0]         weights_i,
  output logic [LanesMax*ValueBits-1:0] values_o,
  output logic [LanesMax-1:0]           negates_o
);

  localparam int unsigned ABits = napier_pkg::FormatShiftActivationBits;
  localparam int unsigned WBits = napier_pkg::FormatShiftWeightBits;
  localparam int unsigned Lanes = napier_pkg::format_lanes(napier_pkg::FormatShiftIndex, ActivationBits, WeightBits);

  for (genvar lane = 0; lane < LanesMax; lane++) begin : gen_lane
    if (lane < Lanes) begin : gen_used
      logic [WBits-1:0]        w;
      logic signed [ABits+5:0] value;
      assign w = weights_i[lane*WBits +: WBits];
      dot_power #(.ABits(ABits)) u_power (
        .a_i(activations_i[lane*ABits +: ABits]), .e_i(w[2:0]), .value_o(value)
      );
      assign values_o[lane*ValueBits +: ValueBits] = ValueBits'(value);
      assign negates_o[lane] = w[3];
    end else begin : gen_unused
      assign values_o[lane*ValueBits +: ValueBits] = '0;
      assign negates_o[lane] = 1'b0;
    end
  end

  // A machine whose widths are not whole lanes leaves the rest unread.
  logic unused_rest;
  assign unused_rest = ^{activations_i, weights_i};

endmodule
