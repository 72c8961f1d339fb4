// From finished accumulators to output blocks: bias and clamp of each (mx_finish), then 32 of them to a microscaling
// block as it stands in memory: byte 0 the scale, then the elements without gaps; the rest of block_o is zero.
//
// Lanes accumulators and biases come with valid_i, lowest column first, 32 / Lanes such cycles to a block; idle cycles
// may stand anywhere. low_i .. rule_i (mx_quantize) are steady from a block's first valid_i to its valid_o.
// The last accumulators of a block in cycle t -> block_o and valid_o, for one cycle, in
// t + 15 + log2(Lanes) + 32 / Lanes.
// What mx_finish makes of the accumulators of t stands at values_o, with values_valid_o, in t + 9; with scalar_i there
// that is all, and no block. Without Elements there are no blocks.

module mx_output #(
  parameter int unsigned Elements = 32'h20,
  parameter int unsigned Lanes = 4,
  localparam int unsigned Count = napier_pkg::BlockElements,
  localparam int unsigned CodeBits = napier_pkg::element_bits(Elements),
  localparam int unsigned ScaleBits = napier_pkg::ScaleBits,
  localparam int unsigned BlockBits = ScaleBits + Count * CodeBits
) (
  input  logic                                   clk_i,
  input  logic                                   rst_ni,
  input  logic                                   valid_i,
  input  logic [Lanes*32-1:0]                    accumulators_i,
  input  logic [Lanes*32-1:0]                    biases_i,
  input  logic [31:0]                            low_i,
  input  logic [31:0]                            high_i,
  input  logic [napier_pkg::ElementCodeBits-1:0] element_i,
  input  logic [1:0]                             rule_i,
  input  logic                                   scalar_i,
  output logic                                   values_valid_o,
  output logic [Lanes*32-1:0]                    values_o,
  output logic                                   valid_o,
  output logic [BlockBits-1:0]                   block_o
);

  logic [Lanes-1:0] valids;

  for (genvar lane = 0; lane < Lanes; lane++) begin : gen_lane
    mx_finish u_finish (
      .clk_i, .rst_ni, .valid_i, .value_i(accumulators_i[lane*32 +: 32]), .bias_i(biases_i[lane*32 +: 32]), .low_i,
      .high_i, .valid_o(valids[lane]), .result_o(values_o[lane*32 +: 32])
    );
  end

  assign values_valid_o = valids[0];

  if (Elements == 0) begin : gen_no_blocks
    logic unused_rule;
    assign unused_rule = ^{element_i, rule_i, scalar_i};
    assign valid_o = 1'b0;
    assign block_o = '0;
  end else begin : gen_blocks
    logic                      codes_valid, codes_last;
    logic [ScaleBits-1:0]      scale, scale_q;
    logic [Lanes*CodeBits-1:0] codes;
    logic [Count*CodeBits-1:0] codes_q;

    mx_quantize #(
      .Elements(Elements), .Lanes(Lanes)
    ) u_quantize (
      .clk_i, .rst_ni, .valid_i(valids[0] && !scalar_i), .element_i, .rule_i, .values_i(values_o),
      .valid_o(codes_valid),
      .last_o(codes_last), .scale_o(scale), .codes_o(codes)
    );

    always_ff @(posedge clk_i) begin
      if (!rst_ni) valid_o <= 1'b0;
      else valid_o <= codes_valid && codes_last;
      if (codes_valid) begin
        codes_q <= (Count*CodeBits)'({codes, codes_q} >> (Lanes*CodeBits));
        scale_q <= scale;
      end
    end

    // The codes of each format of the mask, close together.
    logic [napier_pkg::ElementCount*Count*CodeBits-1:0] packed_codes;
    logic [Count*CodeBits-1:0]                          block_codes;

    for (genvar f = 0; f < napier_pkg::ElementCount; f++) begin : gen_format
      localparam int unsigned Bits = 32'(napier_pkg::ElementsBits[f*8 +: 8]);
      logic [Count*CodeBits-1:0] close;
      if (((Elements >> f) & 1) != 0) begin : gen_used
        logic chosen;
        assign chosen = Elements == (1 << f) || element_i == napier_pkg::ElementCodeBits'(f);
        for (genvar i = 0; i < Count; i++) begin : gen_code
          assign close[i*Bits +: Bits] = codes_q[i*CodeBits +: Bits] & {Bits{chosen}};
        end
        if (Bits < CodeBits) begin : gen_rest
          assign close[Count*CodeBits-1 : Count*Bits] = '0;
        end
      end else begin : gen_unused
        assign close = '0;
      end
      assign packed_codes[f*Count*CodeBits +: Count*CodeBits] = close;
    end

    always_comb begin
      block_codes = '0;
      for (int unsigned f = 0; f < napier_pkg::ElementCount; f++) begin
        block_codes = block_codes | packed_codes[f*Count*CodeBits +: Count*CodeBits];
      end
    end
    assign block_o = {block_codes, scale_q};
  end

  logic unused_valids;
  assign unused_valids = ^valids;

endmodule
