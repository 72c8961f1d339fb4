// What one float32 asks of its block's scale: the least scale code + emax that the rule allows it, before the limits of
// codes. It grows with the magnitude, so a block's is the greatest of its values'. Combinational.
//
// rule_i: 0 floor, 1 ceil, 2 even, 3 rceil (docs/microscaling.md). 0 for values that count as zeros; without meaning
// for infinities and NaN.

module mx_scale #(
  parameter int unsigned Elements = 32'h3F
) (
  input  logic [napier_pkg::ElementCodeBits-1:0] element_i,
  input  logic [1:0]                             rule_i,
  input  logic [30:0]                            magnitude_i,
  output logic [7:0]                             exponent_o
);

  localparam int unsigned Top = 6;  // the most bits of a format behind the leading one

  // Of the chosen format: that many bits of ones, and the greatest value's, both at the fraction's top.
  logic [napier_pkg::ElementCount*2*Top-1:0] formats;
  logic [2*Top-1:0]                          format;
  logic [Top-1:0]                            precision, greatest;

  for (genvar f = 0; f < napier_pkg::ElementCount; f++) begin : gen_format
    localparam bit         IsInteger = napier_pkg::ElementsExponentBits[f*8 +: 8] == 8'd0;
    localparam logic [7:0] Mantissa = napier_pkg::ElementsMantissaBits[f*8 +: 8];
    localparam logic [7:0] Fraction = IsInteger ? Mantissa - 8'd1 : Mantissa;
    localparam logic [7:0] Maximum = napier_pkg::ElementsMaximum[f*8 +: 8];
    localparam bit         Used = ((Elements >> f) & 1) != 0;
    assign formats[f*2*Top +: 2*Top]
        = {2*Top{Used && (Elements == (1 << f) || element_i == napier_pkg::ElementCodeBits'(f))}}
        & {~(Top'('1) >> Fraction), Top'(Maximum << (8'(Top) - Fraction))};
  end

  always_comb begin
    format = '0;
    for (int unsigned f = 0; f < napier_pkg::ElementCount; f++) format = format | formats[f*2*Top +: 2*Top];
  end
  assign {precision, greatest} = format;

  logic [Top-1:0] fraction;
  logic [Top:0]   half;
  logic           rest, up;

  assign fraction = magnitude_i[22 -: Top];
  assign rest = magnitude_i[22-Top:0] != '0;
  // The bits that must be ones for rounding to the precision to reach the next binade: one more than it has.
  assign half = {1'b1, precision};

  always_comb begin
    case (rule_i)
      2'd0: up = 1'b0;
      2'd1: up = fraction != '0 || rest;
      2'd2: up = (magnitude_i[22 -: Top+1] | ~half) == '1;
      default: up = fraction > greatest || (fraction == greatest && rest);
    endcase
  end

  assign exponent_o = (magnitude_i[30:23] == '0) ? '0 : magnitude_i[30:23] + 8'(up);

  logic unused_code;
  assign unused_code = ^element_i;

endmodule
