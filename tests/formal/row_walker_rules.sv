// Rules of row_walker: bursts that the bus allows, and the rows that the command's two loops name.
//
// Assumed: as of command_queue, a command's beats come one a cycle in their order, wide ones twice with the same
// data, and steps come until the last, from then on or, unless Lean, a cycle later; length and counts are not zero,
// which fetch refuses; byte offsets are below the word's size, which the loader refuses.
module row_walker_rules #(
  parameter int unsigned AddressBits = 10,
  parameter int unsigned LengthBits = 6,
  parameter int unsigned BeatBytes = 4,
  parameter int unsigned BurstBeats = 4,
  parameter bit          HasBytes = 1'b1,
  parameter bit          Lean = 1'b0,
  localparam int unsigned WordBits = 3,
  localparam int unsigned WordBytes = (BeatBytes > 8) ? 2 * BeatBytes : 12,
  localparam int unsigned BeatBits = BeatBytes * 8,
  localparam int unsigned Beats = napier_pkg::CommandBytes / BeatBytes,
  localparam int unsigned BeatIndexBits = (Beats > 1) ? $clog2(Beats) : 1,
  localparam int unsigned Times = (BeatBytes > 16) ? 2 : 1,
  localparam int unsigned Steps = Beats * Times
) (
  input logic                clk_i,
  input logic                rst_ni,
  input logic                begin_i,  // a command comes
  input logic [BeatBits-1:0] beat_data_i,
  input logic                fill_i,
  input logic                step_i
);

  localparam int unsigned LaneBits = $clog2(BeatBytes);
  localparam int unsigned BurstLsb = $clog2(BeatBytes * BurstBeats);

  // The command passes by, is walked, and makes room.
  logic begun_q, passing_q, walking_q, walked_q, settle_q, fill_q;
  logic [4:0] place_q;
  logic beat_again, clear, last, row_first, row_last;
  logic [BeatIndexBits-1:0] beat_index;
  logic [napier_pkg::CommandBits-1:0] command_q;
  assign beat_index = BeatIndexBits'(32'(place_q) / Times);
  assign beat_again = Times == 1 || place_q[0];
  assign clear = step_i && last;
  initial begun_q = 1'b0;
  always_ff @(posedge clk_i) begin
    begun_q <= 1'b1;
    fill_q <= fill_i;
    walked_q <= rst_ni && (walked_q || clear);
    settle_q <= passing_q && 32'(place_q) == Steps - 1;
    if (!rst_ni) begin
      passing_q <= 1'b0;
      walking_q <= 1'b0;
      place_q <= '0;
    end else begin
      if (begin_i) passing_q <= 1'b1;
      if (passing_q) place_q <= place_q + 5'd1;
      if (passing_q && 32'(place_q) == Steps - 1) begin
        passing_q <= 1'b0;
        walking_q <= 1'b1;
        place_q <= '0;
      end
      if (clear) walking_q <= 1'b0;
    end
    if (passing_q) command_q[beat_index*BeatBits +: BeatBits] <= beat_data_i;
  end

  // Its fields.
  logic [AddressBits-1:0] stride_x, stride_y;
  logic [LengthBits-1:0] length;
  logic [WordBits-1:0] count_x, count_y, word_x, word_y;
  logic [7:0] byte_x, byte_y, byte_first;
  assign stride_x = command_q[napier_pkg::LoadMemoryStrideXLsb +: AddressBits];
  assign stride_y = command_q[napier_pkg::LoadMemoryStrideYLsb +: AddressBits];
  assign length = command_q[napier_pkg::LoadLengthLsb +: LengthBits];
  assign count_x = command_q[napier_pkg::LoadCountXLsb +: WordBits];
  assign count_y = command_q[napier_pkg::LoadCountYLsb +: WordBits];
  assign word_x = command_q[napier_pkg::LoadBufferStrideXWordLsb +: WordBits];
  assign word_y = command_q[napier_pkg::LoadBufferStrideYWordLsb +: WordBits];
  assign byte_x = command_q[napier_pkg::LoadBufferStrideXByteLsb +: 8];
  assign byte_y = command_q[napier_pkg::LoadBufferStrideYByteLsb +: 8];
  assign byte_first = command_q[napier_pkg::LoadBufferByteLsb +: 8];

  logic [31:0] address;
  logic [7:0] beats_less_one, byte_at;
  logic [15:0] word_at;
  logic [LaneBits-1:0] first_lane, last_lane;
  logic bytes_bad, memory_uneven, buffer_uneven, settled;
  logic [7:0] last_beat;
  assign settled = Lean || !settle_q;  // lengths and ends count
  row_walker #(
    .AddressBits(AddressBits), .LengthBits(LengthBits), .WordBits(WordBits), .BeatBytes(BeatBytes),
    .BurstBeats(BurstBeats), .HasBytes(HasBytes), .MostWordBytes(WordBytes), .Lean(Lean)
  ) u_row_walker (
    .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(clear),
    .beat_valid_i(passing_q), .beat_index_i(beat_index), .beat_again_i(beat_again), .beat_data_i(beat_data_i),
    .word_bytes_i(9'(WordBytes)), .fill_i(fill_i), .step_i(step_i),
    .address_o(address), .length_o(beats_less_one), .last_beat_o(last_beat),
    .row_first_o(row_first), .row_last_o(row_last), .last_o(last),
    .first_lane_o(first_lane), .last_lane_o(last_lane), .word_o(word_at), .byte_o(byte_at),
    .bytes_bad_o(bytes_bad), .memory_uneven_o(memory_uneven), .buffer_uneven_o(buffer_uneven)
  );

  always_comb begin
    assume (begun_q || !rst_ni);
    assume (!begin_i || !(passing_q || walking_q));
    assume (!step_i || walking_q);
    if (walking_q) begin
      assume (length != '0 && count_x != '0 && count_y != '0);
      assume (32'(byte_x) < WordBytes && 32'(byte_y) < WordBytes && 32'(byte_first) < WordBytes);
      assume (settle_q || fill_i == fill_q);
      assume (settled || !step_i);
    end
    if (passing_q && beat_again && Times > 1) begin
      assume (beat_data_i == command_q[beat_index*BeatBits +: BeatBits]);
    end
  end

  // The loop nest, by hand: x innermost. A place is a word and a byte in it.
  logic fresh;
  logic [AddressBits-1:0] line_q, row_q, line, row;
  logic [WordBits-1:0] x_q, y_q, x, y, line_word_q, row_word_q, line_word, row_word;
  logic [7:0] line_byte_q, row_byte_q, line_byte, row_byte;
  logic [LengthBits+1:0] done_q, done, burst_bytes;
  logic [8:0] next_row_byte, next_line_byte;
  logic row_wraps, line_wraps;
  logic row_done, x_last, y_last;
  assign fresh = settle_q;
  assign line = fresh ? command_q[napier_pkg::LoadAddressLsb +: AddressBits] : line_q;
  assign row = fresh ? command_q[napier_pkg::LoadAddressLsb +: AddressBits] : row_q;
  assign line_word = fresh ? command_q[napier_pkg::LoadBufferWordLsb +: WordBits] : line_word_q;
  assign row_word = fresh ? command_q[napier_pkg::LoadBufferWordLsb +: WordBits] : row_word_q;
  assign line_byte = fresh ? byte_first : line_byte_q;
  assign row_byte = fresh ? byte_first : row_byte_q;
  assign x = fresh ? '0 : x_q;
  assign y = fresh ? '0 : y_q;
  assign done = fresh ? '0 : done_q;
  assign x_last = x == count_x - WordBits'(1);
  assign y_last = y == count_y - WordBits'(1);
  assign next_row_byte = 9'(row_byte) + 9'(byte_x);
  assign next_line_byte = 9'(line_byte) + 9'(byte_y);
  assign row_wraps = HasBytes && 32'(next_row_byte) >= WordBytes;
  assign line_wraps = HasBytes && 32'(next_line_byte) >= WordBytes;
  assign row_done = step_i && row_last;
  // Bytes of the row in this burst: its beats without the lanes before the first and behind the last byte.
  assign burst_bytes = ((LengthBits+2)'(beats_less_one) + (LengthBits+2)'(1)) * (LengthBits+2)'(BeatBytes)
      - (row_first ? (LengthBits+2)'(first_lane) : '0)
      - (row_last ? (LengthBits+2)'(BeatBytes - 1) - (LengthBits+2)'(last_lane) : '0);
  always_ff @(posedge clk_i) begin
    line_q <= line;
    row_q <= row;
    line_word_q <= line_word;
    row_word_q <= row_word;
    line_byte_q <= line_byte;
    row_byte_q <= row_byte;
    x_q <= x;
    y_q <= y;
    done_q <= row_done ? '0 : step_i ? done + burst_bytes : done;
    if (row_done && !x_last) begin
      x_q <= x + WordBits'(1);
      row_q <= row + stride_x;
      row_word_q <= row_word + word_x + WordBits'(row_wraps);
      row_byte_q <= 8'(row_wraps ? 32'(next_row_byte) - WordBytes : 32'(next_row_byte));
    end else if (row_done) begin
      x_q <= '0;
      y_q <= y + WordBits'(1);
      line_q <= line + stride_y;
      row_q <= line + stride_y;
      line_word_q <= line_word + word_y + WordBits'(line_wraps);
      row_word_q <= line_word + word_y + WordBits'(line_wraps);
      line_byte_q <= 8'(line_wraps ? 32'(next_line_byte) - WordBytes : 32'(next_line_byte));
      row_byte_q <= 8'(line_wraps ? 32'(next_line_byte) - WordBytes : 32'(next_line_byte));
    end
  end

  // The step before, within a row.
  logic within_q;
  logic [AddressBits-1:0] following_q;
  logic standing_q;
  logic [31:0] address_q;
  logic [7:0] beats_less_one_q;
  always_ff @(posedge clk_i) begin
    within_q <= step_i && !row_last && rst_ni;
    following_q <= {address[AddressBits-1:LaneBits], {LaneBits{1'b0}}}
        + (AddressBits'(beats_less_one) + AddressBits'(1)) * AddressBits'(BeatBytes);
    standing_q <= walking_q && settled && !step_i && rst_ni;
    address_q <= address;
    beats_less_one_q <= beats_less_one;
  end

  logic [31:0] last_byte_address;
  assign last_byte_address = {address[31:LaneBits], {LaneBits{1'b1}}} + 32'(beats_less_one) * BeatBytes;
  always_comb begin
    if (begun_q && walking_q) begin
      if (!fill_i) begin
        // The first and the last byte of a burst lie in the same 4 KiB.
        burst_stays_in_its_page: assert (!settled || address[31:12] == last_byte_address[31:12]);
        // And in the same aligned block of BurstBeats beats: a burst has at most that many.
        burst_stays_in_its_block: assert (!settled || address[31:BurstLsb] == last_byte_address[31:BurstLsb]);
        // The next burst of a row begins where the last one ended, modulo 2^AddressBits.
        bursts_of_a_row_adjoin: assert (!within_q || address == 32'(following_q));
        // A row's first burst begins at the address that the loops give, modulo 2^AddressBits.
        rows_begin_where_the_loops_say: assert (!row_first || address[AddressBits-1:0] == row);
      end
      // The bytes of a row's bursts up to its last are as many as the command says; of the bursts before it fewer.
      bursts_have_the_rows_length: assert (!settled || (row_last ? done + burst_bytes == (LengthBits+2)'(length)
          : done + burst_bytes < (LengthBits+2)'(length)));
      // The last burst is that of the last row of the last line, and no other.
      last_is_the_last_row: assert (!settled || last == (row_last && x_last && y_last));
      // A row is written from the word and byte on that the loops give, with the byte's carry.
      places_are_where_the_loops_say: assert (word_at == 16'(row_word) && (!HasBytes || byte_at == row_byte));
      // A burst stands until it is stepped.
      bursts_stand_until_stepped: assert (!standing_q || (address == address_q && beats_less_one == beats_less_one_q));
      // Offsets that are below the word's size are called good.
      good_offsets_pass: assert (!bytes_bad || !settle_q);
    end
    reach_second_line: cover (begun_q && walking_q && y != '0 && x != '0);
    reach_two_bursts_of_a_row: cover (begun_q && walking_q && within_q && row_last);
    reach_second_command: cover (begun_q && begin_i && walked_q);
  end

endmodule
