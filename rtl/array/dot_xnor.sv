// Products of one PE with channels of one bit, eight to a lane: 0 is +1, 1 is -1. Combinational, never negated.
// Lane l takes activation byte l and weight byte l; a lane's value is the sum of its eight products. Lanes the format
// does not fill give 0.

module dot_xnor #(
  parameter int unsigned ActivationBits = 8,
  parameter int unsigned WeightBits = 8,
  parameter int unsigned LanesMax = 1,
  parameter int unsigned ValueBits = 5
) (
  input  logic [ActivationBits-1:0]     activations_i,
  input  logic [WeightBits-1:0]         weights_i,
  output logic [LanesMax*ValueBits-1:0] values_o,
  output logic [LanesMax-1:0]           negates_o
);

  localparam int unsigned ABits = napier_pkg::FormatXnorActivationBits;
  localparam int unsigned WBits = napier_pkg::FormatXnorWeightBits;
  localparam int unsigned Lanes = napier_pkg::format_lanes(napier_pkg::FormatXnorIndex, ActivationBits, WeightBits);

  for (genvar lane = 0; lane < LanesMax; lane++) begin : gen_lane
    if (lane < Lanes) begin : gen_used
      logic [ABits-1:0]  differs;
      logic [3:0]        count;
      logic signed [4:0] value;
      assign differs = activations_i[lane*ABits +: ABits] ^ weights_i[lane*WBits +: WBits];
      always_comb begin
        count = '0;
        for (int unsigned i = 0; i < ABits; i++) count = count + 4'(differs[i]);
      end
      assign value = 5'sd8 - 5'({count, 1'b0});
      assign values_o[lane*ValueBits +: ValueBits] = ValueBits'(value);
      assign negates_o[lane] = 1'b0;
    end else begin : gen_unused
      assign values_o[lane*ValueBits +: ValueBits] = '0;
      assign negates_o[lane] = 1'b0;
    end
  end

  // A machine whose widths are not whole lanes leaves the rest unread.
  logic unused_rest;
  assign unused_rest = ^{activations_i, weights_i};

endmodule
