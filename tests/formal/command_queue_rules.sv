// Rules of command_queue: three queues that lose, invent and reorder nothing.
//
// Assumed: what fetch and memory_port keep to. A command is asked for when there is room, issued a cycle later,
// counted in flight and on the bus a cycle after that; its beats come later, in order, of one queue; the last one
// commits it. An engine releases a head that it has. One bit of a beat stands for all.
module command_queue_rules #(
  parameter int unsigned BeatBytes = 16,
  parameter int unsigned QueueCommands = 2,
  parameter int unsigned FetchAhead = 2,
  parameter bit          Lean = 1'b0,
  localparam int unsigned BeatBits = BeatBytes * 8,
  localparam int unsigned Beats = napier_pkg::CommandBytes / BeatBytes,
  localparam int unsigned BeatIndexBits = (Beats > 1) ? $clog2(Beats) : 1,
  localparam int unsigned FlightBits = $clog2(FetchAhead + 1)
) (
  input logic       clk_i,
  input logic       rst_ni,
  input logic       ask_i,
  input logic       write_i,
  input logic [1:0] queue_i,
  input logic       bit_i,
  input logic [2:0] release_i,
  input logic       mark_i,            // follow the command that is committed in this cycle
  input logic [BeatIndexBits-1:0] followed_i  // of its beats, this one
);

  logic begun_q, rst_q, issued_q;
  logic [FlightBits-1:0] flight_q, bus_q;
  logic [BeatIndexBits-1:0] beat_q, followed_q;
  logic [1:0] queue_q;
  logic room, commit, empty, again;
  logic [2:0] valid, shown;
  logic [BeatIndexBits-1:0] index;
  logic [BeatBits-1:0] data;
  assign commit = write_i && beat_q == BeatIndexBits'(Beats - 1);
  command_queue #(
    .BeatBytes(BeatBytes), .QueueCommands(QueueCommands), .FetchAhead(FetchAhead), .Lean(Lean)
  ) u_command_queue (
    .clk_i(clk_i), .rst_ni(rst_ni), .flight_i(flight_q), .room_o(room),
    .write_i(write_i), .write_queue_i(queue_i), .write_beat_i(beat_q), .write_data_i({BeatBits{bit_i}}),
    .commit_i(commit), .release_i(release_i), .valid_o(valid), .beat_valid_o(shown), .beat_index_o(index),
    .beat_again_o(again), .beat_data_o(data), .empty_o(empty)
  );

  initial begun_q = 1'b0;
  always_ff @(posedge clk_i) begin
    begun_q <= 1'b1;
    rst_q <= rst_ni;
    queue_q <= queue_i;
    followed_q <= followed_i;
    if (!rst_ni) begin
      issued_q <= 1'b0;
      flight_q <= '0;
      bus_q <= '0;
      beat_q <= '0;
    end else begin
      issued_q <= ask_i;
      flight_q <= flight_q + FlightBits'(issued_q) - FlightBits'(commit);
      bus_q <= flight_q - FlightBits'(commit);
      if (write_i) beat_q <= commit ? '0 : beat_q + BeatIndexBits'(1);
    end
  end

  // Commands that are committed and not shown yet, by queue; the head or what will be one.
  localparam int unsigned CountBits = $clog2(QueueCommands + 3);
  logic [3*CountBits-1:0] waiting_q;
  logic [2:0] first, showing_q, first_bad, over_bad;
  logic [BeatIndexBits-1:0] next_q;
  for (genvar q = 0; q < 3; q++) begin : g_queue
    logic [CountBits-1:0] waiting;
    assign waiting = waiting_q[q*CountBits +: CountBits];
    assign first[q] = shown[q] && index == '0 && (BeatBytes <= 16 || !again);
    assign first_bad[q] = first[q] && waiting == '0;
    assign over_bad[q] = waiting > CountBits'(QueueCommands + 1);
    always_ff @(posedge clk_i) begin
      if (!rst_ni) waiting_q[q*CountBits +: CountBits] <= '0;
      else waiting_q[q*CountBits +: CountBits] <= waiting + CountBits'(commit && queue_i == 2'(q))
          - CountBits'(first[q]);
      if (!rst_ni || release_i[q]) showing_q[q] <= 1'b0;
      else if (first[q]) showing_q[q] <= 1'b1;
    end
  end

  // The followed command: how many of its queue come before it, and the bit of its beat.
  logic followed_there_q, followed_shown_q, latest_q, written_q;
  logic [1:0] followed_queue_q;
  logic [CountBits-1:0] before_q;
  logic latest, follow_first;
  assign latest = (write_i && beat_q == followed_i) ? bit_i : latest_q;
  assign follow_first = followed_there_q && !followed_shown_q && first[followed_queue_q];
  always_ff @(posedge clk_i) begin
    latest_q <= latest;
    if (!rst_ni) begin
      followed_there_q <= 1'b0;
      followed_shown_q <= 1'b0;
    end else if (mark_i && commit && !followed_there_q) begin
      followed_there_q <= 1'b1;
      followed_queue_q <= queue_i;
      before_q <= waiting_q[queue_i*CountBits +: CountBits] - CountBits'(first[queue_i]);
      written_q <= latest;
    end else if (follow_first) begin
      before_q <= before_q - CountBits'(1);
      if (before_q == '0) followed_shown_q <= 1'b1;
    end else if (followed_shown_q && release_i[followed_queue_q]) begin
      followed_there_q <= 1'b0;
      followed_shown_q <= 1'b0;
    end
  end
  logic shows_it;
  assign shows_it = shown[followed_queue_q] && index == followed_i
      && (followed_shown_q || (follow_first && before_q == '0));

  logic [2:0] valid_q, release_q, shown_q;
  logic [BeatIndexBits-1:0] index_q;
  logic again_q;
  always_ff @(posedge clk_i) begin
    valid_q <= valid;
    release_q <= release_i;
    shown_q <= shown;
    index_q <= index;
    again_q <= again;
  end

  always_comb begin
    assume (begun_q || !rst_ni);
    if (begun_q) begin
      assume (!ask_i || (room && !issued_q && flight_q < FlightBits'(FetchAhead)));
      assume (!write_i || bus_q != '0);
      assume (queue_i != 2'd3 && (beat_q == '0 || queue_i == queue_q));
      assume ((release_i & ~valid) == '0);
      assume (followed_i == followed_q);
    end
  end

  always_comb begin
    if (begun_q && !rst_q) begin
      // In the cycle after a reset, from any state, the queues are empty and have room.
      reset_clears: assert (empty && room && valid == '0 && shown == '0);
    end
    if (begun_q && rst_q) begin
      // A head stays until its engine releases it.
      head_stays_until_released: assert ((valid_q & ~release_q & ~valid) == '0);
      // A head is valid only after its last beat was shown.
      head_is_whole: assert ((valid & ~valid_q & ~shown_q) == '0 && (valid == valid_q || valid == (valid_q & ~release_q)
          || (32'(index_q) == Beats - 1 && again_q)));
      // The beats of a head are shown one a cycle, in their order.
      beats_in_order: assert (shown == '0 || first != '0 || (shown == shown_q && (BeatBytes > 16
          || index == index_q + BeatIndexBits'(1))));
    end
    if (begun_q) begin
      // Beats are shown to one engine at a time, and to none that has a head.
      beats_to_one_free_engine: assert ((shown & valid) == '0 && (shown & (shown - 3'd1)) == '0);
      // Nothing is shown that was not committed.
      nothing_from_nothing: assert (first_bad == '0);
      // A queue holds no more than its places, and one command on its way to the engine.
      queues_hold_what_they_can: assert (over_bad == '0);
      // A command comes out as it went in, after those of its queue that went in before, and before those after.
      commands_come_out_as_they_went_in: assert (!shows_it || data[0] == written_q);
      // Empty exactly if nothing is committed that was not shown, and no engine has a head.
      empty_exactly_without_commands: assert (empty == (waiting_q == '0 && showing_q == '0));
    end
    reach_full: cover (begun_q && !room && flight_q == '0 && waiting_q[CountBits-1:0] == CountBits'(QueueCommands));
    reach_third_of_a_queue: cover (begun_q && shows_it && data[0] && third_q);
  end

  // The followed command went in behind two others of its queue.
  logic third_q;
  always_ff @(posedge clk_i) begin
    if (mark_i && commit && !followed_there_q) begin
      third_q <= waiting_q[queue_i*CountBits +: CountBits] - CountBits'(first[queue_i]) == CountBits'(1);
    end
  end

endmodule
