// Product of two short unsigned numbers, combinational: rows of adders, or `*` (a DSP block) with UseMultiplier.

module mx_multiply #(
  parameter int unsigned ABits = 2,
  parameter int unsigned BBits = 2,
  parameter bit UseMultiplier = 1'b0
) (
  input  logic [ABits-1:0]       a_i,
  input  logic [BBits-1:0]       b_i,
  output logic [ABits+BBits-1:0] product_o
);

  if (UseMultiplier) begin : gen_multiplier
    assign product_o = (ABits+BBits)'(a_i) * (ABits+BBits)'(b_i);
  end else begin : gen_rows
    // sum: rows 0 to row, without the row low bits that are final.
    for (genvar row = 0; row < BBits; row++) begin : gen_row
      logic [ABits:0] sum;
      if (row == 0) begin : gen_first
        assign sum = {1'b0, a_i & {ABits{b_i[0]}}};
      end else begin : gen_next
        assign sum = {1'b0, gen_row[row-1].sum[ABits:1]} + {1'b0, a_i & {ABits{b_i[row]}}};
      end
      if (row + 1 < BBits) begin : gen_low
        assign product_o[row] = sum[0];
      end else begin : gen_high
        assign product_o[row +: ABits+1] = sum;
      end
    end
  end

endmodule
