// Blocks of 32 float32 values to microscaling blocks: the scale by one of four rules, then the elements, as
// docs/microscaling.md has them ("float32 to a block").
//
// Lanes values come with valid_i, lowest first, so 32 / Lanes such cycles make a block; idle cycles may stand anywhere.
// element_i (one of the mask Elements) and rule_i (mx_scale) are the same in all cycles of a block.
// The last values of a block in cycle t -> its elements in t + Latency .. t + Latency + 32 / Lanes - 1 with valid_o,
// Lanes codes a cycle, each in the low bits of its place; scale_o goes with each of them; last_o with the last.
// Latency = 6 + log2(Lanes). Never stalls. Lanes divides 32.

module mx_quantize #(
  parameter int unsigned Elements = 32'h3F,
  parameter int unsigned Lanes = 4,
  localparam int unsigned CodeBits = napier_pkg::element_bits(Elements)
) (
  input  logic                                   clk_i,
  input  logic                                   rst_ni,
  input  logic                                   valid_i,
  input  logic [napier_pkg::ElementCodeBits-1:0] element_i,
  input  logic [1:0]                             rule_i,
  input  logic [Lanes*32-1:0]                    values_i,
  output logic                                   valid_o,
  output logic                                   last_o,
  output logic [napier_pkg::ScaleBits-1:0]       scale_o,
  output logic [Lanes*CodeBits-1:0]              codes_o
);

  localparam int unsigned Beats = napier_pkg::BlockElements / Lanes;
  localparam int unsigned Levels = $clog2(Lanes);
  localparam int unsigned Latency = 6 + Levels;
  localparam int unsigned BeatBits = (Beats > 1) ? $clog2(Beats) : 1;
  // A word is written over this many valid cycles later, and read at most Latency + Beats cycles after its own.
  localparam int unsigned Words = 1 << $clog2(Latency + Beats);
  localparam int unsigned WordBits = $clog2(Words);
  localparam int unsigned CodeWidth = napier_pkg::ElementCodeBits;

  // The greatest exponent of the values of a cycle, and whether one is not finite: a tree, registered at each level.
  for (genvar k = 0; k <= Levels; k++) begin : gen_level
    localparam int unsigned Left = Lanes >> k;
    logic [Left*8-1:0]    exponents_q;
    logic                 nan_q;
    logic [CodeWidth-1:0] element_q;
    if (k == 0) begin : gen_input
      logic [Lanes*8-1:0] exponents;
      logic [Lanes-1:0]   nans;
      for (genvar lane = 0; lane < Lanes; lane++) begin : gen_lane
        mx_scale #(.Elements(Elements)) u_scale (
          .element_i, .rule_i, .magnitude_i(values_i[lane*32 +: 31]), .exponent_o(exponents[lane*8 +: 8])
        );
        assign nans[lane] = values_i[lane*32+23 +: 8] == '1;
      end
      always_ff @(posedge clk_i) begin
        exponents_q <= exponents;
        nan_q <= nans != '0;
        element_q <= element_i;
      end
    end else begin : gen_greater
      for (genvar i = 0; i < Left; i++) begin : gen_pair
        logic [7:0] left, right;
        assign left = gen_level[k-1].exponents_q[2*i*8 +: 8];
        assign right = gen_level[k-1].exponents_q[(2*i+1)*8 +: 8];
        always_ff @(posedge clk_i) exponents_q[i*8 +: 8] <= (left > right) ? left : right;
      end
      always_ff @(posedge clk_i) begin
        nan_q <= gen_level[k-1].nan_q;
        element_q <= gen_level[k-1].element_q;
      end
    end
  end

  // The cycles of a block counted, at the input and where the tree ends.
  logic [Levels:0]      valid_q;
  logic [BeatBits-1:0]  beat_q;
  logic                 tree_valid, first, last, done_q;
  logic [7:0]           greatest, greatest_q, scale, block_scale_q;
  logic                 nan, greatest_nan_q;
  logic [CodeWidth-1:0] element_q, block_element_q;

  assign tree_valid = valid_q[Levels];
  assign first = beat_q == '0;
  assign last = beat_q == BeatBits'(Beats - 1);
  assign greatest = (first || gen_level[Levels].exponents_q > greatest_q) ? gen_level[Levels].exponents_q : greatest_q;
  assign nan = gen_level[Levels].nan_q || (!first && greatest_nan_q);

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      valid_q <= '0;
      beat_q <= '0;
      done_q <= 1'b0;
    end else begin
      valid_q <= (Levels+1)'({valid_q, valid_i});
      if (tree_valid) beat_q <= last ? '0 : beat_q + 1'b1;
      done_q <= tree_valid && last;
    end
    if (tree_valid) begin
      greatest_q <= greatest;
      greatest_nan_q <= nan;
      element_q <= gen_level[Levels].element_q;
    end
  end

  // The scale within its limits. A block of zeros has the scale 0, as a block below the least scale does.
  logic [7:0] emax;

  always_comb begin
    emax = '0;
    for (int unsigned f = 0; f < napier_pkg::ElementCount; f++) begin
      if (Elements == (1 << f) || (Elements[f] && element_q == CodeWidth'(f))) begin
        emax = emax | napier_pkg::ElementsEmax[f*8 +: 8];
      end
    end
  end
  always_comb begin
    scale = (greatest_q > emax) ? greatest_q - emax : '0;
    if (scale == napier_pkg::ScaleNan) scale = napier_pkg::ScaleNan - 8'd1;
    if (greatest_nan_q) scale = napier_pkg::ScaleNan;
  end

  // The values of a block are read once its scale is known.
  logic                reading_q, read;
  logic [BeatBits-1:0] read_beat_q;
  logic [WordBits-1:0] write_word_q, read_word_q;
  logic [Lanes*32-1:0] values;
  logic [3:0]          out_valid_q, out_last_q;

  assign read = done_q || reading_q;

  ram #(
    .Words(Words), .Bits(Lanes * 32)
  ) u_values (
    .clk_i, .write_enable_i(valid_i), .write_mask_i(1'b1), .write_word_i(write_word_q), .write_data_i(values_i),
    .read_enable_i(read), .read_word_i(read_word_q), .read_data_o(values)
  );

  logic read_last;
  assign read_last = (done_q ? '0 : read_beat_q) == BeatBits'(Beats - 1);

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      write_word_q <= '0;
      read_word_q <= '0;
      reading_q <= 1'b0;
      out_valid_q <= '0;
    end else begin
      if (valid_i) write_word_q <= write_word_q + 1'b1;
      if (read) read_word_q <= read_word_q + 1'b1;
      reading_q <= read && !read_last;
      out_valid_q <= {out_valid_q[2:0], read};
    end
    read_beat_q <= done_q ? BeatBits'(1) : read_beat_q + 1'b1;
    out_last_q <= {out_last_q[2:0], read_last};
    if (done_q) begin
      block_scale_q <= scale;
      block_element_q <= element_q;
    end
  end

  logic [3*8-1:0] scales_q;
  always_ff @(posedge clk_i) scales_q <= {scales_q[15:0], block_scale_q};

  for (genvar lane = 0; lane < Lanes; lane++) begin : gen_encode
    mx_encode #(.Elements(Elements)) u_encode (
      .clk_i, .element_i(block_element_q), .scale_i(block_scale_q), .zero_i(block_scale_q == napier_pkg::ScaleNan),
      .value_i(values[lane*32 +: 32]), .code_o(codes_o[lane*CodeBits +: CodeBits])
    );
  end

  assign valid_o = out_valid_q[3];
  assign last_o = out_last_q[3];
  assign scale_o = scales_q[23:16];

endmodule
