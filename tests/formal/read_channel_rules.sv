// Rules of loader with its row_walker and memory_port: what it asks for, what it writes, and when a LOAD has ended.
//
// Assumed: as of command_queue, the beats of a command come in order, then its head is valid until released; length
// and counts are not zero; the bus sends the beats of the bursts it took in order, as many as their length, the last
// one marked; a halt comes at the latest in the cycle after a fault and stays until a soft reset. Commands, windows
// and data are any.
module read_channel_rules #(
  parameter int unsigned PackedTrits = 0,
  localparam int unsigned OutstandingReads = 2,
  localparam int unsigned AddressBits = 14,
  localparam int unsigned BeatBytes = 4,
  localparam int unsigned BurstBeats = 4,
  localparam int unsigned ActivationWords = 5,
  localparam int unsigned WeightWords = 6,
  localparam int unsigned ParameterWords = 3,
  localparam int unsigned ResidualWords = 7
) (
  input logic        clk_i,
  input logic        rst_ni,
  input logic        soft_reset_i,
  input logic        halt_i,
  input logic [19:0] read_base_i,
  input logic [20:0] read_limit_i,
  input logic        begin_i,
  input logic [31:0] beat_data_i,
  input logic        tokens_ready_i,
  input logic        arready_i,
  input logic        rvalid_i,
  input logic [31:0] rdata_i,
  input logic        rresp_i           // an error
);

  // The head.
  logic begun_q, passing, head, core_rst_n, release_head, fill_q;
  logic [3:0] place;
  logic [1:0] signal_q;
  logic length_given, count_given;             // not zero
  assign core_rst_n = rst_ni && !soft_reset_i;
  initial begun_q = 1'b0;
  always_ff @(posedge clk_i) begin
    begun_q <= 1'b1;
    if (passing && place == '0) begin
      fill_q <= beat_data_i[napier_pkg::LoadFillLsb];
      signal_q <= beat_data_i[napier_pkg::CommonSignalLsb +: 2];
    end
  end
  command_source #(
    .LengthBits(5)
  ) u_command_source (
    .clk_i(clk_i), .rst_ni(core_rst_n), .begin_i(begin_i), .release_i(release_head), .beat_data_i(beat_data_i),
    .passing_o(passing), .place_o(place), .head_o(head), .length_o(length_given), .count_o(count_given)
  );

  logic idle, start, ended, request, issued, outside, beat, draining, arvalid, rlast, fault_valid;
  logic [1:0] end_signal;
  logic [31:0] address, araddr, fault_address;
  logic [7:0] length, arlen, low_bank, high_bank;
  logic [napier_pkg::ErrorCodeBits-1:0] fault_code;
  logic [2:0] target;
  logic low, high;
  logic [15:0] low_word, high_word;
  logic [3:0] low_mask, high_mask, lanes;
  loader #(
    .AddressBits(AddressBits), .LengthBits(5), .WordBits(3), .IndexBits(4), .BeatBytes(BeatBytes),
    .BurstBeats(BurstBeats), .OutstandingReads(OutstandingReads),
    .ActivationWords(ActivationWords), .ActivationWordBytes(8), .WeightWords(WeightWords), .WeightWordBytes(4),
    .ParameterWords(ParameterWords), .ParameterWordBytes(8), .ResidualWords(ResidualWords), .ResidualWordBytes(4),
    .PackedTrits(PackedTrits)
  ) u_loader (
    .clk_i(clk_i), .rst_ni(core_rst_n), .halt_i(halt_i), .idle_o(idle),
    .head_valid_i(head), .head_beat_valid_i(passing), .head_beat_index_i(place), .head_beat_again_i(1'b1),
    .head_beat_data_i(beat_data_i), .head_release_o(release_head),
    .tokens_ready_i(tokens_ready_i), .start_o(start), .end_o(ended), .end_signal_o(end_signal),
    .request_o(request), .address_o(address), .length_o(length), .issued_i(issued), .outside_i(outside),
    .beat_i(beat), .beat_last_i(rlast), .beat_error_i(rresp_i), .beat_data_i(rdata_i), .beat_lanes_o(lanes),
    .write_target_o(target), .write_low_enable_o(low), .write_low_word_o(low_word), .write_low_bank_o(low_bank),
    .write_low_mask_o(low_mask), .write_high_enable_o(high), .write_high_word_o(high_word),
    .write_high_bank_o(high_bank), .write_high_mask_o(high_mask),
    .fault_valid_o(fault_valid), .fault_code_o(fault_code), .fault_address_o(fault_address)
  );
  memory_port #(
    .AddressBits(AddressBits), .BeatBytes(BeatBytes), .MostReads(OutstandingReads), .MostWrites(1)
  ) u_memory_port (
    .clk_i(clk_i), .rst_ni(rst_ni), .halt_i(halt_i), .flush_i(soft_reset_i),
    .read_base_i(read_base_i), .read_limit_i(read_limit_i), .write_base_i('0), .write_limit_i('0),
    .draining_o(draining),
    .fetch_request_i(1'b0), .fetch_address_i('0), .fetch_length_i('0),
    .load_request_i(request), .load_address_i(address), .load_length_i(length),
    .load_issued_o(issued), .load_outside_o(outside), .load_beat_o(beat),
    .store_request_i(1'b0), .store_ready_i(1'b0), .store_address_i('0), .store_length_i('0),
    .araddr_o(araddr), .arlen_o(arlen), .arvalid_o(arvalid), .arready_i(arready_i),
    .rid_i(1'b1), .rlast_i(rlast), .rvalid_i(rvalid_i), .awready_i(1'b0), .bvalid_i(1'b0)
  );

  // Issued bursts in their order, the oldest at the bottom: length, address, whether it is its command's last and what
  // that signals. Of the oldest, beats that came.
  logic [2:0] out_q, taken_q;
  logic [15:0] lengths_q;
  logic [2*AddressBits-1:0] addresses_q;
  logic [1:0] lasts_q;
  logic [3:0] signals_q;
  logic [3:0] beat_q;
  logic read_end, first_place;
  assign rlast = 8'(beat_q) == lengths_q[7:0];
  assign read_end = rvalid_i && rlast;
  assign first_place = out_q == 3'(read_end);
  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      out_q <= '0;
      taken_q <= '0;
      beat_q <= '0;
    end else begin
      out_q <= out_q + 3'(issued) - 3'(read_end);
      taken_q <= taken_q + 3'(arvalid && arready_i) - 3'(read_end);
      if (rvalid_i) beat_q <= rlast ? '0 : beat_q + 4'd1;
    end
    if (read_end) begin
      lengths_q[7:0] <= lengths_q[15:8];
      addresses_q[AddressBits-1:0] <= addresses_q[2*AddressBits-1:AddressBits];
      lasts_q[0] <= lasts_q[1];
      signals_q[1:0] <= signals_q[3:2];
    end
    if (issued && first_place) begin
      lengths_q[7:0] <= arlen;
      addresses_q[AddressBits-1:0] <= araddr[AddressBits-1:0];
      lasts_q[0] <= release_head;
      signals_q[1:0] <= signal_q;
    end else if (issued) begin
      lengths_q[15:8] <= arlen;
      addresses_q[2*AddressBits-1:AddressBits] <= araddr[AddressBits-1:0];
      lasts_q[1] <= release_head;
      signals_q[3:2] <= signal_q;
    end
  end

  logic rst_q, core_rst_q, halt_q, fault_q, active_q, drained_q, ended_q, filled_q;
  logic [2:0] under_way_q;             // commands started and not ended
  always_ff @(posedge clk_i) begin
    rst_q <= rst_ni;
    core_rst_q <= core_rst_n;
    halt_q <= halt_i;
    fault_q <= fault_valid;
    drained_q <= rst_ni && (drained_q || soft_reset_i) && draining;
    if (!core_rst_n) begin
      active_q <= 1'b0;
      ended_q <= 1'b0;
      filled_q <= 1'b0;
      under_way_q <= '0;
    end else begin
      active_q <= (active_q || start) && !release_head;
      ended_q <= ended_q || ended;
      filled_q <= filled_q || (ended && active_q && fill_q);
      under_way_q <= under_way_q + 3'(start) - 3'(ended);
    end
  end

  always_comb begin
    assume (begun_q || !rst_ni);
    assume (!begin_i || !(passing || head));
    assume (!head || (length_given && count_given));
    if (begun_q) begin
      assume (!rvalid_i || taken_q != '0);
      assume (!core_rst_q || !(halt_q || fault_q) || halt_i);
    end
  end

  logic filling, last_beat;
  assign last_beat = beat && rlast && lasts_q[0];
  logic [15:0] words;
  assign filling = active_q && fill_q && !halt_i;
  always_comb begin
    case (target)
      napier_pkg::LoadTargetActivation: words = 16'(ActivationWords);
      napier_pkg::LoadTargetWeight: words = 16'(WeightWords);
      napier_pkg::LoadTargetParameter: words = 16'(ParameterWords);
      default: words = 16'(ResidualWords);
    endcase
  end
  always_comb begin
    if (begun_q && !rst_q) begin
      // In the cycle after a reset, from any state, nothing is under way or asked for.
      reset_clears: assert (idle && !draining && !ended && !arvalid);
    end
    if (begun_q && !core_rst_q) begin
      // Nor in the one after a soft reset, though beats may still come.
      soft_reset_clears: assert (idle && !ended && !low && !high && !request);
    end
    if (begun_q) begin
      // Bursts in flight are at most OutstandingReads.
      bursts_in_flight_are_bounded: assert (out_q <= 3'(OutstandingReads));
      // A burst has at most BurstBeats beats.
      bursts_are_bounded: assert (!arvalid || arlen < 8'(BurstBeats));
      // The buffers take nothing but what a beat brought or a fill writes.
      writes_come_of_beats: assert (!(low || high) || beat || filling);
      // No word past a buffer's end is written.
      writes_stay_in_the_buffer: assert ((!low || low_word < words) && (!high || high_word < words));
      // A beat with an error response writes nothing.
      bad_beats_write_nothing: assert (!(beat && rresp_i) || !(low || high || ended));
      // After a halt nothing is written, started or ended.
      nothing_after_a_halt: assert (!halt_i || !(low || high || start || ended));
      // A command starts when its head and tokens are there, and the front end has no other.
      start_when_it_may: assert (!start || (head && tokens_ready_i && !active_q));
      // A fill waits until nothing is in flight.
      fill_waits_for_reads: assert (!(start && fill_q) || out_q == '0 || drained_q);
      // While it fills nothing is read.
      fill_reads_nothing: assert (!filling || !(request || beat));
      // A LOAD that reads ends with the last beat of its last burst, unless that beat is at fault.
      end_with_the_last_beat: assert (filling || ((!ended || last_beat) && (ended || !last_beat || fault_valid)));
      // It gives the tokens of its own command.
      end_gives_its_own_tokens: assert (!ended || end_signal == (filling ? signal_q : signals_q[1:0]));
      // A fill ends with its release.
      fill_ends_with_its_release: assert (!filling || ((!ended || release_head) && (ended || !release_head
          || fault_valid)));
      // Commands end that have started, no more.
      no_end_without_a_start: assert (!ended || under_way_q != '0);
      // Idle exactly when no command is at the front and no burst in flight: after a soft reset, of the new program.
      idle_exactly_when_done: assert (idle == (!active_q && (out_q == '0 || drained_q)) || halt_i);
      // An idle loader has ended whatever it started.
      idle_means_ended: assert (!idle || under_way_q == '0 || halt_i || fault_q);
      // A bad response is a fault with the address of its burst.
      bad_response_names_its_burst: assert (!(beat && rresp_i) || (fault_valid
          && fault_code == napier_pkg::ErrorReadResponse && fault_address == 32'(addresses_q[AddressBits-1:0])));
    end
    reach_overlapping_commands: cover (begun_q && under_way_q == 3'd2);
    reach_two_bursts: cover (begun_q && taken_q == 3'(OutstandingReads));
    reach_fill: cover (begun_q && filled_q);
    reach_buffer_end: cover (begun_q && beat && fault_valid && fault_code == napier_pkg::ErrorBufferRange);
  end

endmodule
