// STORE: output buffer to memory. One command at a time; it ends, and its head is released, with the answer to its last
// write.
//
// Start: in the first cycle in which the head is valid and its tokens are there; start_o in s -> the first request in s
// + 1.
// Bursts: request_o while fewer than OutstandingWrites bursts are unanswered: from issued_i to the answer, both seen a
// cycle later.
// ready_o: the reader has no burst, or reads the last beat of one in this cycle; only then the next may be issued.
// Beats: with a burst issued in cycle i the reader reads the buffer for its beats from i + 1 on, one a cycle, while the
// beat before has room ahead; a beat read in r can be in the output register, offered on W, in r + 2. So the first beat
// is offered in i + 3 at the earliest (the address in i + 1), each next one in the cycle after the one before was
// accepted, and a burst issued in the cycle of the last read of the one before follows it without a gap.
// Faults, combinational: an answer first (address of its burst), then buffer_range of a read, then the write window. A
// halt or soft reset (rst_ni) stops issuing; what was issued is written to its end, with zeros for words outside the
// buffer. Only power_rst_ni stops that.
module storer #(
  parameter int unsigned AddressBits = 32,
  parameter int unsigned LengthBits = napier_pkg::LoadLengthBits,
  parameter int unsigned WordBits = 16,
  parameter int unsigned IndexBits = 24,
  parameter int unsigned BeatBytes = 4,
  parameter int unsigned BurstBeats = 16,
  parameter int unsigned OutstandingWrites = 2,
  parameter int unsigned OutputWords = 256,
  parameter int unsigned OutputWordBytes = 4,
  parameter bit          Lean = 1'b0,
  localparam int unsigned BeatBits = BeatBytes * 8,
  localparam int unsigned Beats = napier_pkg::CommandBytes / BeatBytes,
  localparam int unsigned BeatIndexBits = (Beats > 1) ? $clog2(Beats) : 1
) (
  input  logic        clk_i,
  input  logic        power_rst_ni,
  input  logic        rst_ni,          // low with power_rst_ni, too
  input  logic        halt_i,
  output logic        idle_o,
  output logic        writing_o,       // beats of an issued burst are still to be accepted

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
  output logic        ready_o,
  output logic [31:0] address_o,
  output logic  [7:0] length_o,
  input  logic [31:0] offered_i,       // the address taken with the last request
  input  logic        issued_i,
  input  logic        outside_i,
  input  logic        answer_i,
  input  logic        answer_error_i,

  output logic        read_enable_o,
  output logic [15:0] read_word_o,
  input  logic [OutputWordBytes*8-1:0] read_data_i,

  output logic [BeatBits-1:0] wdata_o,
  output logic [BeatBytes-1:0] wstrb_o,
  output logic        wlast_o,
  output logic        wvalid_o,
  input  logic        wready_i,

  output logic        fault_valid_o,
  output logic  [napier_pkg::ErrorCodeBits-1:0] fault_code_o,
  output logic [31:0] fault_address_o,
  output logic [23:0] fault_command_o
);

  localparam int unsigned LaneBits = $clog2(BeatBytes);
  localparam int unsigned Banks = OutputWordBytes / BeatBytes;
  localparam int unsigned BankBits = (Banks > 1) ? $clog2(Banks) : 1;
  localparam int unsigned CountBits = $clog2(OutstandingWrites + 1);
  localparam int unsigned LeftBits = (BurstBeats > 1) ? $clog2(BurstBeats) : 1;

  if (OutputWordBytes % BeatBytes != 0) begin : g_bad_word
    $error("The words of the output buffer are not whole beats.");
  end
  if (OutputWords > 65535) begin : g_bad_words
    $error("The output buffer has more than 65535 words.");
  end
  if (OutstandingWrites == 0) begin : g_bad_writes
    $error("OutstandingWrites is zero.");
  end

  // The head.
  logic [1:0] wait_q, signal_q;
  logic [IndexBits-1:0] index_q;
  always_ff @(posedge clk_i) begin
    if (head_beat_valid_i && head_beat_index_i == '0) begin
      wait_q <= head_beat_data_i[napier_pkg::CommonWaitLsb +: napier_pkg::CommonWaitBits];
      signal_q <= head_beat_data_i[napier_pkg::CommonSignalLsb +: napier_pkg::CommonSignalBits];
    end
    if (head_beat_valid_i && head_beat_index_i == BeatIndexBits'(Beats - 1)) begin
      index_q <= head_beat_data_i[BeatBits-32 +: IndexBits];
    end
  end
  assign wait_o = wait_q;
  assign end_signal_o = signal_q;

  logic row_first, row_last, last;
  logic [LaneBits-1:0] first_lane, last_lane;
  logic [15:0] row_word;
  logic [7:0] unused_byte, unused_last_beat;
  logic unused_row_word, unused_bytes_bad, unused_memory_uneven, unused_buffer_uneven;
  assign unused_row_word = ^row_word;
  row_walker #(
    .AddressBits(AddressBits), .LengthBits(LengthBits), .WordBits(WordBits),
    .BeatBytes(BeatBytes), .BurstBeats(BurstBeats), .HasBytes(1'b0), .Lean(Lean)
  ) u_row_walker (
    .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(head_release_o),
    .beat_valid_i(head_beat_valid_i), .beat_index_i(head_beat_index_i), .beat_again_i(head_beat_again_i),
    .beat_data_i(head_beat_data_i), .word_bytes_i(9'(OutputWordBytes)), .fill_i(1'b0), .step_i(issued_i),
    .address_o(address_o), .length_o(length_o), .last_beat_o(unused_last_beat), .row_first_o(row_first),
    .row_last_o(row_last), .last_o(last), .first_lane_o(first_lane), .last_lane_o(last_lane), .word_o(row_word),
    .byte_o(unused_byte), .bytes_bad_o(unused_bytes_bad), .memory_uneven_o(unused_memory_uneven),
    .buffer_uneven_o(unused_buffer_uneven)
  );

  // The command: issuing, then waiting for answers.
  logic active_q, issuing_q;
  logic [CountBits-1:0] flight_q;
  logic answer_good;
  assign answer_good = answer_i && !answer_error_i;
  assign start_o = head_valid_i && !active_q && tokens_ready_i && !halt_i;
  assign request_o = issuing_q && flight_q != CountBits'(OutstandingWrites);
  assign end_o = active_q && !issuing_q && flight_q == CountBits'(1) && answer_good;
  assign head_release_o = end_o;
  assign idle_o = !active_q;
  always_ff @(posedge clk_i) begin
    if (!rst_ni) active_q <= 1'b0;
    else if (start_o) active_q <= 1'b1;
    else if (end_o) active_q <= 1'b0;
    if (!rst_ni) issuing_q <= 1'b0;
    else if (start_o) issuing_q <= 1'b1;
    else if (issued_i && last) issuing_q <= 1'b0;
    if (!rst_ni) flight_q <= '0;
    else if (issued_i != answer_i) flight_q <= issued_i ? flight_q + CountBits'(1) : flight_q - CountBits'(1);
  end

  // Address of the oldest burst in flight. A single one is the last taken: no other is, until it is answered.
  logic [31:0] oldest_address;
  if (OutstandingWrites == 1) begin : g_one
    assign oldest_address = offered_i;
  end else begin : g_more
    logic [OutstandingWrites*AddressBits-1:0] flight_address_q;  // the oldest at the bottom
    always_ff @(posedge clk_i) begin
      for (int unsigned i = 0; i < OutstandingWrites; i++) begin
        if (issued_i && flight_q == CountBits'(i) + CountBits'(answer_i)) begin
          flight_address_q[i*AddressBits +: AddressBits] <= offered_i[AddressBits-1:0];
        end else if (answer_i && i + 1 < OutstandingWrites) begin
          flight_address_q[i*AddressBits +: AddressBits]
              <= flight_address_q[((i + 1) % OutstandingWrites)*AddressBits +: AddressBits];
        end
      end
    end
    assign oldest_address = 32'(flight_address_q[AddressBits-1:0]);
  end

  // Reader: the beats of one burst. A row's beat j takes lanes from chunk j of the row and, below the turn, from chunk
  // j - 1.
  logic reading_q, first_q, row_last_q, read, read_last, word_outside;
  logic [LeftBits-1:0] left_q;         // beats after this one
  logic [LaneBits-1:0] turn_q, last_lane_q;
  logic [WordBits-1:0] word_q;
  logic [BankBits-1:0] bank_q;
  logic pending_q, room;               // a beat read and not yet in the output register; the register takes one
  assign room = !wvalid_o || wready_i;
  assign read = reading_q && (!pending_q || room);
  assign read_last = left_q == '0;
  assign ready_o = !reading_q || (read && read_last);
  assign word_outside = 16'(word_q) >= 16'(OutputWords);
  always_ff @(posedge clk_i) begin
    if (!power_rst_ni) reading_q <= 1'b0;
    else if (issued_i) reading_q <= 1'b1;
    else if (read && read_last) reading_q <= 1'b0;
    if (issued_i) begin
      left_q <= LeftBits'(length_o);
      first_q <= row_first;
      row_last_q <= row_last;
      last_lane_q <= last_lane;
      turn_q <= first_lane;
    end else if (read) begin
      left_q <= left_q - LeftBits'(1);
      first_q <= 1'b0;
    end
    if (issued_i && row_first) begin
      word_q <= row_word[WordBits-1:0];
      bank_q <= '0;
    end else if (read) begin
      bank_q <= (bank_q == BankBits'(Banks - 1)) ? '0 : bank_q + BankBits'(1);
      if (bank_q == BankBits'(Banks - 1)) word_q <= word_q + WordBits'(1);
    end
  end

  // The beat whose word is on read_data_i.
  logic pending_first_q, pending_row_last_q, pending_last_q;
  logic [LaneBits-1:0] pending_turn_q, pending_last_lane_q;
  always_ff @(posedge clk_i) begin
    if (!power_rst_ni) pending_q <= 1'b0;
    else if (read) pending_q <= 1'b1;
    else if (room) pending_q <= 1'b0;
    if (read) begin
      pending_first_q <= first_q;
      pending_row_last_q <= row_last_q && read_last;
      pending_last_q <= read_last;
      pending_turn_q <= turn_q;
      pending_last_lane_q <= last_lane_q;
    end
  end

  logic [BeatBits-1:0] turned, before_q, merged;
  logic [BeatBytes-1:0] strobe;
  if (Lean) begin : g_aligner
    assign read_enable_o = read;
    assign read_word_o = 16'(word_q);
    logic outside_q;
    logic [BankBits-1:0] pending_bank_q;
    logic [BeatBits-1:0] chunk;
    always_ff @(posedge clk_i) begin
      if (read) begin
        outside_q <= word_outside;
        pending_bank_q <= bank_q;
      end
    end
    assign chunk = outside_q ? '0 : read_data_i[pending_bank_q*BeatBits +: BeatBits];
    beat_aligner #(
      .BeatBytes(BeatBytes)
    ) u_aligner (
      .data_i(chunk), .by_i(pending_turn_q), .data_o(turned)
    );
  end else begin : g_choice
    // Block RAM is slow to give its data: the word of the next beat, that of the next burst even before it is issued,
    // is read a cycle ahead and kept with the beat's read. Of all banks in all turns the one is known then, one hot.
    logic [Banks*BeatBytes-1:0] choice_q;
    logic [OutputWordBytes*8-1:0] data_q;
    logic [WordBits-1:0] word_next, word_ahead;
    assign word_next = (read && bank_q == BankBits'(Banks - 1)) ? word_q + WordBits'(1) : word_q;
    assign read_enable_o = active_q || reading_q;
    assign word_ahead = (row_first && ready_o) ? row_word[WordBits-1:0] : word_next;
    assign read_word_o = 16'(word_ahead);
    always_ff @(posedge clk_i) begin
      if (read) data_q <= read_data_i;
      for (int unsigned b = 0; b < Banks; b++) begin
        for (int unsigned t = 0; t < BeatBytes; t++) begin
          if (read) choice_q[b*BeatBytes + t] <= !word_outside && bank_q == BankBits'(b) && turn_q == LaneBits'(t);
        end
      end
    end
    always_comb begin
      turned = '0;
      for (int unsigned b = 0; b < Banks; b++) begin
        for (int unsigned t = 0; t < BeatBytes; t++) begin
          if (choice_q[b*BeatBytes + t]) begin
            turned = turned | (data_q[b*BeatBits +: BeatBits] << (8*t))
                | (data_q[b*BeatBits +: BeatBits] >> (BeatBits - 8*t));
          end
        end
      end
    end
  end
  always_comb begin
    for (int unsigned i = 0; i < BeatBytes; i++) begin
      merged[i*8 +: 8] = (LaneBits'(i) < pending_turn_q) ? before_q[i*8 +: 8] : turned[i*8 +: 8];
      strobe[i] = !(pending_first_q && LaneBits'(i) < pending_turn_q)
          && !(pending_row_last_q && LaneBits'(i) > pending_last_lane_q);
    end
  end

  // The output register.
  always_ff @(posedge clk_i) begin
    if (!power_rst_ni) wvalid_o <= 1'b0;
    else if (pending_q) wvalid_o <= 1'b1;
    else if (wready_i) wvalid_o <= 1'b0;
    if (pending_q && room) begin
      wdata_o <= merged;
      wstrb_o <= strobe;
      wlast_o <= pending_last_q;
      before_q <= turned;
    end
  end
  assign writing_o = reading_q || pending_q || wvalid_o;

  // Faults. The last beat of a row may need no chunk of its own.
  logic answer_fault, needed, read_fault;
  assign answer_fault = answer_i && answer_error_i;
  assign needed = !(row_last_q && read_last && last_lane_q < turn_q);
  assign read_fault = read && needed && word_outside && !halt_i && active_q;
  assign fault_valid_o = answer_fault || read_fault || outside_i;
  always_comb begin
    fault_command_o = 24'(index_q);
    if (answer_fault) begin
      fault_code_o = napier_pkg::ErrorWriteResponse;
      fault_address_o = oldest_address;
    end else if (read_fault) begin
      fault_code_o = napier_pkg::ErrorBufferRange;
      fault_address_o = 32'(word_q);
    end else begin
      fault_code_o = napier_pkg::ErrorWriteWindow;
      fault_address_o = offered_i;
    end
  end

endmodule
