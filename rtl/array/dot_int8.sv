// Products of one PE, 8-bit two's complement times 8-bit two's complement. Combinational, never negated.
// Lane l takes activation byte l and weight byte l; lanes the format does not fill give 0.
// One row of adders a weight bit; the last row is subtracted. Written as `*` it would take twice the logic.

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

  localparam int unsigned ABits = napier_pkg::FormatInt8ActivationBits;
  localparam int unsigned WBits = napier_pkg::FormatInt8WeightBits;
  localparam int unsigned Lanes = napier_pkg::format_lanes(napier_pkg::FormatInt8Index, ActivationBits, WeightBits);

  assign negates_o = '0;

  for (genvar lane = 0; lane < LanesMax; lane++) begin : gen_lane
    if (lane < Lanes) begin : gen_used
      logic signed [ABits-1:0] a;
      logic [WBits-1:0]        w;
      logic signed [ABits+WBits-1:0] product;
      assign a = activations_i[lane*ABits +: ABits];
      assign w = weights_i[lane*WBits +: WBits];

      // high[row]: the partial sum of rows 0 to row, without the row+1 low bits that are final.
      for (genvar row = 0; row < WBits; row++) begin : gen_row
        logic signed [ABits:0] sum;
        if (row == 0) begin : gen_first
          assign sum = (ABits+1)'(signed'(a & {ABits{w[0]}}));
        end else if (row + 1 < WBits) begin : gen_middle
          assign sum = (ABits+1)'(signed'(gen_row[row-1].sum[ABits:1])) + (ABits+1)'(signed'(a & {ABits{w[row]}}));
        end else begin : gen_last
          assign sum = (ABits+1)'(signed'(gen_row[row-1].sum[ABits:1])) - (ABits+1)'(signed'(a & {ABits{w[row]}}));
        end
        if (row + 1 < WBits) begin : gen_low
          assign product[row] = sum[0];
        end else begin : gen_high
          assign product[row +: ABits+1] = sum;
        end
      end
      assign values_o[lane*ValueBits +: ValueBits] = ValueBits'(product);
    end else begin : gen_unused
      assign values_o[lane*ValueBits +: ValueBits] = '0;
    end
  end

  // A machine whose widths are not whole lanes leaves the rest unread.
  logic unused_rest;
  assign unused_rest = ^{activations_i, weights_i};

endmodule
