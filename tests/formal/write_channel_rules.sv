// Rules of storer with its row_walker and memory_port: the write channels, and when a STORE has ended.
//
// Assumed: as of command_queue, the beats of a command come in order, then its head is valid until released; length
// and counts are not zero; the bus answers a burst once, after it took its address and its last beat; a halt comes at
// the latest in the cycle after a fault and stays until a soft reset. Commands, windows and data are any.
module write_channel_rules #(
  parameter int unsigned OutstandingWrites = 2,
  localparam int unsigned AddressBits = 14,
  localparam int unsigned BeatBytes = 4,
  localparam int unsigned BurstBeats = 4,
  localparam int unsigned OutputWordBytes = 8,
  localparam int unsigned OutputWords = 5
) (
  input logic        clk_i,
  input logic        rst_ni,
  input logic        soft_reset_i,
  input logic        halt_i,
  input logic [19:0] write_base_i,
  input logic [20:0] write_limit_i,
  input logic        begin_i,
  input logic [31:0] beat_data_i,
  input logic        tokens_ready_i,
  input logic [OutputWordBytes*8-1:0] read_data_i,
  input logic        awready_i,
  input logic        wready_i,
  input logic        bvalid_i,
  input logic        bresp_i           // an error
);

  // The head.
  logic begun_q, passing, head, core_rst_n, release_head;
  logic [3:0] place;
  logic length_given, count_given;             // not zero
  assign core_rst_n = rst_ni && !soft_reset_i;
  initial begun_q = 1'b0;
  always_ff @(posedge clk_i) begin
    begun_q <= 1'b1;
  end
  command_source #(
    .LengthBits(12)
  ) u_command_source (
    .clk_i(clk_i), .rst_ni(core_rst_n), .begin_i(begin_i), .release_i(release_head), .beat_data_i(beat_data_i),
    .passing_o(passing), .place_o(place), .head_o(head), .length_o(length_given), .count_o(count_given)
  );

  logic idle, writing, start, ended, request, ready, issued, outside, answer, draining, offering;
  logic [31:0] address, fault_address, awaddr;
  logic [7:0] length, awlen;
  logic awvalid, wvalid, wlast, read_enable, fault_valid;
  logic [napier_pkg::ErrorCodeBits-1:0] fault_code;
  logic [15:0] read_word;
  logic [31:0] wdata;
  logic [3:0] wstrb;
  storer #(
    .AddressBits(AddressBits), .LengthBits(6), .WordBits(3), .IndexBits(4), .BeatBytes(BeatBytes),
    .BurstBeats(BurstBeats), .OutstandingWrites(OutstandingWrites), .OutputWords(OutputWords),
    .OutputWordBytes(OutputWordBytes)
  ) u_storer (
    .clk_i(clk_i), .power_rst_ni(rst_ni), .rst_ni(core_rst_n), .halt_i(halt_i), .idle_o(idle), .writing_o(writing),
    .head_valid_i(head), .head_beat_valid_i(passing), .head_beat_index_i(place), .head_beat_again_i(1'b1),
    .head_beat_data_i(beat_data_i), .head_release_o(release_head),
    .tokens_ready_i(tokens_ready_i), .start_o(start), .end_o(ended),
    .request_o(request), .ready_o(ready), .address_o(address), .length_o(length), .offered_i(awaddr),
    .issued_i(issued), .outside_i(outside), .answer_i(answer), .answer_error_i(bresp_i),
    .read_enable_o(read_enable), .read_word_o(read_word), .read_data_i(read_data_i),
    .wdata_o(wdata), .wstrb_o(wstrb), .wlast_o(wlast), .wvalid_o(wvalid), .wready_i(wready_i),
    .fault_valid_o(fault_valid), .fault_code_o(fault_code), .fault_address_o(fault_address)
  );
  memory_port #(
    .AddressBits(AddressBits), .BeatBytes(BeatBytes), .MostReads(1), .MostWrites(OutstandingWrites)
  ) u_memory_port (
    .clk_i(clk_i), .rst_ni(rst_ni), .halt_i(halt_i), .flush_i(soft_reset_i),
    .read_base_i('0), .read_limit_i('0), .write_base_i(write_base_i), .write_limit_i(write_limit_i),
    .offering_o(offering), .draining_o(draining),
    .fetch_request_i(1'b0), .fetch_address_i('0), .fetch_length_i('0),
    .load_request_i(1'b0), .load_address_i('0), .load_length_i('0),
    .store_request_i(request), .store_ready_i(ready), .store_address_i(address), .store_length_i(length),
    .store_issued_o(issued), .store_outside_o(outside), .store_answer_o(answer),
    .arready_i(1'b0), .rid_i(1'b0), .rlast_i(1'b0), .rvalid_i(1'b0),
    .awaddr_o(awaddr), .awlen_o(awlen), .awvalid_o(awvalid), .awready_i(awready_i), .bvalid_i(bvalid_i)
  );

  // Issued bursts in their order: the lengths of those whose data the bus has not yet taken, the addresses of those
  // that it has not yet answered, the oldest at the bottom.
  logic [2:0] data_out_q, answers_out_q, taken_q, given_q;  // taken: addresses the bus took; given: last beats
  logic [15:0] lengths_q;
  logic [2*AddressBits-1:0] addresses_q;
  logic [3:0] beat_q;
  logic write, write_last;
  assign write = wvalid && wready_i;
  assign write_last = write && wlast;
  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      data_out_q <= '0;
      answers_out_q <= '0;
      taken_q <= '0;
      given_q <= '0;
      beat_q <= '0;
    end else begin
      data_out_q <= data_out_q + 3'(issued) - 3'(write_last);
      answers_out_q <= answers_out_q + 3'(issued) - 3'(bvalid_i);
      taken_q <= taken_q + 3'(awvalid && awready_i) - 3'(bvalid_i);
      given_q <= given_q + 3'(write_last) - 3'(bvalid_i);
      if (write) beat_q <= wlast ? '0 : beat_q + 4'd1;
    end
    if (write_last) lengths_q[7:0] <= lengths_q[15:8];
    if (issued) begin
      if (data_out_q - 3'(write_last) == '0) lengths_q[7:0] <= awlen;
      else lengths_q[15:8] <= awlen;
    end
    if (bvalid_i) addresses_q[AddressBits-1:0] <= addresses_q[2*AddressBits-1:AddressBits];
    if (issued) begin
      if (answers_out_q - 3'(bvalid_i) == '0) addresses_q[AddressBits-1:0] <= awaddr[AddressBits-1:0];
      else addresses_q[2*AddressBits-1:AddressBits] <= awaddr[AddressBits-1:0];
    end
  end

  logic rst_q, core_rst_q, halt_q, fault_q, wvalid_q, wready_q, wlast_q, busy_q;
  logic [31:0] wdata_q;
  logic [3:0] wstrb_q;
  always_ff @(posedge clk_i) begin
    rst_q <= rst_ni;
    core_rst_q <= core_rst_n;
    halt_q <= halt_i;
    fault_q <= fault_valid;
    wvalid_q <= wvalid;
    wready_q <= wready_i;
    wlast_q <= wlast;
    wdata_q <= wdata;
    wstrb_q <= wstrb;
    // A STORE is under way.
    if (!core_rst_n) busy_q <= 1'b0;
    else busy_q <= (busy_q || start) && !ended;
  end

  always_comb begin
    assume (begun_q || !rst_ni);
    assume (!begin_i || !(passing || head));
    assume (!head || (length_given && count_given));
    if (begun_q) begin
      assume (!bvalid_i || (taken_q != '0 && given_q != '0));
      assume (!core_rst_q || !(halt_q || fault_q) || halt_i);
    end
  end

  logic halfway;                       // of a row: neither its first nor its last beat
  assign halfway = beat_q != '0 && !wlast;
  always_comb begin
    if (begun_q && !rst_q) begin
      // In the cycle after a reset, from any state, no beat is offered and nothing is under way.
      reset_clears: assert (!wvalid && !writing && idle && !draining);
    end
    if (begun_q && rst_q) begin
      // A beat stands until the bus takes it, through halts and soft resets.
      write_beat_waits: assert (!wvalid_q || wready_q || wvalid);
      // While it stands its data, strobes and last stay the same.
      write_beat_is_steady: assert (!wvalid_q || wready_q || (wdata == wdata_q && wstrb == wstrb_q
          && wlast == wlast_q));
    end
    if (begun_q) begin
      // Last is on the beat that completes its burst's length, and on no other.
      last_on_the_last_beat: assert (!wvalid || wlast == (8'(beat_q) == lengths_q[7:0]));
      // A beat is offered only for an issued burst.
      no_beat_without_a_burst: assert (!wvalid || data_out_q != '0);
      // Beats are to come exactly while an issued burst lacks data: what was issued is written to its end.
      writing_exactly_while_data_is_owed: assert (writing == (data_out_q != '0));
      // Data is owed for at most two bursts at a time.
      data_owed_is_bounded: assert (data_out_q <= 3'd2);
      // It drains: while data is owed a beat is offered after at most two cycles without one, halted or not.
      owed_data_comes: assert (waited_q < 3'd3);
      // Unanswered bursts are at most OutstandingWrites.
      unanswered_bursts_are_bounded: assert (answers_out_q <= 3'(OutstandingWrites));
      // A burst has at most BurstBeats beats.
      bursts_are_bounded: assert (!awvalid || awlen < 8'(BurstBeats));
      // A beat inside a burst is written whole.
      inner_beats_are_whole: assert (!wvalid || !halfway || wstrb == '1);
      // The strobed bytes of a beat adjoin.
      strobes_adjoin: assert (!wvalid || ((wstrb & (~wstrb >> 1)) & ((wstrb & (~wstrb >> 1)) - 4'd1)) == '0);
      // A STORE ends with the answer to its last burst, when no other is unanswered.
      end_with_the_last_answer: assert (!ended || (busy_q && bvalid_i && !bresp_i && answers_out_q == 3'd1 && !issued));
      // A refused answer ends nothing.
      refused_answer_ends_nothing: assert (!(bvalid_i && bresp_i && ended));
      // Without a fault or soft reset, an idle storer has nothing unanswered: done comes after every answer.
      idle_means_answered: assert (!idle || halt_i || answers_out_q == '0 || soft_reset_i || drained_q);
      // A command starts when its head and tokens are there, and none is under way or halted.
      start_when_it_may: assert (!start || (head && tokens_ready_i && !busy_q && !halt_i));
      // Idle tells that no command is under way.
      idle_exactly_without_a_command: assert (idle == !busy_q);
      // The head is released exactly at its command's end.
      released_at_the_end: assert (release_head == ended);
      // A refused write is a fault with the address of its burst.
      refused_write_names_its_burst: assert (!(answer && bresp_i) || (fault_valid
          && fault_code == napier_pkg::ErrorWriteResponse && fault_address == 32'(addresses_q[AddressBits-1:0])));
    end
    reach_two_commands: cover (begun_q && start && ended_q);
    reach_two_bursts: cover (begun_q && answers_out_q == 3'(OutstandingWrites) && busy_q);
    reach_stalled_beat_in_a_halt: cover (begun_q && halt_i && wvalid && wvalid_q && !wready_q);
    reach_refused_write: cover (begun_q && answer && bresp_i);
  end

  // A soft reset left bursts unanswered; a command has ended; cycles in which data was owed and no beat offered.
  logic drained_q, ended_q;
  logic [2:0] waited_q;
  always_ff @(posedge clk_i) begin
    if (!rst_ni || data_out_q == '0 || wvalid) waited_q <= '0;
    else if (waited_q != '1) waited_q <= waited_q + 3'd1;
    drained_q <= rst_ni && (drained_q || soft_reset_i) && draining;
    ended_q <= core_rst_n && (ended_q || ended);
  end

endmodule
