// Walks the rows of a LOAD or STORE and cuts them into bursts.
//
// The command comes as the beats of command_queue and may be used from its valid_o on. clear_i, with or after the last
// step, makes room for the next one. Outputs describe the present burst and are combinational from registers (those
// of lengths and ends from the cycle after the first valid_o on); step_i
// takes it, and the next is there in the next cycle, of the next row as well.
// Bursts end at multiples of BeatBytes*BurstBeats and at the row's end. A fill has no memory addresses: its rows are
// cut as if they began at the buffer byte's place in a beat.
//
// A first address and a first place in the buffer are loaded through the stride registers: taken there, they are added
// to a zero in the next cycle, before the beat with the y strides overwrites them. So the two must be in different
// beats; wide beats are therefore shown twice (beat_again_i with the second).
module row_walker #(
  parameter int unsigned AddressBits = 32,
  parameter int unsigned LengthBits = napier_pkg::LoadLengthBits,
  parameter int unsigned WordBits = 16,
  parameter int unsigned BeatBytes = 4,
  parameter int unsigned BurstBeats = 16,
  parameter bit          HasBytes = 1'b1,  // rows begin at any byte of a buffer word
  parameter int unsigned MostWordBytes = 256,
  parameter bit          Lean = 1'b0,      // lengths and ends as they are needed, not a cycle ahead
  localparam int unsigned BeatBits = BeatBytes * 8,
  localparam int unsigned Beats = napier_pkg::CommandBytes / BeatBytes,
  localparam int unsigned BeatIndexBits = (Beats > 1) ? $clog2(Beats) : 1,
  localparam int unsigned LaneBits = $clog2(BeatBytes)
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        clear_i,
  input  logic        beat_valid_i,
  input  logic [BeatIndexBits-1:0] beat_index_i,
  input  logic        beat_again_i,
  input  logic [BeatBits-1:0] beat_data_i,
  input  logic  [8:0] word_bytes_i,    // of the target buffer; steady from the cycle after the command's first beat
  input  logic        fill_i,
  input  logic        step_i,

  output logic [31:0] address_o,       // of the burst's first byte
  output logic  [7:0] length_o,        // beats less one
  output logic  [7:0] last_beat_o,     // with row_last_o, if Lean always: place of its last beat behind a multiple
  output logic        row_first_o,     // first burst of its row
  output logic        row_last_o,
  output logic        last_o,          // last burst of the command
  output logic [LaneBits-1:0] first_lane_o,  // byte lane of the row's first byte
  output logic [LaneBits-1:0] last_lane_o,   // byte lane of the row's last byte
  output logic [15:0] word_o,          // place of the row's first byte in the buffer
  output logic  [7:0] byte_o,
  // About the command as a whole, before its first step.
  output logic        bytes_bad_o,     // a byte offset is not below word_bytes_i
  output logic        memory_uneven_o, // address or a memory stride is not a multiple of a beat
  output logic        buffer_uneven_o  // length or a byte offset is not a multiple of a beat
);

  localparam int unsigned BurstLsb = $clog2(BeatBytes * BurstBeats);
  localparam int unsigned SpanBits = ((LengthBits > BurstLsb) ? LengthBits : BurstLsb) + 1;
  localparam int unsigned IndexBits = SpanBits - BurstLsb;
  localparam logic [7:0] BeatMask = 8'(BurstBeats - 1);

  if (BeatBytes * BurstBeats > 4096 || (BurstBeats & (BurstBeats - 1)) != 0 || BurstBeats > 256) begin : g_bad_burst
    $error("BeatBytes*BurstBeats does not divide 4096, or BurstBeats is above 256.");
  end
  if (napier_pkg::LoadAddressLsb != napier_pkg::StoreAddressLsb
      || napier_pkg::LoadBufferWordLsb != napier_pkg::StoreBufferWordLsb
      || napier_pkg::LoadMemoryStrideXLsb != napier_pkg::StoreMemoryStrideXLsb
      || napier_pkg::LoadMemoryStrideYLsb != napier_pkg::StoreMemoryStrideYLsb
      || napier_pkg::LoadBufferStrideXWordLsb != napier_pkg::StoreBufferStrideXWordLsb
      || napier_pkg::LoadBufferStrideYWordLsb != napier_pkg::StoreBufferStrideYWordLsb) begin : g_bad_fields
    $error("LOAD and STORE do not have their fields in the same place.");
  end

  // The command's fields as they pass by.
  logic at_address, at_place, at_length, at_count, at_stride_x, at_stride_y, at_place_x, at_place_y;
  assign at_address = beat_valid_i && beat_index_i == BeatIndexBits'(napier_pkg::LoadAddressLsb / BeatBits);
  assign at_place = beat_valid_i && beat_index_i == BeatIndexBits'(napier_pkg::LoadBufferWordLsb / BeatBits);
  assign at_length = beat_valid_i && beat_index_i == BeatIndexBits'(napier_pkg::LoadLengthLsb / BeatBits);
  assign at_count = beat_valid_i && beat_index_i == BeatIndexBits'(napier_pkg::LoadCountXLsb / BeatBits);
  assign at_stride_x = beat_valid_i && beat_index_i == BeatIndexBits'(napier_pkg::LoadMemoryStrideXLsb / BeatBits);
  assign at_stride_y = beat_valid_i && beat_index_i == BeatIndexBits'(napier_pkg::LoadMemoryStrideYLsb / BeatBits);
  assign at_place_x = beat_valid_i && beat_index_i == BeatIndexBits'(napier_pkg::LoadBufferStrideXWordLsb / BeatBits);
  assign at_place_y = beat_valid_i && beat_index_i == BeatIndexBits'(napier_pkg::LoadBufferStrideYWordLsb / BeatBits);

  // With beats shown twice, the first time is for the address and the first place, the second for the strides.
  localparam bit Twice = BeatBytes > 16;
  logic take_address, take_place, begin_address_q, begin_place_q;
  assign take_address = at_address && (!Twice || !beat_again_i);
  assign take_place = at_place && (!Twice || !beat_again_i);
  always_ff @(posedge clk_i) begin
    begin_address_q <= take_address && rst_ni;
    begin_place_q <= take_place && rst_ni;
  end

  logic [AddressBits-1:0] stride_x_q, stride_y_q;
  logic [LengthBits-1:0] last_byte_q;  // length less one
  logic [WordBits-1:0] count_x_q;
  always_ff @(posedge clk_i) begin
    if (at_stride_x) stride_x_q <= beat_data_i[napier_pkg::LoadMemoryStrideXLsb % BeatBits +: AddressBits];
    if (take_address) stride_y_q <= beat_data_i[napier_pkg::LoadAddressLsb % BeatBits +: AddressBits];
    else if (at_stride_y) stride_y_q <= beat_data_i[napier_pkg::LoadMemoryStrideYLsb % BeatBits +: AddressBits];
    if (at_length) begin
      last_byte_q <= beat_data_i[napier_pkg::LoadLengthLsb % BeatBits +: LengthBits] - LengthBits'(1);
    end
    if (at_count) count_x_q <= beat_data_i[napier_pkg::LoadCountXLsb % BeatBits +: WordBits];
  end

  // Rows: x within a line, then the next line.
  logic [WordBits-1:0] x_q, y_q;       // which row of its line, from 1 on; lines to come, with this one
  logic row_step, x_last, line_step;
  assign row_step = step_i && row_last_o;
  assign x_last = x_q == count_x_q;
  assign line_step = row_step && x_last;
  always_ff @(posedge clk_i) begin
    if (clear_i || !rst_ni || line_step) x_q <= WordBits'(1);
    else if (row_step) x_q <= x_q + WordBits'(1);
    if (at_count || line_step) begin
      y_q <= at_count ? beat_data_i[napier_pkg::LoadCountYLsb % BeatBits +: WordBits] : y_q - WordBits'(1);
    end
  end
  assign last_o = row_last_o && x_last && y_q == WordBits'(1);

  logic [AddressBits-1:0] line_q, row_q, line_next, row_next;
  assign line_next = line_q + stride_y_q;
  assign row_next = row_q + stride_x_q;
  always_ff @(posedge clk_i) begin
    if (clear_i || !rst_ni) line_q <= '0;
    else if (begin_address_q || line_step) line_q <= line_next;
    if (begin_address_q || line_step) row_q <= line_next;
    else if (row_step) row_q <= row_next;
  end

  // Bursts of the row.
  logic [IndexBits-1:0] burst_q;
  logic [BurstLsb-1:0] low;
  logic [LaneBits-1:0] lane_row, lane_line;  // of a fill: of the next row in its line, of the first of the next line
  logic [SpanBits-1:0] span, row_span;  // from the start of the row's first burst slot to its last byte
  logic [AddressBits-1-BurstLsb:0] slot;
  logic [7:0] first_beat, row_beat, last_beat;
  assign low = fill_i ? BurstLsb'(byte_o[LaneBits-1:0]) : row_q[BurstLsb-1:0];
  assign span = SpanBits'(low) + SpanBits'(last_byte_q);
  logic row_first, row_last;
  if (Lean) begin : gen_lean
    logic unused_lanes;
    assign unused_lanes = ^{lane_row, lane_line};
    assign row_span = span;
    assign row_first = burst_q == '0;
    assign row_last = burst_q == row_span[SpanBits-1:BurstLsb];
  end else begin : gen_ahead
    logic [BurstLsb-1:0] low_row, low_line;
    logic [SpanBits-1:0] span_row, span_line;
    assign low_row = fill_i ? BurstLsb'(lane_row) : row_next[BurstLsb-1:0];
    assign low_line = fill_i ? BurstLsb'(lane_line) : line_next[BurstLsb-1:0];
    assign span_row = SpanBits'(low_row) + SpanBits'(last_byte_q);
    assign span_line = SpanBits'(low_line) + SpanBits'(last_byte_q);
    // In which burst the row ends, before it is known whether this one is stepped.
    logic line_one, row_one, here, next;
    assign line_one = span_line[SpanBits-1:BurstLsb] == '0;
    assign row_one = span_row[SpanBits-1:BurstLsb] == '0;
    assign here = burst_q == span[SpanBits-1:BurstLsb];
    assign next = burst_q + IndexBits'(1) == span[SpanBits-1:BurstLsb];
    always_ff @(posedge clk_i) begin
      row_span <= line_step ? span_line : row_step ? span_row : span;
      row_last <= line_step ? line_one : row_step ? row_one : step_i ? next : here;
      row_first <= clear_i || !rst_ni || row_step || (!step_i && burst_q == '0);
    end
  end
  always_ff @(posedge clk_i) begin
    if (clear_i || !rst_ni || row_step) burst_q <= '0;
    else if (step_i) burst_q <= burst_q + IndexBits'(1);
  end
  assign slot = row_q[AddressBits-1:BurstLsb] + (AddressBits-BurstLsb)'(burst_q);
  assign row_first_o = row_first;
  assign row_last_o = row_last;
  assign address_o = 32'({slot, row_first_o ? row_q[BurstLsb-1:0] : {BurstLsb{1'b0}}});
  assign first_beat = row_first_o ? 8'(32'(low) >> LaneBits) : '0;
  assign row_beat = 8'(32'(row_span) >> LaneBits) & BeatMask;
  assign last_beat = row_last_o ? row_beat : BeatMask;
  assign length_o = last_beat - first_beat;
  assign last_beat_o = Lean ? last_beat : row_beat;
  assign first_lane_o = low[LaneBits-1:0];
  assign last_lane_o = row_span[LaneBits-1:0];

  // The row's place in the buffer.
  localparam int unsigned PlaceLsb = napier_pkg::LoadBufferWordLsb % BeatBits;
  localparam int unsigned PlaceXLsb = napier_pkg::LoadBufferStrideXWordLsb % BeatBits;
  localparam int unsigned PlaceYLsb = napier_pkg::LoadBufferStrideYWordLsb % BeatBits;
  logic [WordBits-1:0] stride_x_word_q, stride_y_word_q, line_word_q, row_word_q, line_word_next;
  logic line_carry, row_carry;
  // A first byte past its word is an error, told with the word as it stands in the command.
  assign line_word_next = line_word_q + stride_y_word_q + WordBits'(line_carry && !begin_place_q);
  always_ff @(posedge clk_i) begin
    if (at_place_x) stride_x_word_q <= beat_data_i[PlaceXLsb +: WordBits];
    if (take_place) stride_y_word_q <= beat_data_i[PlaceLsb +: WordBits];
    else if (at_place_y) stride_y_word_q <= beat_data_i[PlaceYLsb +: WordBits];
    if (clear_i || !rst_ni) line_word_q <= '0;
    else if (begin_place_q || line_step) line_word_q <= line_word_next;
    if (begin_place_q || line_step) row_word_q <= line_word_next;
    else if (row_step) row_word_q <= row_word_q + stride_x_word_q + WordBits'(row_carry);
  end
  assign word_o = 16'(row_word_q);

  if (HasBytes) begin : g_bytes
    // Of an offset the bits that count in any word; one above them is an error.
    localparam int unsigned ByteBits = $clog2(MostWordBytes);
    logic [ByteBits-1:0] stride_x_byte_q, stride_y_byte_q, line_byte_q, row_byte_q, line_byte_next, row_byte_next;
    logic [ByteBits:0] line_sum, row_sum, word_bytes;
    logic first_bad_q, above_q;
    assign word_bytes = word_bytes_i[ByteBits:0];
    assign line_sum = (ByteBits+1)'(line_byte_q) + (ByteBits+1)'(stride_y_byte_q);
    assign row_sum = (ByteBits+1)'(row_byte_q) + (ByteBits+1)'(stride_x_byte_q);
    assign line_carry = line_sum >= word_bytes;
    assign row_carry = row_sum >= word_bytes;
    assign line_byte_next = ByteBits'(line_carry ? line_sum - word_bytes : line_sum);
    assign row_byte_next = ByteBits'(row_carry ? row_sum - word_bytes : row_sum);
    assign lane_row = row_byte_next[LaneBits-1:0];
    assign lane_line = line_byte_next[LaneBits-1:0];
    always_ff @(posedge clk_i) begin
      if (clear_i || !rst_ni) above_q <= 1'b0;
      else if ((at_place_x && (beat_data_i[PlaceXLsb+16 +: 8] >> ByteBits) != '0)
               || (take_place && (beat_data_i[PlaceLsb+16 +: 8] >> ByteBits) != '0)
               || (at_place_y && (beat_data_i[PlaceYLsb+16 +: 8] >> ByteBits) != '0)) above_q <= 1'b1;
      if (at_place_x) stride_x_byte_q <= beat_data_i[PlaceXLsb+16 +: ByteBits];
      if (take_place) stride_y_byte_q <= beat_data_i[PlaceLsb+16 +: ByteBits];
      else if (at_place_y) stride_y_byte_q <= beat_data_i[PlaceYLsb+16 +: ByteBits];
      if (clear_i || !rst_ni) line_byte_q <= '0;
      else if (begin_place_q || line_step) line_byte_q <= line_byte_next;
      if (begin_place_q || line_step) row_byte_q <= line_byte_next;
      else if (row_step) row_byte_q <= row_byte_next;
      if (begin_place_q) first_bad_q <= line_carry;
    end
    assign byte_o = 8'(row_byte_q);
    assign bytes_bad_o = first_bad_q || above_q || {1'b0, stride_x_byte_q} >= word_bytes
        || {1'b0, stride_y_byte_q} >= word_bytes;
    logic unused_word_bytes;
    assign unused_word_bytes = ^word_bytes_i;
    assign buffer_uneven_o = last_byte_q[LaneBits-1:0] != {LaneBits{1'b1}} || row_byte_q[LaneBits-1:0] != '0
        || stride_x_byte_q[LaneBits-1:0] != '0 || stride_y_byte_q[LaneBits-1:0] != '0;
    if (napier_pkg::LoadBufferByteLsb != napier_pkg::LoadBufferWordLsb + 16
        || napier_pkg::LoadBufferStrideXByteLsb != napier_pkg::LoadBufferStrideXWordLsb + 16
        || napier_pkg::LoadBufferStrideYByteLsb != napier_pkg::LoadBufferStrideYWordLsb + 16) begin : g_bad_bytes
      $error("A byte offset does not stand right above its word.");
    end
  end else begin : g_words
    logic unused_word_bytes;
    assign unused_word_bytes = ^word_bytes_i;
    assign line_carry = 1'b0;
    assign row_carry = 1'b0;
    assign byte_o = '0;
    assign lane_row = '0;
    assign lane_line = '0;
    assign bytes_bad_o = 1'b0;
    assign buffer_uneven_o = 1'b0;
  end

  assign memory_uneven_o = row_q[LaneBits-1:0] != '0 || stride_x_q[LaneBits-1:0] != '0
      || stride_y_q[LaneBits-1:0] != '0;

  logic unused;
  assign unused = ^{beat_data_i, beat_again_i};

endmodule
