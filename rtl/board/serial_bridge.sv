// A host on a UART reads and writes an accelerator's registers and its memory: the board's side of docs/serial.md.
//
// A request is executed once its checksum is right, and answered; one that changes something and comes again with the
// sequence number of the last such is answered again and not executed. A line that rests for SilentBytes bytes ends a
// request that is not complete, and what is none.
// Registers: one access on AXI4-Lite at a time. Memory: a word is taken in a cycle with memory_ready_i high; what is
// read comes a cycle later. device_rst_no is low with rst_ni, and for ResetCycles when the host asks for it.
module serial_bridge #(
  parameter int unsigned Divisor = 16,     // cycles of a bit
  parameter int unsigned MemoryWords = 1024
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        rx_i,
  output logic        tx_o,
  output logic        device_rst_no,
  input  logic        interrupt_i,
  output logic [11:0] awaddr_o,
  output logic        awvalid_o,
  input  logic        awready_i,
  output logic [31:0] wdata_o,
  output logic  [3:0] wstrb_o,
  output logic        wvalid_o,
  input  logic        wready_i,
  input  logic  [1:0] bresp_i,
  input  logic        bvalid_i,
  output logic        bready_o,
  output logic [11:0] araddr_o,
  output logic        arvalid_o,
  input  logic        arready_i,
  input  logic [31:0] rdata_i,
  input  logic  [1:0] rresp_i,
  input  logic        rvalid_i,
  output logic        rready_o,
  output logic        memory_valid_o,
  input  logic        memory_ready_i,
  output logic        memory_write_o,
  output logic [29:0] memory_word_o,
  output logic [31:0] memory_data_o,
  input  logic [31:0] memory_data_i
);

  localparam int unsigned Most = napier_pkg::SerialMostWords;
  localparam int unsigned IndexBits = $clog2(Most);
  localparam int unsigned SilentBytes = 32;
  localparam int unsigned SilentCycles = SilentBytes * 10 * Divisor;
  localparam int unsigned SilentBits = $clog2(SilentCycles + 1);
  localparam int unsigned ResetCycles = 16;

  typedef enum logic [3:0] {Rest, Receive, Decide, Load, Ask, Wait, Reset, Prepare, Send, Lost} state_e;
  state_e state_q;

  // The line, a byte at a time.
  logic in_valid, in_broken, out_valid, out_ready, byte_in, byte_out;
  logic [7:0] in_data, out_data;
  uart_receiver #(
    .Divisor(Divisor)
  ) u_receiver (
    .clk_i(clk_i), .rst_ni(rst_ni), .rx_i(rx_i), .valid_o(in_valid), .data_o(in_data), .broken_o(in_broken)
  );
  uart_transmitter #(
    .Divisor(Divisor)
  ) u_transmitter (
    .clk_i(clk_i), .rst_ni(rst_ni), .valid_i(out_valid), .data_i(out_data), .ready_o(out_ready), .tx_o(tx_o)
  );
  assign byte_in = state_q == Receive && in_valid;
  assign out_valid = state_q == Send;
  assign byte_out = out_valid && out_ready;

  logic [SilentBits-1:0] silent_q;
  logic silent;
  assign silent = silent_q == SilentBits'(SilentCycles);
  always_ff @(posedge clk_i) begin
    if (!rst_ni || in_valid || !rx_i || (state_q != Receive && state_q != Lost)) silent_q <= '0;
    else if (!silent) silent_q <= silent_q + SilentBits'(1);
  end

  // A frame is a first byte, then words: head, address (of a request), payload, checksum. index_q: the word under way.
  logic [7:0] sequence_q, operation_q, count_q;
  logic [31:0] address_q, word, checksum;
  logic [23:0] word_q;                 // of the word under way, what has come
  logic [1:0] byte_q;
  logic [7:0] index_q, answer_words;
  logic first_q, word_in, frame_end;
  logic writes, memory, known, refused;
  // The operation comes with the first word: these are known long before they count.
  always_ff @(posedge clk_i) begin
    writes <= operation_q == napier_pkg::SerialWriteRegisters || operation_q == napier_pkg::SerialWriteMemory;
    memory <= operation_q == napier_pkg::SerialReadMemory || operation_q == napier_pkg::SerialWriteMemory;
  end
  assign known = writes || memory || operation_q == napier_pkg::SerialReadRegisters;
  assign refused = (known ? count_q == '0 || address_q[1:0] != '0 : operation_q > napier_pkg::SerialReset)
      || (memory && {1'b0, address_q[31:2]} + 31'(count_q) > 31'(MemoryWords));
  assign word = {in_data, word_q};
  assign word_in = byte_in && byte_q == 2'd3;
  // Of the frame the word with its checksum: known a word before it comes.
  logic [7:0] request_end_q, answer_end_q, answer_words_q;
  always_ff @(posedge clk_i) begin
    request_end_q <= 8'd2 + (writes ? count_q : 8'd0);
    answer_end_q <= 8'd1 + answer_words;
    answer_words_q <= answer_words;
  end
  assign frame_end = index_q == ((state_q == Receive) ? request_end_q : answer_end_q);

  logic sum_clear, sum_valid;
  assign sum_clear = state_q == Rest || state_q == Prepare;
  assign sum_valid = (byte_in || (byte_out && !first_q)) && !frame_end;
  crc32_serial u_checksum (
    .clk_i(clk_i), .clear_i(sum_clear), .valid_i(sum_valid), .data_i(byte_in ? in_data : out_data),
    .checksum_o(checksum)
  );

  // Payload, in RAM: what is to be written, or what was read.
  logic [31:0] payload [Most];
  logic [31:0] payload_q, payload_data;
  logic [IndexBits-1:0] payload_index;
  logic payload_write, word_done;
  logic [7:0] done_q;                  // words executed
  assign payload_write = (word_in && index_q >= 8'd2 && !frame_end) || (word_done && !writes);
  assign payload_data = (state_q == Receive) ? word : memory ? memory_data_i : rdata_i;
  assign payload_index = (state_q == Receive) ? IndexBits'(index_q - 8'd2)
      : (state_q == Send) ? IndexBits'(index_q - 8'd1) : done_q[IndexBits-1:0];
  always_ff @(posedge clk_i) begin
    if (payload_write) payload[payload_index] <= payload_data;
    payload_q <= payload[payload_index];
  end

  // Execution: a word at a time, loaded from the payload, asked for, waited for.
  logic address_asked_q, data_asked_q, asked, error;
  assign awaddr_o = address_q[11:0];
  assign araddr_o = address_q[11:0];
  assign wdata_o = payload_q;
  assign wstrb_o = '1;
  assign awvalid_o = state_q == Ask && !memory && writes && !address_asked_q;
  assign wvalid_o = state_q == Ask && !memory && writes && !data_asked_q;
  assign arvalid_o = state_q == Ask && !memory && !writes;
  assign memory_valid_o = state_q == Ask && memory;
  assign memory_write_o = writes;
  assign memory_word_o = address_q[31:2];
  assign memory_data_o = payload_q;
  assign bready_o = state_q == Wait && writes;
  assign rready_o = state_q == Wait && !writes;
  assign asked = memory ? memory_ready_i
      : writes ? (address_asked_q || awready_i) && (data_asked_q || wready_i) : arready_i;
  assign word_done = state_q == Wait && (memory || (writes ? bvalid_i : rvalid_i));
  assign error = !memory && (writes ? bresp_i[1] : rresp_i[1]);
  always_ff @(posedge clk_i) begin
    if (state_q != Ask) begin
      address_asked_q <= 1'b0;
      data_asked_q <= 1'b0;
    end else begin
      if (awvalid_o && awready_i) address_asked_q <= 1'b1;
      if (wvalid_o && wready_i) data_asked_q <= 1'b1;
    end
  end

  // The answer.
  logic [7:0] status_q, last_status_q, last_sequence_q;
  logic last_q, executed_q, changes, again, flag_q;
  logic [31:0] out_word;
  assign changes = writes || operation_q == napier_pkg::SerialReset;
  assign again = last_q && changes && sequence_q == last_sequence_q;
  assign answer_words = (status_q == napier_pkg::SerialGarbled || status_q == napier_pkg::SerialRefused || changes)
      ? 8'd0 : (operation_q == napier_pkg::SerialHello) ? 8'd2 : count_q;
  always_comb begin
    if (index_q == '0) out_word = {7'd0, flag_q, answer_words_q, status_q, sequence_q};
    else if (frame_end) out_word = checksum;
    else if (operation_q != napier_pkg::SerialHello) out_word = payload_q;
    else out_word = (index_q == 8'd1) ? napier_pkg::SerialVersion : 32'(MemoryWords * 4);
  end
  assign out_data = first_q ? napier_pkg::SerialAnswer : out_word[byte_q*8 +: 8];

  logic [4:0] reset_q;
  assign device_rst_no = rst_ni && state_q != Reset;
  always_ff @(posedge clk_i) begin
    reset_q <= (state_q == Reset) ? reset_q - 5'd1 : 5'(ResetCycles - 1);
  end

  state_e next;
  always_comb begin
    next = state_q;
    case (state_q)
      Rest: begin
        if (in_valid) next = (in_data == napier_pkg::SerialRequest) ? Receive : Lost;
        if (in_broken) next = Lost;
      end
      Receive: begin
        if (word_in && frame_end) next = Decide;
        if (word_in && index_q == '0 && 32'(word[23:16]) > Most) next = Lost;
        if (in_broken) next = Lost;
        if (silent) next = Rest;
      end
      Decide: begin
        if (status_q != napier_pkg::SerialOkay || refused || again || operation_q == napier_pkg::SerialHello) begin
          next = Prepare;
        end else begin
          next = (operation_q == napier_pkg::SerialReset) ? Reset : Load;
        end
      end
      Load: next = Ask;
      Ask: if (asked) next = Wait;
      Wait: if (word_done) next = (done_q + 8'd1 == count_q) ? Prepare : Load;
      Reset: if (reset_q == '0) next = Prepare;
      Prepare: next = Send;
      Send: if (byte_out && !first_q && byte_q == 2'd3 && frame_end) next = Rest;
      default: if (silent) next = Rest;
    endcase
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= Rest;
      last_q <= 1'b0;
    end else begin
      state_q <= next;
      if (state_q == Decide && status_q == napier_pkg::SerialOkay && operation_q == napier_pkg::SerialHello)
        last_q <= 1'b0;
      else if (state_q == Wait || state_q == Reset) last_q <= last_q || changes;
    end
    if ((state_q == Wait || state_q == Reset) && changes) last_sequence_q <= sequence_q;

    if (state_q == Rest || state_q == Prepare) byte_q <= '0;
    else if (byte_in || (byte_out && !first_q)) byte_q <= byte_q + 2'd1;
    if (state_q == Rest || state_q == Prepare) index_q <= '0;
    else if (word_in || (byte_out && !first_q && byte_q == 2'd3)) index_q <= index_q + 8'd1;
    if (state_q == Prepare) first_q <= 1'b1;
    else if (byte_out) first_q <= 1'b0;

    if (byte_in) word_q <= word[31:8];
    if (word_in && index_q == '0) {count_q, operation_q, sequence_q} <= word[23:0];
    if (word_in && index_q == 8'd1) address_q <= word;
    else if (word_done) address_q <= address_q + 32'd4;
    if (state_q == Decide) done_q <= '0;
    else if (word_done) done_q <= done_q + 8'd1;

    // The status as the request was received, and what its execution makes of it.
    if (state_q == Receive) status_q <= (word == checksum) ? napier_pkg::SerialOkay : napier_pkg::SerialGarbled;
    else if (state_q == Decide && status_q == napier_pkg::SerialOkay) begin
      if (refused) status_q <= napier_pkg::SerialRefused;
      else if (again) status_q <= last_status_q;
    end else if (word_done && error) status_q <= napier_pkg::SerialFailed;
    if (state_q == Prepare) flag_q <= interrupt_i;
    if (state_q == Decide) executed_q <= 1'b0;
    else if (state_q == Wait || state_q == Reset) executed_q <= 1'b1;
    if (state_q == Prepare && changes && executed_q) last_status_q <= status_q;
  end

  logic unused;
  assign unused = bresp_i[0] ^ rresp_i[0];

endmodule
