// Window engine: reduces within channels, the taps of a pixel one after the other, Channels of them at a time.
//
// valid_i in cycle t: activations_i are those of tap tap_i, first_i and last_i the pixel's first and last tap. The taps
// of a pixel come without others between them. Without max_i a channel's value is the sum over the taps of the format's
// term of activation and weight, with max_i the greatest activation. It leaves with its pixel's last tap, Slots =
// Channels / Columns words of Columns channels: word_valid_o in t + 2 + s for word s, its sums_o a cycle later. So
// pixels end at least Slots cycles apart. begin_i, end_i, overwrite_i, triple_i and half_i count with a last tap:
// they come back beside word_valid_o, word_first_o and word_last_o for a command's first and last word.
//
// weight_valid_i in cycle t: the codes of channels weight_slot_i * Columns on of tap weight_tap_i; they are there for
// activations from t on. Three stages: padded activations; weights out of their RAM; term and sum.

module window #(
  parameter int unsigned Columns = 5,
  parameter int unsigned Channels = 10,        // a multiple of Columns
  parameter int unsigned Taps = 11,            // that weights are held for
  parameter int unsigned Formats = 2,
  localparam int unsigned Slots = Channels / Columns,
  localparam int unsigned SlotBits = (Slots > 1) ? $clog2(Slots) : 1,
  localparam int unsigned TapBits = (Taps > 1) ? $clog2(Taps) : 1,
  localparam int unsigned PlaceBits = napier_pkg::format_place_bits(Formats),
  localparam int unsigned ByteBits = 8,
  localparam int unsigned CodeBits = napier_pkg::code_bits(Formats),
  localparam int unsigned HeldBits = napier_pkg::held_bits(Formats, ByteBits, CodeBits),
  localparam int unsigned SumBits = napier_pkg::window_sum_bits(Formats, Taps)
) (
  input  logic                         clk_i,
  input  logic                         rst_ni,
  input  logic                         weight_valid_i,
  input  logic [TapBits-1:0]           weight_tap_i,
  input  logic [SlotBits-1:0]          weight_slot_i,
  input  logic [Columns*HeldBits-1:0]  weights_i,
  input  logic                         valid_i,
  input  logic                         first_i,
  input  logic                         last_i,
  input  logic [TapBits-1:0]           tap_i,
  input  logic                         max_i,
  input  logic [PlaceBits-1:0]         format_i,
  input  logic                         pad_i,
  input  logic [7:0]                   pad_byte_i,
  input  logic [Channels*ByteBits-1:0] activations_i,
  input  logic                         begin_i,
  input  logic                         end_i,
  input  logic                         overwrite_i,
  input  logic                         triple_i,
  input  logic                         half_i,
  output logic                         word_valid_o,
  output logic                         word_first_o,
  output logic                         word_last_o,
  output logic                         word_overwrite_o,
  output logic                         word_triple_o,
  output logic                         word_half_o,
  output logic [Columns*SumBits-1:0]   sums_o
);

  localparam int unsigned ValueBits = napier_pkg::sum_bits(Formats, ByteBits, CodeBits, 0, 1, 1);
  localparam int unsigned NoteBits = 5;

  // ------------------------------------------------------------------ stages, what goes with a tap
  logic [1:0]                   valid_q;                  // by stage behind the input
  logic                         first_q, first_qq, last_q, last_qq, max_q, max_qq, done;
  logic [TapBits-1:0]           tap_q;
  logic [PlaceBits-1:0]         format_q, format_qq;
  logic [NoteBits-1:0]          note_q, note_qq;
  logic [Channels*ByteBits-1:0] activations_q, activations_qq;
  logic [Channels*HeldBits-1:0] weights;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) valid_q <= '0;
    else valid_q <= {valid_q[0], valid_i};
    first_q <= first_i;
    first_qq <= first_q;
    last_q <= last_i;
    last_qq <= last_q;
    max_q <= max_i;
    max_qq <= max_q;
    tap_q <= tap_i;
    format_q <= format_i;
    format_qq <= format_q;
    note_q <= {begin_i, end_i, overwrite_i, triple_i, half_i};
    note_qq <= note_q;
    activations_q <= pad_i ? {Channels{pad_byte_i}} : activations_i;
    activations_qq <= activations_q;
  end

  assign done = valid_q[1] && last_qq;

  ram #(
    .Words(Taps), .Bits(Channels*HeldBits), .GranuleBits(Columns*HeldBits)
  ) u_weights (
    .clk_i(clk_i),
    .write_enable_i(weight_valid_i), .write_mask_i(Slots'(1) << weight_slot_i), .write_word_i(weight_tap_i),
    .write_data_i({Slots{weights_i}}),
    .read_enable_i(valid_q[0]), .read_word_i(tap_q), .read_data_o(weights)
  );

  // ------------------------------------------------------------------ channels
  logic [Channels*SumBits-1:0] values;  // with this tap

  for (genvar c = 0; c < Channels; c++) begin : gen_channel
    logic [ByteBits-1:0]  activation;
    logic [ValueBits-1:0] value;
    logic                 negate, greater;
    logic [SumBits-1:0]   value_q, kept, sum, greatest;
    assign activation = activations_qq[c*ByteBits +: ByteBits];

    dot #(
      .ActivationBits(ByteBits), .WeightBits(CodeBits), .Formats(Formats)
    ) u_dot (
      .format_i(format_qq), .activations_i(activation), .weights_i(weights[c*HeldBits +: HeldBits]),
      .values_o(value), .negates_o(negate)
    );

    assign kept = first_qq ? '0 : value_q;
    assign sum = kept + SumBits'(signed'(value ^ {ValueBits{negate}})) + SumBits'(negate);
    assign greater = first_qq || signed'(activation) > signed'(value_q[ByteBits-1:0]);
    assign greatest = greater ? SumBits'(signed'(activation)) : value_q;
    assign values[c*SumBits +: SumBits] = max_qq ? greatest : sum;

    always_ff @(posedge clk_i) begin
      if (valid_q[1]) value_q <= values[c*SumBits +: SumBits];
    end
  end

  // ------------------------------------------------------------------ words
  // A finished pixel moves here and leaves word by word, the lowest channels first.
  logic [Channels*SumBits-1:0] out_q;
  logic [SlotBits-1:0]         slot_q;   // of the word that is told; 0: none, or a pixel's first
  logic [NoteBits-1:0]         held_q, note;
  logic                        leave_q;  // the word in front was told

  if (Slots == 1) begin : gen_one
    logic unused_slot;
    assign unused_slot = ^{leave_q, weight_slot_i};
    always_ff @(posedge clk_i) begin
      if (done) out_q <= values;
    end
  end else begin : gen_more
    always_ff @(posedge clk_i) begin
      if (done) out_q <= values;
      else if (leave_q) out_q <= {{Columns*SumBits{1'b0}}, out_q[Channels*SumBits-1:Columns*SumBits]};
    end
  end

  assign word_valid_o = done || slot_q != '0;
  assign note = done ? note_qq : held_q;
  assign word_first_o = done && note[4];
  assign word_last_o = word_valid_o && slot_q == SlotBits'(Slots - 1) && note[3];
  assign word_overwrite_o = note[2];
  assign word_triple_o = note[1];
  assign word_half_o = note[0];
  assign sums_o = out_q[Columns*SumBits-1:0];

  always_ff @(posedge clk_i) begin
    if (done) held_q <= note_qq;
    leave_q <= word_valid_o;
    if (!rst_ni) slot_q <= '0;
    else if (word_valid_o) slot_q <= (slot_q == SlotBits'(Slots - 1)) ? '0 : slot_q + 1'b1;
  end

endmodule
