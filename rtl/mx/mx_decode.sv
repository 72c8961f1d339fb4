// A block of microscaling elements in the form that the products take: each value is
//   (-1)^sign * significand * 2^shift steps,  the block's step being 2^exponent_o, its scale included.
//
// elements_i: the elements of the chosen format without gaps, element 0 in the lowest bits. element_i is one of the
// parameter Elements, a mask by code. nan_o: the scale or an element is NaN. infinites_o: the element is an infinity
// of its sign; its significand is not zero.
//
// enable_i and the other inputs in cycle t -> outputs from t + 1 until after the next enable. No DSP block.

module mx_decode #(
  parameter int unsigned Elements = 32'h3F,
  localparam int unsigned Count = napier_pkg::BlockElements,
  localparam int unsigned InputBits = Count * napier_pkg::element_bits(Elements),
  localparam int unsigned SignificandBits = $clog2(napier_pkg::element_significand_most(Elements) + 1),
  localparam int unsigned ShiftBits = napier_pkg::element_shift_bits(Elements)
) (
  input  logic                                   clk_i,
  input  logic                                   enable_i,
  input  logic [napier_pkg::ElementCodeBits-1:0] element_i,
  input  logic [napier_pkg::ScaleBits-1:0]       scale_i,
  input  logic [InputBits-1:0]                   elements_i,
  output logic [Count-1:0]                       signs_o,
  output logic [Count*SignificandBits-1:0]       significands_o,
  output logic [Count*ShiftBits-1:0]             shifts_o,
  output logic [Count-1:0]                       infinites_o,
  output logic                                   nan_o,
  output logic signed [9:0]                      exponent_o
);

  localparam int unsigned ValueBits = 1 + SignificandBits + ShiftBits + 2;

  // format_values[f]: the block read as format f, zero if it is not chosen. An element: infinite, NaN, sign, shift,
  // significand.
  logic [napier_pkg::ElementCount*Count*ValueBits-1:0] format_values;
  logic [napier_pkg::ElementCount*10-1:0]              format_steps;

  for (genvar f = 0; f < napier_pkg::ElementCount; f++) begin : gen_format
    if (((Elements >> f) & 1) != 0) begin : gen_used
      localparam int unsigned Bits = 32'(napier_pkg::ElementsBits[f*8 +: 8]);
      localparam int unsigned FieldBits = 32'(napier_pkg::ElementsExponentBits[f*8 +: 8]);
      localparam int unsigned MantissaBits = 32'(napier_pkg::ElementsMantissaBits[f*8 +: 8]);
      localparam logic [7:0]  Maximum = napier_pkg::ElementsMaximum[f*8 +: 8];
      localparam logic [7:0]  Specials = napier_pkg::ElementsSpecials[f*8 +: 8];
      localparam logic [7:0]  Step = napier_pkg::ElementsStepExponent[f*8 +: 8];
      logic chosen;
      assign chosen = Elements == (1 << f) || element_i == napier_pkg::ElementCodeBits'(f);
      assign format_steps[f*10 +: 10] = chosen ? 10'(signed'(Step)) : '0;

      for (genvar i = 0; i < Count; i++) begin : gen_element
        logic [Bits-1:0]            code;
        logic [SignificandBits-1:0] significand;
        logic [ShiftBits-1:0]       shift;
        logic                       nan, infinite;
        assign code = elements_i[i*Bits +: Bits];
        if (FieldBits == 0) begin : gen_integer
          assign significand = SignificandBits'(code[Bits-1] ? -code : code);
          assign shift = '0;
        end else begin : gen_float
          logic [FieldBits-1:0] field, above;
          assign above = field - 1'b1;
          assign field = code[MantissaBits +: FieldBits];
          assign significand = SignificandBits'({field != '0, code[MantissaBits-1:0]});
          assign shift = (field == '0) ? '0 : ShiftBits'(above);
        end
        // Above the greatest finite code: all are NaN, or the first is the infinity.
        if (Specials == 8'd0) begin : gen_finite
          assign nan = 1'b0;
          assign infinite = 1'b0;
        end else begin : gen_special
          assign infinite = Specials == 8'd2 && code[Bits-2:0] == (Bits-1)'(Maximum + 8'd1);
          assign nan = code[Bits-2:0] > (Bits-1)'(Maximum) && !infinite;
        end
        assign format_values[(f*Count + i)*ValueBits +: ValueBits]
            = {ValueBits{chosen}} & {infinite, nan, code[Bits-1], shift, significand};
      end
    end else begin : gen_unused
      assign format_steps[f*10 +: 10] = '0;
      assign format_values[f*Count*ValueBits +: Count*ValueBits] = '0;
    end
  end

  logic [Count*ValueBits-1:0] values;
  logic [9:0]                 step;

  always_comb begin
    values = '0;
    step = '0;
    for (int unsigned f = 0; f < napier_pkg::ElementCount; f++) begin
      values = values | format_values[f*Count*ValueBits +: Count*ValueBits];
      step = step | format_steps[f*10 +: 10];
    end
  end

  logic [Count-1:0] nans_q;
  logic             scale_nan_q;

  for (genvar i = 0; i < Count; i++) begin : gen_value
    always_ff @(posedge clk_i) begin
      if (enable_i) begin
        {infinites_o[i], nans_q[i], signs_o[i], shifts_o[i*ShiftBits +: ShiftBits],
         significands_o[i*SignificandBits +: SignificandBits]} <= values[i*ValueBits +: ValueBits];
      end
    end
  end
  always_ff @(posedge clk_i) begin
    if (enable_i) begin
      scale_nan_q <= scale_i == napier_pkg::ScaleNan;
      exponent_o <= 10'(scale_i) - 10'(napier_pkg::ScaleBias) + step;
    end
  end
  assign nan_o = scale_nan_q || nans_q != '0;

  logic unused_code;
  assign unused_code = ^element_i;

endmodule
