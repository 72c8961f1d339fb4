// Accumulators of a tile: one word of all columns a pixel, in one or two halves, each a RAM of its own.
//
// Array side. valid_i in cycle t: a vector of activations enters the array; those of a pass are pixels 0, 1, 2 ...
// overwrite_i, triple_i and half_i count in the first: a pass adds to nothing, to three times the accumulators, or to
// them as they are. From the array come tail_i in t + Latency for the first of a pass, and
// sums_i in t + Latency + 1. The word is read in t + Latency, the sum made in t + Latency + 1 and written in
// t + Latency + 2; passes must start at least 3 cycles apart.
// last_i goes with a command's last vector; drained_o is set in the cycle of its write, t + Latency + 2.
//
// Window engine's side. late_valid_i in cycle t, when nothing of the array is on its way: a word, read in t, with its
// sums_i in t + 1, written in t + 2; those of a command are words 0, 1, 2 ... late_first_i and late_last_i are with its
// first and last.
//
// Post-processor's side. read_enable_i in t -> data of read_half_i, read_pixel_i in t + 1. It reads a half that the
// array does not use.

module accumulator #(
  parameter int unsigned Columns = 4,
  parameter int unsigned AccumulatorBits = 24,
  parameter int unsigned AccumulatorDepth = 128,
  parameter int unsigned AccumulatorHalves = 1,
  parameter int unsigned SumBits = 12,
  parameter int unsigned Latency = 7,
  localparam int unsigned PixelBits = $clog2(AccumulatorDepth),
  localparam int unsigned WordBits = Columns * AccumulatorBits
) (
  input  logic                       clk_i,
  input  logic                       rst_ni,
  input  logic                       valid_i,
  input  logic                       overwrite_i,
  input  logic                       triple_i,     // nothing with overwrite_i
  input  logic                       half_i,
  input  logic                       last_i,
  input  logic                       tail_i,
  input  logic                       late_valid_i,
  input  logic                       late_first_i,
  input  logic                       late_last_i,
  input  logic                       late_overwrite_i,
  input  logic                       late_triple_i,
  input  logic                       late_half_i,
  input  logic [Columns*SumBits-1:0] sums_i,
  output logic                       drained_o,
  input  logic                       read_enable_i,
  input  logic                       read_half_i,
  input  logic [PixelBits-1:0]       read_pixel_i,
  output logic [WordBits-1:0]        read_data_o
);

  // What the array does not carry, delayed to meet it: valid, last, and the pass's overwrite, triple and half.
  logic [Latency-1:0] valid_q, last_q;
  logic [Latency-1:0] overwrite_q, triple_q, half_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      valid_q <= '0;
      last_q <= '0;
    end else begin
      valid_q <= {valid_q[Latency-2:0], valid_i};
      last_q <= {last_q[Latency-2:0], last_i};
    end
    overwrite_q <= {overwrite_q[Latency-2:0], overwrite_i};
    triple_q <= {triple_q[Latency-2:0], triple_i};
    half_q <= {half_q[Latency-2:0], half_i};
  end

  // Stage 0 (t + Latency): read. Stage 1: add. Stage 2: write.
  logic                 valid, keep, triple, half;
  logic                 pass_keep_q, pass_triple_q, pass_half_q;
  logic [PixelBits-1:0] pixel, pixel_q, pixel_add_q, pixel_write_q;
  logic                 add_q, write_q, add_keep_q, add_triple_q, add_half_q, write_half_q, add_last_q, write_last_q;
  logic [WordBits-1:0]  word, sum, sum_q;

  assign valid = valid_q[Latency-1] || late_valid_i;
  assign keep = late_valid_i ? !late_overwrite_i : tail_i ? !overwrite_q[Latency-1] : pass_keep_q;
  assign triple = late_valid_i ? late_triple_i : tail_i ? triple_q[Latency-1] : pass_triple_q;
  assign half = late_valid_i ? late_half_i : tail_i ? half_q[Latency-1] : pass_half_q;
  assign pixel = (tail_i || late_first_i) ? '0 : pixel_q;

  always_ff @(posedge clk_i) begin
    pass_keep_q <= keep;
    pass_triple_q <= triple;
    pass_half_q <= half;
    if (valid) pixel_q <= pixel + 1'b1;
    pixel_add_q <= pixel;
    pixel_write_q <= pixel_add_q;
    add_keep_q <= keep;
    add_triple_q <= triple;
    add_half_q <= half;
    write_half_q <= add_half_q;
    sum_q <= sum;
    if (!rst_ni) begin
      add_q <= 1'b0;
      write_q <= 1'b0;
      add_last_q <= 1'b0;
      write_last_q <= 1'b0;
    end else begin
      add_q <= valid;
      write_q <= add_q;
      add_last_q <= last_q[Latency-1] || late_last_i;
      write_last_q <= add_last_q;
    end
  end

  assign drained_o = write_last_q;

  for (genvar c = 0; c < Columns; c++) begin : gen_column
    logic [AccumulatorBits-1:0] stored, tripled, addend, total;
    assign stored = word[c*AccumulatorBits +: AccumulatorBits];
    assign tripled = stored + {stored[AccumulatorBits-2:0], 1'b0};
    assign addend = AccumulatorBits'(signed'(sums_i[c*SumBits +: SumBits]));
    assign total = (add_triple_q ? tripled : stored) + addend;
    assign sum[c*AccumulatorBits +: AccumulatorBits] = add_keep_q ? total : addend;
  end

  logic [AccumulatorHalves*WordBits-1:0] data;

  for (genvar h = 0; h < AccumulatorHalves; h++) begin : gen_half
    logic post;
    assign post = read_enable_i && (AccumulatorHalves == 1 || read_half_i == (h == 1));
    ram #(
      .Words(AccumulatorDepth), .Bits(WordBits)
    ) u_ram (
      .clk_i(clk_i),
      .write_enable_i(write_q && (AccumulatorHalves == 1 || write_half_q == (h == 1))),
      .write_mask_i(1'b1), .write_word_i(pixel_write_q), .write_data_i(sum_q),
      .read_enable_i(post || (valid && (AccumulatorHalves == 1 || half == (h == 1)))),
      .read_word_i(post ? read_pixel_i : pixel), .read_data_o(data[h*WordBits +: WordBits])
    );
  end

  if (AccumulatorHalves == 1) begin : gen_one
    logic unused_half;
    assign unused_half = ^{add_half_q, write_half_q, read_half_i};
    assign word = data;
    assign read_data_o = data;
  end else begin : gen_two
    logic read_half_q;
    always_ff @(posedge clk_i) begin
      if (read_enable_i) read_half_q <= read_half_i;
    end
    assign word = add_half_q ? data[WordBits +: WordBits] : data[0 +: WordBits];
    assign read_data_o = read_half_q ? data[WordBits +: WordBits] : data[0 +: WordBits];
  end

endmodule
