// What reduces: the array, with lanes out of activation words before it and scales of passes behind it, and the window
// engine, on a machine that has one.
//
// word_i, in the cycle of first_i, lane_i and format_i, holds Slots slots of Rows bytes; lane l of row r is byte r of
// slot lane_i + l, or padding. sums_o and tail_o are the array's, a cycle later on a machine with a format of scales
// (see array, vector_scale), but for the cycle after word_valid_o: then sums_o is the window engine's word.
// weights_i: what the array takes; the window engine takes lane 0 of each column.

module engines #(
  parameter int unsigned Rows = 4,
  parameter int unsigned Columns = 4,
  parameter int unsigned ColumnSpan = 4,
  parameter int unsigned ActivationBits = 16,
  parameter int unsigned WeightBits = 4,
  parameter int unsigned WindowChannels = 0,
  parameter int unsigned WindowTaps = 0,
  parameter int unsigned Formats = 2,
  localparam int unsigned Slots = napier_pkg::lanes_max(Formats, ActivationBits, WeightBits),
  localparam int unsigned LaneBits = (Slots > 1) ? $clog2(Slots) : 1,
  localparam int unsigned PlaceBits = napier_pkg::format_place_bits(Formats),
  localparam int unsigned HeldBits = napier_pkg::held_bits(Formats, ActivationBits, WeightBits),
  localparam int unsigned ArrayBits
      = 1 + napier_pkg::sum_bits(Formats, ActivationBits, WeightBits, 0, Slots, Rows),
  localparam int unsigned ScaleBits = napier_pkg::scale_bits(Formats),
  localparam int unsigned WindowSlots = WindowChannels / Columns,
  localparam int unsigned TapBits = (WindowTaps > 1) ? $clog2(WindowTaps) : 1,
  localparam int unsigned PartBits = (WindowSlots > 1) ? $clog2(WindowSlots) : 1,
  localparam int unsigned SumBits
      = napier_pkg::engine_sum_bits(Formats, ActivationBits, WeightBits, Rows, WindowTaps)
) (
  input  logic                        clk_i,
  input  logic                        rst_ni,
  input  logic                        first_i,
  input  logic                        pad_i,
  input  logic [7:0]                  pad_byte_i,
  input  logic [LaneBits-1:0]         lane_i,
  input  logic [PlaceBits-1:0]        format_i,
  input  logic [Slots*Rows*8-1:0]     word_i,
  input  logic [Columns*HeldBits-1:0] weights_i,
  input  logic                        scaled_i,
  input  logic [Columns*8-1:0]        scales_i,
  input  logic                        window_load_i,
  input  logic [PartBits-1:0]         window_load_slot_i,
  input  logic [TapBits-1:0]          window_tap_i,
  input  logic                        window_valid_i,
  input  logic                        window_first_i,
  input  logic                        window_last_i,
  input  logic                        window_begin_i,
  input  logic                        window_end_i,
  input  logic                        window_max_i,
  input  logic                        window_overwrite_i,
  input  logic                        window_triple_i,
  input  logic                        window_half_i,
  output logic                        soon_o,   // tail_o comes in the next cycle
  output logic                        tail_o,
  output logic [Columns*SumBits-1:0]  sums_o,
  output logic                        word_valid_o,
  output logic                        word_first_o,
  output logic                        word_last_o,
  output logic                        word_overwrite_o,
  output logic                        word_triple_o,
  output logic                        word_half_o
);

  localparam int unsigned ScaledBits = ArrayBits + ScaleBits;
  localparam int unsigned Latency = Rows + Columns / ColumnSpan - 1;

  logic [Rows*ActivationBits-1:0] activations;
  logic [Columns*ArrayBits-1:0]   sums;
  logic [Columns*ScaledBits-1:0]  scaled_sums;
  logic                           soon, tail;

  for (genvar r = 0; r < Rows; r++) begin : gen_row
    for (genvar l = 0; l < Slots; l++) begin : gen_lane
      logic [LaneBits-1:0] slot;
      assign slot = lane_i | LaneBits'(l);
      assign activations[r*ActivationBits + l*8 +: 8]
          = pad_i ? pad_byte_i : word_i[(32'(slot)*Rows + r)*8 +: 8];
    end
    if (ActivationBits > Slots * 8) begin : gen_rest
      assign activations[r*ActivationBits + Slots*8 +: ActivationBits - Slots*8] = '0;
    end
  end

  array #(
    .Rows(Rows), .Columns(Columns), .ColumnSpan(ColumnSpan), .ActivationBits(ActivationBits), .WeightBits(WeightBits),
    .Formats(Formats)
  ) u_array (
    .clk_i(clk_i), .first_i(first_i), .weights_i(weights_i), .format_i(format_i),
    .activations_i(activations), .soon_o(soon), .tail_o(tail), .sums_o(sums)
  );

  if (ScaleBits > 0) begin : gen_scaled
    logic tail_q;
    always_ff @(posedge clk_i) tail_q <= tail;
    assign soon_o = tail;
    assign tail_o = tail_q;
    logic unused_soon;
    assign unused_soon = soon;
    vector_scale #(
      .Columns(Columns), .SumBits(ArrayBits), .ScaleBits(ScaleBits), .Latency(Latency), .Turn(Rows)
    ) u_vector_scale (
      .clk_i(clk_i), .rst_ni(rst_ni), .first_i(first_i), .scaled_i(scaled_i), .scales_i(scales_i),
      .sums_i(sums), .scaled_o(scaled_sums)
    );
  end else begin : gen_plain
    logic unused_scales;
    assign unused_scales = ^{rst_ni, scaled_i, scales_i};
    assign scaled_sums = sums;
    assign soon_o = soon;
    assign tail_o = tail;
  end

  if (WindowChannels > 0) begin : gen_window
    localparam int unsigned CodeBits = napier_pkg::held_bits(Formats, 8, napier_pkg::code_bits(Formats));
    localparam int unsigned WindowBits = napier_pkg::window_sum_bits(Formats, WindowTaps);
    logic [Columns*CodeBits-1:0]   codes;
    logic [Columns*WindowBits-1:0] window_sums;
    logic                          late_q;
    for (genvar c = 0; c < Columns; c++) begin : gen_column
      assign codes[c*CodeBits +: CodeBits] = weights_i[c*HeldBits +: CodeBits];
      assign sums_o[c*SumBits +: SumBits] = late_q
          ? SumBits'(signed'(window_sums[c*WindowBits +: WindowBits]))
          : SumBits'(signed'(scaled_sums[c*ScaledBits +: ScaledBits]));
    end
    always_ff @(posedge clk_i) late_q <= word_valid_o;

    window #(
      .Columns(Columns), .Channels(WindowChannels), .Taps(WindowTaps), .Formats(Formats)
    ) u_window (
      .clk_i(clk_i), .rst_ni(rst_ni),
      .weight_valid_i(window_load_i), .weight_tap_i(window_tap_i), .weight_slot_i(window_load_slot_i),
      .weights_i(codes), .valid_i(window_valid_i), .first_i(window_first_i), .last_i(window_last_i),
      .tap_i(window_tap_i), .max_i(window_max_i), .format_i(format_i), .pad_i(pad_i), .pad_byte_i(pad_byte_i),
      .activations_i(word_i[WindowChannels*8-1:0]), .begin_i(window_begin_i), .end_i(window_end_i),
      .overwrite_i(window_overwrite_i), .triple_i(window_triple_i), .half_i(window_half_i),
      .word_valid_o(word_valid_o), .word_first_o(word_first_o), .word_last_o(word_last_o),
      .word_overwrite_o(word_overwrite_o), .word_triple_o(word_triple_o), .word_half_o(word_half_o),
      .sums_o(window_sums)
    );
  end else begin : gen_no_window
    logic unused_window;
    assign unused_window = ^{window_load_i, window_load_slot_i, window_tap_i, window_valid_i, window_first_i,
                             window_last_i, window_begin_i, window_end_i, window_max_i, window_overwrite_i,
                             window_triple_i, window_half_i};
    assign {word_valid_o, word_first_o, word_last_o, word_overwrite_o, word_triple_o, word_half_o} = '0;
    assign sums_o = scaled_sums;
  end

endmodule
