// The product of two numbers in two's complement, for the formats that multiply. Combinational.
// One row of adders a weight bit; the last row is subtracted. Written as `*` it would take twice the logic.

module dot_multiply #(
  parameter int unsigned ABits = 8,
  parameter int unsigned WBits = 8
) (
  input  logic signed [ABits-1:0]       a_i,
  input  logic        [WBits-1:0]       w_i,
  output logic signed [ABits+WBits-1:0] product_o
);

  // sum: rows 0 to row, without the low bits that are final.
  for (genvar row = 0; row < WBits; row++) begin : gen_row
    logic signed [ABits:0] sum;
    if (row == 0) begin : gen_first
      assign sum = (ABits+1)'(signed'(a_i & {ABits{w_i[0]}}));
    end else if (row + 1 < WBits) begin : gen_middle
      assign sum = (ABits+1)'(signed'(gen_row[row-1].sum[ABits:1])) + (ABits+1)'(signed'(a_i & {ABits{w_i[row]}}));
    end else begin : gen_last
      assign sum = (ABits+1)'(signed'(gen_row[row-1].sum[ABits:1])) - (ABits+1)'(signed'(a_i & {ABits{w_i[row]}}));
    end
    if (row + 1 < WBits) begin : gen_low
      assign product_o[row] = sum[0];
    end else begin : gen_high
      assign product_o[row +: ABits+1] = sum;
    end
  end

endmodule
