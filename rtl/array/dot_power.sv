// An activation times a power of two or zero, for the formats that shift: 0 if e is 0, else a * 2^(e-1). Combinational.
// Three stages, of one, two and four places; the shift is at most 6.

module dot_power #(
  parameter int unsigned ABits = 8
) (
  input  logic signed [ABits-1:0] a_i,
  input  logic        [2:0]       e_i,
  output logic signed [ABits+5:0] value_o
);

  logic        [2:0]       places;
  logic signed [ABits-1:0] present;
  logic signed [ABits:0]   one;
  logic signed [ABits+2:0] two;

  assign places = e_i - 3'd1;
  assign present = a_i & {ABits{e_i != 3'd0}};
  assign one = places[0] ? {present, 1'b0} : (ABits+1)'(present);
  assign two = places[1] ? {one, 2'b00} : (ABits+3)'(one);
  assign value_o = (ABits+6)'(places[2] ? {two, 4'b0000} : (ABits+7)'(two));

endmodule
