// float32 accumulators of a tile: one word of all columns a pixel, in one or two halves, each a RAM of its own.
//
// Array side. valid_i in cycle t: a vector enters the array; those of a pass are pixels 0, 1, 2 ... in one cycle after
// the other, first_i with the first. overwrite_i (the sum enters +0 instead of the accumulator) and half_i count with
// each. The sums (mx_dot) come in t + Latency. The word is read in t + Latency - 1 and written in t + Latency + Add,
// Add = 9 if SumBits > 28, else 8: passes must start at least Turn = Add + 2 cycles apart.
// last_i goes with a command's last vector; drained_o is set in the cycle of its write.
//
// Post-processor's side. read_enable_i in t -> data of read_half_i, read_pixel_i in t + 1. It reads a half that the
// array does not use.

module mx_accumulator #(
  parameter int unsigned Columns = 4,
  parameter int unsigned SumBits = 13,
  parameter int unsigned AccumulatorDepth = 128,
  parameter int unsigned AccumulatorHalves = 1,
  parameter int unsigned Latency = 11,
  localparam int unsigned PixelBits = $clog2(AccumulatorDepth),
  localparam int unsigned WordBits = Columns * 32
) (
  input  logic                       clk_i,
  input  logic                       rst_ni,
  input  logic                       valid_i,
  input  logic                       first_i,
  input  logic                       overwrite_i,
  input  logic                       half_i,
  input  logic                       last_i,
  input  logic [Columns-1:0]         signs_i,
  input  logic [Columns*SumBits-1:0] magnitudes_i,
  input  logic [Columns*10-1:0]      exponents_i,
  input  logic [Columns-1:0]         nans_i,
  input  logic [Columns-1:0]         infinites_i,
  output logic                       drained_o,
  input  logic                       read_enable_i,
  input  logic                       read_half_i,
  input  logic [PixelBits-1:0]       read_pixel_i,
  output logic [WordBits-1:0]        read_data_o
);

  localparam int unsigned Add = (SumBits > 28) ? 9 : 8;
  localparam int unsigned SideBits = PixelBits + 3;

  // The pixel, and what goes with it, from the array's entry to the read; from there to the write.
  logic [PixelBits-1:0]            pixel, pixel_q;
  logic [SideBits-1:0]             side;
  logic [(Latency-1)*SideBits-1:0] entry_q;
  logic [(Add+1)*SideBits-1:0]     late_q;
  logic [Latency-2:0]              entry_valid_q;
  logic [Add:0]                    late_valid_q;
  logic                            read, read_half, read_overwrite, read_last, overwrite, write, write_half;
  logic                            add_half, unused_side, unused_write;
  logic [PixelBits-1:0]            read_pixel, write_pixel;

  assign pixel = first_i ? '0 : pixel_q;
  assign side = {pixel, overwrite_i, half_i, last_i};

  always_ff @(posedge clk_i) begin
    if (valid_i) pixel_q <= pixel + 1'b1;
    entry_q <= ((Latency-1)*SideBits)'({entry_q, side});
    late_q <= {late_q[Add*SideBits-1:0], read_pixel, read_overwrite, read_half, read_last};
    if (!rst_ni) begin
      entry_valid_q <= '0;
      late_valid_q <= '0;
    end else begin
      entry_valid_q <= (Latency-1)'({entry_valid_q, valid_i});
      late_valid_q <= {late_valid_q[Add-1:0], read};
    end
  end

  assign read = entry_valid_q[Latency-2];
  assign {read_pixel, read_overwrite, read_half, read_last} = entry_q[(Latency-2)*SideBits +: SideBits];
  assign overwrite = late_q[2];
  assign add_half = late_q[1];
  assign write = late_valid_q[Add];
  logic write_last;
  assign {write_pixel, unused_write, write_half, write_last} = late_q[Add*SideBits +: SideBits];
  assign drained_o = write && write_last;

  logic [WordBits-1:0] word, sums;
  logic [Columns-1:0]  unused_valids;

  for (genvar c = 0; c < Columns; c++) begin : gen_column
    block_accumulate #(
      .SumBits(SumBits), .ExponentBits(10)
    ) u_add (
      .clk_i, .rst_ni, .valid_i(late_valid_q[0]),
      .accumulator_i(overwrite ? '0 : word[c*32 +: 32]), .sign_i(signs_i[c]),
      .magnitude_i(magnitudes_i[c*SumBits +: SumBits]), .exponent_i(exponents_i[c*10 +: 10]), .nan_i(nans_i[c]),
      .infinite_i(infinites_i[c]), .valid_o(unused_valids[c]), .sum_o(sums[c*32 +: 32])
    );
  end

  logic [AccumulatorHalves*WordBits-1:0] data;

  for (genvar h = 0; h < AccumulatorHalves; h++) begin : gen_half
    logic post;
    assign post = read_enable_i && (AccumulatorHalves == 1 || read_half_i == (h == 1));
    ram #(
      .Words(AccumulatorDepth), .Bits(WordBits)
    ) u_ram (
      .clk_i,
      .write_enable_i(write && (AccumulatorHalves == 1 || write_half == (h == 1))),
      .write_mask_i(1'b1), .write_word_i(write_pixel), .write_data_i(sums),
      .read_enable_i(post || (read && (AccumulatorHalves == 1 || read_half == (h == 1)))),
      .read_word_i(post ? read_pixel_i : read_pixel), .read_data_o(data[h*WordBits +: WordBits])
    );
  end

  if (AccumulatorHalves == 1) begin : gen_one
    assign unused_side = ^{add_half, write_half, read_half_i};
    assign word = data;
    assign read_data_o = data;
  end else begin : gen_two
    logic read_half_q;
    always_ff @(posedge clk_i) begin
      if (read_enable_i) read_half_q <= read_half_i;
    end
    assign unused_side = 1'b0;
    assign word = add_half ? data[WordBits +: WordBits] : data[0 +: WordBits];
    assign read_data_o = read_half_q ? data[WordBits +: WordBits] : data[0 +: WordBits];
  end

endmodule
