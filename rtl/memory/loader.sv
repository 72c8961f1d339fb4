// LOAD: memory to buffers, or fill. A front end issues the bursts of one command, a back end writes the beats of all in
// flight.
//
// Start: in the first cycle in which the head is valid, legal, its tokens are there, and (fill) no burst is in flight.
// start_o in cycle s -> the first request, or the first beat of a fill, in s + 1. With the last burst issued, or the
// last beat of a fill written, the head is released.
// Bursts: request_o while fewer than OutstandingReads bursts are in flight: from issued_i to the last beat, both seen a
// cycle later.
// Beats: written to the buffer, and end_o with the command's last one, in the cycle in which they come. A fill writes a
// beat in every cycle. A beat of packed trits makes five quarters of one; each fourth of a row completes two, which are
// written together. What is left at the row's end is dropped.
// Faults, combinational: of a beat first (its response; buffer_range with the first word outside), then the head's
// alignment and buffer_range as soon as it is valid, then the read window. A beat at fault writes nothing and ends
// nothing.
module loader #(
  parameter int unsigned AddressBits = 32,
  parameter int unsigned LengthBits = napier_pkg::LoadLengthBits,
  parameter int unsigned WordBits = 16,
  parameter int unsigned IndexBits = 24,
  parameter int unsigned BeatBytes = 4,
  parameter int unsigned BurstBeats = 16,
  parameter int unsigned OutstandingReads = 4,
  parameter int unsigned ActivationWords = 256,
  parameter int unsigned ActivationWordBytes = 8,
  parameter int unsigned WeightWords = 256,
  parameter int unsigned WeightWordBytes = 4,
  parameter int unsigned ParameterWords = 128,
  parameter int unsigned ParameterWordBytes = 8,
  parameter int unsigned ResidualWords = 256,
  parameter int unsigned ResidualWordBytes = 4,
  parameter int unsigned PackedTrits = 0,
  parameter int unsigned PaletteWords = 0,
  parameter int unsigned PaletteWordBytes = 0,
  parameter int unsigned TableWords = 0,
  parameter int unsigned TableWordBytes = 0,
  parameter bit          Lean = 1'b0,
  localparam int unsigned BeatBits = BeatBytes * 8,
  localparam int unsigned Beats = napier_pkg::CommandBytes / BeatBytes,
  localparam int unsigned BeatIndexBits = (Beats > 1) ? $clog2(Beats) : 1
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        halt_i,
  output logic        idle_o,

  input  logic        head_valid_i,
  input  logic        head_beat_valid_i,
  input  logic [BeatIndexBits-1:0] head_beat_index_i,
  input  logic        head_beat_again_i,
  input  logic [BeatBits-1:0] head_beat_data_i,
  output logic        head_release_o,

  output logic  [1:0] wait_o,          // of the head
  input  logic        tokens_ready_i,
  output logic        start_o,
  output logic        end_o,
  output logic  [1:0] end_signal_o,

  output logic        request_o,
  output logic [31:0] address_o,
  output logic  [7:0] length_o,
  input  logic        issued_i,
  input  logic        outside_i,
  input  logic        beat_i,
  input  logic        beat_last_i,
  input  logic        beat_error_i,
  input  logic [BeatBits-1:0] beat_data_i,
  output logic [BeatBytes-1:0] beat_lanes_o,  // of the beat, those that belong to the row

  output logic  [2:0] write_target_o,
  output logic        write_low_enable_o,
  output logic [15:0] write_low_word_o,
  output logic  [7:0] write_low_bank_o,
  output logic [BeatBytes-1:0] write_low_mask_o,
  output logic        write_high_enable_o,
  output logic [15:0] write_high_word_o,
  output logic  [7:0] write_high_bank_o,
  output logic [BeatBytes-1:0] write_high_mask_o,
  output logic [BeatBits-1:0] write_data_o,
  output logic [BeatBits-1:0] write_high_data_o,

  output logic        fault_valid_o,
  output logic  [napier_pkg::ErrorCodeBits-1:0] fault_code_o,
  output logic [31:0] fault_address_o,
  output logic [23:0] fault_command_o
);

  // Without palettes and activation tables fetch lets no higher target pass.
  localparam bit          HasMore = PaletteWords > 0 || TableWords > 0;
  localparam int unsigned TargetBits = HasMore ? napier_pkg::LoadTargetBits : 2;
  localparam int unsigned LaneBits = $clog2(BeatBytes);
  localparam int unsigned MostInputBytes
      = (ActivationWordBytes > WeightWordBytes) ? ActivationWordBytes : WeightWordBytes;
  localparam int unsigned MostPostBytes
      = (ParameterWordBytes > ResidualWordBytes) ? ParameterWordBytes : ResidualWordBytes;
  localparam int unsigned MostFourBytes = (MostInputBytes > MostPostBytes) ? MostInputBytes : MostPostBytes;
  localparam int unsigned MostFiveBytes = (MostFourBytes > PaletteWordBytes) ? MostFourBytes : PaletteWordBytes;
  localparam int unsigned MostWordBytes = (MostFiveBytes > TableWordBytes) ? MostFiveBytes : TableWordBytes;
  localparam int unsigned MostBanks = MostWordBytes / BeatBytes;
  localparam int unsigned BankBits = (MostBanks > 1) ? $clog2(MostBanks) : 1;
  localparam int unsigned CountBits = $clog2(OutstandingReads + 1);
  localparam int unsigned PlaceBits = (OutstandingReads > 1) ? $clog2(OutstandingReads) : 1;

  if (ActivationWordBytes % BeatBytes != 0 || WeightWordBytes % BeatBytes != 0 || ParameterWordBytes % BeatBytes != 0
      || ResidualWordBytes % BeatBytes != 0 || PaletteWordBytes % BeatBytes != 0
      || TableWordBytes % BeatBytes != 0) begin : g_bad_word
    $error("The words of a buffer are not whole beats.");
  end
  if (MostWordBytes > 256) begin : g_bad_bytes
    $error("A buffer's words have more than 256 bytes, the reach of buffer_byte.");
  end
  if (ActivationWords > 65535 || WeightWords > 65535 || ParameterWords > 65535
      || ResidualWords > 65535 || PaletteWords > 65535 || TableWords > 65535) begin : g_bad_words
    $error("A buffer has more than 65535 words.");
  end
  if (OutstandingReads == 0) begin : g_bad_reads
    $error("OutstandingReads is zero.");
  end

  // The head.
  logic [TargetBits-1:0] target_q;
  logic [1:0] wait_q, signal_q;
  logic fill_q, packed_q;
  logic [7:0] fill_byte_q;
  logic [IndexBits-1:0] index_q;
  always_ff @(posedge clk_i) begin
    if (head_beat_valid_i && head_beat_index_i == '0) begin
      target_q <= head_beat_data_i[napier_pkg::LoadTargetLsb +: TargetBits];
      wait_q <= head_beat_data_i[napier_pkg::CommonWaitLsb +: napier_pkg::CommonWaitBits];
      signal_q <= head_beat_data_i[napier_pkg::CommonSignalLsb +: napier_pkg::CommonSignalBits];
      fill_q <= head_beat_data_i[napier_pkg::LoadFillLsb];
      packed_q <= head_beat_data_i[napier_pkg::LoadPackedLsb];
      fill_byte_q <= head_beat_data_i[napier_pkg::LoadFillByteLsb +: napier_pkg::LoadFillByteBits];
    end
    if (head_beat_valid_i && head_beat_index_i == BeatIndexBits'(Beats - 1)) begin
      index_q <= head_beat_data_i[BeatBits-32 +: IndexBits];
    end
  end
  assign wait_o = wait_q;

  logic [8:0] word_bytes;
  always_comb begin
    case (3'(target_q))
      napier_pkg::LoadTargetActivation: word_bytes = 9'(ActivationWordBytes);
      napier_pkg::LoadTargetWeight: word_bytes = 9'(WeightWordBytes);
      napier_pkg::LoadTargetParameter: word_bytes = 9'(ParameterWordBytes);
      napier_pkg::LoadTargetPalette: word_bytes = 9'(PaletteWordBytes);
      napier_pkg::LoadTargetTable: word_bytes = 9'(TableWordBytes);
      default: word_bytes = 9'(ResidualWordBytes);
    endcase
  end

  logic step, row_first, row_last, last, bytes_bad, memory_uneven, buffer_uneven;
  logic [LaneBits-1:0] first_lane, last_lane;
  logic [15:0] row_word;
  logic [7:0] row_byte, last_beat;
  logic unused_place;
  assign unused_place = ^{row_word, row_byte, last_beat};
  row_walker #(
    .AddressBits(AddressBits), .LengthBits(LengthBits), .WordBits(WordBits),
    .BeatBytes(BeatBytes), .BurstBeats(BurstBeats), .HasBytes(1'b1), .MostWordBytes(MostWordBytes), .Lean(Lean)
  ) u_row_walker (
    .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(head_release_o),
    .beat_valid_i(head_beat_valid_i), .beat_index_i(head_beat_index_i), .beat_again_i(head_beat_again_i),
    .beat_data_i(head_beat_data_i), .word_bytes_i(word_bytes), .fill_i(fill_q), .step_i(step),
    .address_o(address_o), .length_o(length_o), .last_beat_o(last_beat), .row_first_o(row_first),
    .row_last_o(row_last), .last_o(last), .first_lane_o(first_lane), .last_lane_o(last_lane), .word_o(row_word),
    .byte_o(row_byte), .bytes_bad_o(bytes_bad), .memory_uneven_o(memory_uneven), .buffer_uneven_o(buffer_uneven)
  );

  // Front end.
  logic active_q, legal, legal_now, uneven, uneven_now, no_buffer;
  logic [CountBits-1:0] flight_q;
  logic landed;
  assign uneven_now = (3'(target_q) == napier_pkg::LoadTargetWeight || 3'(target_q) == napier_pkg::LoadTargetParameter
      || 3'(target_q) == napier_pkg::LoadTargetPalette || 3'(target_q) == napier_pkg::LoadTargetTable)
      && (buffer_uneven || (memory_uneven && !fill_q));
  assign no_buffer = 3'(target_q) > napier_pkg::LoadTargetTable
      || (PaletteWords == 0 && 3'(target_q) == napier_pkg::LoadTargetPalette)
      || (TableWords == 0 && 3'(target_q) == napier_pkg::LoadTargetTable);
  assign legal_now = !uneven_now && !bytes_bad && !no_buffer;
  // A cycle later is early enough if the command's last beat has none of its fields.
  localparam bit Early = !Lean && napier_pkg::LoadBufferStrideYByteLsb / BeatBits + 1 < Beats;
  logic [1:0] verdict_q;
  always_ff @(posedge clk_i) verdict_q <= {legal_now, uneven_now};
  assign {legal, uneven} = Early ? verdict_q : {legal_now, uneven_now};
  assign start_o = head_valid_i && !active_q && legal && tokens_ready_i && !halt_i && (!fill_q || flight_q == '0);
  assign request_o = active_q && !fill_q && flight_q != CountBits'(OutstandingReads);
  assign head_release_o = step && last;
  assign idle_o = !active_q && flight_q == '0;
  always_ff @(posedge clk_i) begin
    active_q <= rst_ni && (start_o || (active_q && !head_release_o));
    if (!rst_ni) flight_q <= '0;
    else if (issued_i != landed) flight_q <= issued_i ? flight_q + CountBits'(1) : flight_q - CountBits'(1);
  end

  // Fill: a beat a cycle.
  localparam int unsigned FillBits = (BurstBeats > 1) ? $clog2(BurstBeats) : 1;
  logic [FillBits-1:0] fill_beat_q;
  logic filling, fill_last, from_fill_q;  // from_fill_q: a fill is active, no burst is in flight
  assign filling = from_fill_q && !halt_i;
  assign fill_last = (Lean || row_last) ? fill_beat_q == last_beat[FillBits-1:0] : 32'(fill_beat_q) == BurstBeats - 1;
  assign step = issued_i || (filling && fill_last);
  always_ff @(posedge clk_i) begin
    from_fill_q <= rst_ni && (start_o ? fill_q : from_fill_q && !head_release_o);
    if (!rst_ni || !filling || fill_last) fill_beat_q <= '0;
    else fill_beat_q <= fill_beat_q + FillBits'(1);
  end

  // What the back end must know of each burst in flight, in RAM; the oldest is read ahead. distance: by how many lanes
  // its row is turned from memory to buffer.
  localparam int unsigned PackedBits = (PackedTrits != 0) ? 1 : 0;
  localparam int unsigned PlainBits = 5 + TargetBits + WordBits + BankBits + 2 * LaneBits;
  localparam int unsigned PlanBits = PlainBits + PackedBits;
  localparam int unsigned DescriptorBits = LaneBits + 1 + IndexBits + AddressBits + PlanBits;
  (* no_rw_check *) logic [DescriptorBits-1:0] descriptors [2**PlaceBits];
  logic [DescriptorBits-1:0] descriptor;
  logic [PlanBits-1:0] plan;
  logic [LaneBits:0] distance, beat_distance;
  logic [PlaceBits-1:0] in_q, out_q, out_next;
  assign plan[PlainBits-1:0] = {row_first, row_last, last, signal_q, target_q, row_word[WordBits-1:0],
                                BankBits'(row_byte >> LaneBits), first_lane, last_lane};
  assign distance = {1'b0, row_byte[LaneBits-1:0]} - {1'b0, first_lane};
  assign out_next = !landed ? out_q : (out_q == PlaceBits'(OutstandingReads - 1)) ? '0 : out_q + PlaceBits'(1);
  always_ff @(posedge clk_i) begin
    if (issued_i) descriptors[in_q] <= {distance, index_q, address_o[AddressBits-1:0], plan};
    descriptor <= descriptors[out_next];
    if (!rst_ni) in_q <= '0;
    else if (issued_i) in_q <= (in_q == PlaceBits'(OutstandingReads - 1)) ? '0 : in_q + PlaceBits'(1);
    out_q <= rst_ni ? out_next : '0;
  end

  logic beat_row_first, beat_row_last, beat_command_last;
  logic [WordBits-1:0] beat_word;
  logic [BankBits-1:0] beat_bank;
  logic [TargetBits-1:0] beat_target_bits;
  logic [2:0] beat_target;
  logic [LaneBits-1:0] beat_first_lane, beat_last_lane;
  assign {beat_row_first, beat_row_last, beat_command_last, end_signal_o, beat_target_bits, beat_word, beat_bank,
          beat_first_lane, beat_last_lane} = from_fill_q ? plan[PlainBits-1:0] : descriptor[PlainBits-1:0];
  assign beat_target = 3'(beat_target_bits);
  // A fill's first beat begins in the lane of its first byte.
  assign beat_distance = from_fill_q ? '0 : descriptor[DescriptorBits-1 -: LaneBits+1];

  // Back end: where the beat goes. base is the chunk of its first lanes, next the one after. A row whose first byte
  // lies in a higher lane in memory than in the buffer begins in `next`.
  logic beat, beat_last, begin_q, row_begin, behind;
  logic [LaneBits-1:0] turn, turn_q;
  assign beat = beat_i || filling;
  assign beat_last = from_fill_q ? fill_last : beat_last_i;
  assign landed = beat_i && beat_last_i;
  assign row_begin = begin_q && beat_row_first;
  assign behind = row_begin && beat_distance[LaneBits];
  assign turn = row_begin ? beat_distance[LaneBits-1:0] : turn_q;

  logic [WordBits-1:0] base_word, next_word, after_word, word_q;
  logic [BankBits-1:0] base_bank, next_bank, after_bank, bank_q, bank_most;
  logic wrap, twice;  // twice: the beat completes two
  always_comb begin
    case (beat_target)
      napier_pkg::LoadTargetActivation: bank_most = BankBits'(ActivationWordBytes / BeatBytes - 1);
      napier_pkg::LoadTargetWeight: bank_most = BankBits'(WeightWordBytes / BeatBytes - 1);
      napier_pkg::LoadTargetParameter: bank_most = BankBits'(ParameterWordBytes / BeatBytes - 1);
      napier_pkg::LoadTargetPalette: bank_most = BankBits'(PaletteWordBytes / BeatBytes - 1);
      napier_pkg::LoadTargetTable: bank_most = BankBits'(TableWordBytes / BeatBytes - 1);
      default: bank_most = BankBits'(ResidualWordBytes / BeatBytes - 1);
    endcase
  end
  assign base_word = row_begin ? beat_word : word_q;
  assign base_bank = row_begin ? beat_bank : bank_q;
  assign wrap = base_bank == bank_most;
  assign next_word = (behind || !wrap) ? base_word : base_word + WordBits'(1);
  assign next_bank = behind ? base_bank : wrap ? '0 : base_bank + BankBits'(1);
  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin_q <= 1'b1;
    else if (beat) begin_q <= beat_last;
    if (beat) begin
      word_q <= twice ? after_word : next_word;
      bank_q <= twice ? after_bank : next_bank;
      turn_q <= turn;
    end
  end

  // Lanes of the beat that belong to the row, turned into the buffer's lanes.
  logic [BeatBytes-1:0] high_mask;
  logic [BeatBits-1:0] beat_turned;
  logic low, high, low_outside, next_outside, high_outside, beat_fault;
  beat_lanes #(
    .BeatBytes(BeatBytes), .Lean(Lean)
  ) u_lanes (
    .begins_i(row_begin), .ends_i(beat_row_last && beat_last), .first_i(beat_first_lane), .last_i(beat_last_lane),
    .turn_i(turn), .lanes_o(beat_lanes_o), .low_mask_o(write_low_mask_o), .high_mask_o(high_mask), .low_o(low),
    .high_o(high)
  );
  assign write_high_mask_o = high_mask | {BeatBytes{twice}};
  beat_aligner #(
    .BeatBytes(BeatBytes)
  ) u_aligner (
    .data_i(beat_data_i & {BeatBits{!from_fill_q}}), .by_i(turn), .data_o(beat_turned)
  );

  // Trits: what the row's beats make is as long as they and a quarter more. phase: quarters of a beat that wait.
  if (PackedTrits != 0) begin : gen_packed
    localparam int unsigned Quarter = BeatBits / 4;
    logic [5*Quarter-1:0] codes;
    logic [3*Quarter-1:0] rest_q;
    logic [8*Quarter-1:0] joined;
    logic [1:0] phase, phase_q;
    logic beat_packed;

    assign plan[PlainBits] = packed_q && !fill_q && target_q == TargetBits'(napier_pkg::LoadTargetWeight);
    assign beat_packed = !from_fill_q && descriptor[PlainBits];
    trits #(
      .Bytes(BeatBytes)
    ) u_trits (
      .packed_i(beat_data_i), .codes_o(codes)
    );
    assign phase = row_begin ? '0 : phase_q;
    always_comb begin
      case (phase)
        2'd0: joined = {{3*Quarter{1'b0}}, codes};
        2'd1: joined = {{2*Quarter{1'b0}}, codes, rest_q[Quarter-1:0]};
        2'd2: joined = {{Quarter{1'b0}}, codes, rest_q[2*Quarter-1:0]};
        default: joined = {codes, rest_q};
      endcase
    end
    always_ff @(posedge clk_i) begin
      if (beat) begin
        phase_q <= phase + 2'd1;
        rest_q <= joined[4*Quarter +: 3*Quarter];
      end
    end
    assign twice = beat_packed && phase == 2'd3;
    assign write_data_o
        = beat_packed ? joined[BeatBits-1:0] : beat_turned | {BeatBytes{fill_byte_q & {8{from_fill_q}}}};
    assign write_high_data_o = beat_packed ? joined[2*BeatBits-1:BeatBits] : write_data_o;
    assign after_word = (next_bank == bank_most) ? next_word + WordBits'(1) : next_word;
    assign after_bank = (next_bank == bank_most) ? '0 : next_bank + BankBits'(1);
  end else begin : gen_plain
    logic unused_packed;
    assign unused_packed = packed_q;
    assign twice = 1'b0;
    assign write_data_o = beat_turned | {BeatBytes{fill_byte_q & {8{from_fill_q}}}};
    assign write_high_data_o = write_data_o;
    assign after_word = next_word;
    assign after_bank = next_bank;
  end

  // Lanes that go to the word after base_word follow lanes of it, so that next_word can be judged without adding.
  logic [15:0] words;
  always_comb begin
    case (beat_target)
      napier_pkg::LoadTargetActivation: words = 16'(ActivationWords);
      napier_pkg::LoadTargetWeight: words = 16'(WeightWords);
      napier_pkg::LoadTargetParameter: words = 16'(ParameterWords);
      napier_pkg::LoadTargetPalette: words = 16'(PaletteWords);
      napier_pkg::LoadTargetTable: words = 16'(TableWords);
      default: words = 16'(ResidualWords);
    endcase
  end
  assign low_outside = low && 16'(base_word) >= words;
  assign next_outside = Lean ? 16'(next_word) >= words
      : (!behind && wrap) ? 16'(base_word) >= words - 16'd1 : 16'(base_word) >= words;
  assign high_outside = (high || twice) && next_outside;
  assign beat_fault = beat && ((beat_i && beat_error_i) || low_outside || high_outside);

  assign write_target_o = beat_target;
  assign write_low_enable_o = beat && low && !beat_fault;
  assign write_low_word_o = 16'(base_word);
  assign write_low_bank_o = 8'(base_bank);
  assign write_high_enable_o = beat && (high || twice) && !beat_fault;
  assign write_high_word_o = 16'(next_word);
  assign write_high_bank_o = 8'(next_bank);
  assign end_o = beat && beat_last && beat_command_last && !beat_fault;

  // Faults.
  logic head_fault;
  assign head_fault = head_valid_i && !active_q && !legal && !halt_i;
  assign fault_valid_o = beat_fault || head_fault || outside_i;
  always_comb begin
    fault_address_o = address_o;
    fault_command_o = 24'(index_q);
    if (beat_fault) begin
      if (!from_fill_q) fault_command_o = 24'(descriptor[PlanBits+AddressBits +: IndexBits]);
      if (beat_i && beat_error_i) begin
        fault_code_o = napier_pkg::ErrorReadResponse;
        fault_address_o = 32'(descriptor[PlanBits +: AddressBits]);
      end else begin
        fault_code_o = napier_pkg::ErrorBufferRange;
        fault_address_o = low_outside ? 32'(base_word) : 32'(next_word);
      end
    end else if (head_fault) begin
      fault_code_o = uneven ? napier_pkg::ErrorAlignment : napier_pkg::ErrorBufferRange;
      if (!uneven) fault_address_o = 32'(row_word);
    end else begin
      fault_code_o = napier_pkg::ErrorReadWindow;
    end
  end

endmodule
