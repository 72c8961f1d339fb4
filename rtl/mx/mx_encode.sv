// A float32 as a microscaling element of scale 2^(scale_i - 127): rounded to nearest, ties to even, then clamped to the
// greatest finite value. Subnormal inputs count as zeros; what rounds to zero keeps its sign where the format has one.
//
// zero_i: the code is 0 whatever the value. The value's exponent field is not 255, nor so far above the scale that its
// binade is above that of the format's greatest value. element_i is one of the mask Elements.
// Inputs in cycle t -> code_o in t + 3, a value a cycle.

module mx_encode #(
  parameter int unsigned Elements = 32'h3F,
  localparam int unsigned CodeBits = napier_pkg::element_bits(Elements)
) (
  input  logic                                   clk_i,
  input  logic [napier_pkg::ElementCodeBits-1:0] element_i,
  input  logic [napier_pkg::ScaleBits-1:0]       scale_i,
  input  logic                                   zero_i,
  input  logic [31:0]                            value_i,
  output logic [CodeBits-1:0]                    code_o
);

  // A format as seen from here: two's complement or not, bits behind the leading one, exponent of the least binade,
  // code of the greatest value, place of the sign.
  localparam int unsigned MostFraction = 6;
  localparam int unsigned SignificandBits = MostFraction + 1;
  localparam int unsigned PlaceBits = 5;
  localparam int unsigned ShiftBits = 4;
  localparam int unsigned FormatBits = 1 + 3 + 10 + 7 + 8;

  logic [napier_pkg::ElementCount*FormatBits-1:0] formats;
  logic [FormatBits-1:0]                          format;
  logic                                           is_integer, integer_q, integer_late_q;
  logic [7:0]                                     sign_place, sign_place_q, sign_place_late_q;
  logic [2:0]                                     fraction_bits;
  logic signed [9:0]                              least;
  logic [6:0]                                     maximum, maximum_q, maximum_late_q;

  for (genvar f = 0; f < napier_pkg::ElementCount; f++) begin : gen_format
    localparam bit                IsInteger = napier_pkg::ElementsExponentBits[f*8 +: 8] == 8'd0;
    localparam logic signed [7:0] Step = napier_pkg::ElementsStepExponent[f*8 +: 8];
    localparam logic [7:0]        Mantissa = napier_pkg::ElementsMantissaBits[f*8 +: 8];
    localparam logic [7:0]        Fraction = IsInteger ? Mantissa - 8'd1 : Mantissa;
    localparam logic [7:0]        Least = Step + Fraction;
    localparam logic [7:0]        Maximum = napier_pkg::ElementsMaximum[f*8 +: 8];
    localparam logic [7:0]        Bits = napier_pkg::ElementsBits[f*8 +: 8];
    localparam bit                Used = ((Elements >> f) & 1) != 0;
    assign formats[f*FormatBits +: FormatBits]
        = {FormatBits{Used && (Elements == (1 << f) || element_i == napier_pkg::ElementCodeBits'(f))}}
        & {IsInteger, 3'(Fraction), 10'(signed'(Least)), 7'(Maximum), 8'd1 << (Bits - 8'd1)};
  end

  always_comb begin
    format = '0;
    for (int unsigned f = 0; f < napier_pkg::ElementCount; f++) format = format | formats[f*FormatBits +: FormatBits];
  end
  assign {is_integer, fraction_bits, least, maximum, sign_place} = format;

  // Stage 1: how far the value's binade is above the least one; below it, the value is a subnormal element.
  logic [7:0]                 field;
  logic signed [9:0]          above;
  logic [9:0]                 right;
  logic [7:0]                 base_q, base_late_q;
  logic [SignificandBits-1:0] significand_q;
  logic                       guard_q, sticky_q, sign_q, sign_late_q, zero_q, zero_late_q;
  logic [ShiftBits-1:0]       shift_q;

  assign field = value_i[30:23];
  assign above = 10'(field) - 10'(scale_i) - least;
  assign right = 10'(MostFraction) - 10'(fraction_bits) + (above[9] ? 10'(-above) : '0);

  always_ff @(posedge clk_i) begin
    base_q <= above[9] ? '0 : 8'(above[PlaceBits-1:0]) << fraction_bits;
    shift_q <= (right > 10'(MostFraction + 2)) ? ShiftBits'(MostFraction + 2) : ShiftBits'(right);
    significand_q <= {1'b1, value_i[22 -: MostFraction]};
    guard_q <= value_i[22-MostFraction];
    sticky_q <= value_i[21-MostFraction:0] != '0;
    sign_q <= value_i[31];
    zero_q <= zero_i;
    integer_q <= is_integer;
    maximum_q <= maximum;
    sign_place_q <= sign_place;
    // A value that counts as zero: nothing is left to round.
    if (field == '0) begin
      base_q <= '0;
      significand_q <= '0;
      guard_q <= 1'b0;
      sticky_q <= 1'b0;
    end
  end

  // Stage 2: the significand in the element's steps, with what lies below them.
  localparam int unsigned WideBits = 2 * SignificandBits + 2;
  logic [WideBits-1:0]        wide;
  logic [SignificandBits-1:0] steps_q;
  logic                       up_q;

  assign wide = {significand_q, guard_q, {(SignificandBits+1){1'b0}}} >> shift_q;

  always_ff @(posedge clk_i) begin
    steps_q <= wide[WideBits-1 -: SignificandBits];
    up_q <= wide[SignificandBits+1]
        && (wide[SignificandBits+2] || wide[SignificandBits:0] != '0 || sticky_q);
    base_late_q <= base_q;
    sign_late_q <= sign_q;
    zero_late_q <= zero_q;
    integer_late_q <= integer_q;
    maximum_late_q <= maximum_q;
    sign_place_late_q <= sign_place_q;
  end

  // Stage 3: round; the carry into the exponent is the right one. Clamp, sign.
  logic [7:0] rounded, signed_code;
  logic [6:0] clamped;

  assign rounded = base_late_q + 8'(steps_q) + 8'(up_q);
  assign clamped = (rounded > {1'b0, maximum_late_q}) ? maximum_late_q : rounded[6:0];

  always_comb begin
    signed_code = {1'b0, clamped};
    if (sign_late_q) signed_code = integer_late_q ? -{1'b0, clamped} : {1'b0, clamped} | sign_place_late_q;
  end
  always_ff @(posedge clk_i) code_o <= zero_late_q ? '0 : CodeBits'(signed_code);

  // Formats of fewer bits leave the rest.
  logic unused_code;
  assign unused_code = ^{element_i, signed_code};

endmodule
