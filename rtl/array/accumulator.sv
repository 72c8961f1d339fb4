// Accumulators of a tile: one word of all columns a pixel, in one or two halves, each a RAM of its own.
//
// Array side. valid_i in cycle t: a vector of activations enters the array; those of a pass are pixels 0, 1, 2 ...
// overwrite_i, triple_i and half_i count in the first: a pass adds to nothing, to three times the accumulators, or to
// them as they are. From the array come tail_i in t + Latency for the first of a pass, and
// sums_i in t + Latency + 1. The word is read in t + Latency, the sum made in t + Latency + 1 and written in
// t + Latency + 2; passes start at least Distance cycles apart, at least 3. From 4 on the word is read a cycle earlier,
// when soon_i comes before tail_i, and waits in a register: block RAM is slow to give its data.
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
  parameter int unsigned Distance = 3,
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
  input  logic                       soon_i,
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

  // Read; a cycle later, if early; stage 1 (t + Latency + 1): add. Stage 2: write.
  localparam bit          Early = Distance > 3;
  localparam int unsigned Read = Latency - 1 - (Early ? 1 : 0);
  logic                 first, read, read_keep, read_triple, read_half, read_last;
  logic                 valid, keep, triple, half, last;
  logic                 pass_keep_q, pass_triple_q, pass_half_q;
  logic [PixelBits-1:0] read_pixel, pixel, pixel_q, pixel_add_q, pixel_write_q;
  logic                 add_q, write_q, add_keep_q, add_triple_q, add_half_q, write_half_q, add_last_q, write_last_q;
  logic [WordBits-1:0]  word, sum, sum_q;

  assign first = Early ? soon_i : tail_i;
  assign read = valid_q[Read] || late_valid_i;
  assign read_keep = late_valid_i ? !late_overwrite_i : first ? !overwrite_q[Read] : pass_keep_q;
  assign read_triple = late_valid_i ? late_triple_i : first ? triple_q[Read] : pass_triple_q;
  assign read_half = late_valid_i ? late_half_i : first ? half_q[Read] : pass_half_q;
  assign read_pixel = (first || late_first_i) ? '0 : pixel_q;
  assign read_last = last_q[Read] || late_last_i;

  if (Early) begin : gen_early
    always_ff @(posedge clk_i) begin
      valid <= read && rst_ni;
      last <= read_last && rst_ni;
      keep <= read_keep;
      triple <= read_triple;
      half <= read_half;
      pixel <= read_pixel;
    end
    logic unused_chains;
    assign unused_chains = ^{valid_q[Latency-1], last_q[Latency-1], overwrite_q[Latency-1], triple_q[Latency-1],
                             half_q[Latency-1], tail_i};
  end else begin : gen_late
    assign {valid, last, keep, triple, half} = {read, read_last, read_keep, read_triple, read_half};
    assign pixel = read_pixel;
    logic unused_soon;
    assign unused_soon = soon_i;
  end

  always_ff @(posedge clk_i) begin
    pass_keep_q <= read_keep;
    pass_triple_q <= read_triple;
    pass_half_q <= read_half;
    if (read) pixel_q <= read_pixel + 1'b1;
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
      add_last_q <= last;
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
      .read_enable_i(post || (read && (AccumulatorHalves == 1 || read_half == (h == 1)))),
      .read_word_i(post ? read_pixel_i : read_pixel), .read_data_o(data[h*WordBits +: WordBits])
    );
  end

  logic [WordBits-1:0] stored_word;  // in the cycle after its read
  if (AccumulatorHalves == 1) begin : gen_one
    logic unused_half;
    assign unused_half = ^{add_half_q, write_half_q, read_half_i};
    assign stored_word = data;
    assign read_data_o = data;
  end else begin : gen_two
    logic read_half_q;
    always_ff @(posedge clk_i) begin
      if (read_enable_i) read_half_q <= read_half_i;
    end
    assign stored_word = (Early ? half : add_half_q) ? data[WordBits +: WordBits] : data[0 +: WordBits];
    assign read_data_o = read_half_q ? data[WordBits +: WordBits] : data[0 +: WordBits];
  end

  if (Early) begin : gen_kept
    always_ff @(posedge clk_i) word <= stored_word;
  end else begin : gen_direct
    assign word = stored_word;
  end

endmodule
