// Performance counters, 32 bits each, in the order of the description; they wrap.
//
// A counter grows at the end of each cycle in which its input is high and count_i is; clear_i sets all to zero.
// The counters lie in block RAM. Beside it each has a register of its low bits alone, which counts; the counters take
// turns, one a cycle, to take over what theirs has come to. A round of turns is too short for those bits to come round.
// ready_o: it is the turn of counter index_i, and value_o, combinational, is its value in this cycle.
module counters #(
  parameter bit Lean = 1'b0            // what a turn needs is read and chosen in it, not ahead
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        clear_i,
  input  logic        count_i,         // a program runs and nothing has failed
  input  logic  [1:0] commands_i,      // commands that end in this cycle
  // One bit a counter; that of `commands` is not used.
  input  logic [napier_pkg::CounterCount-1:0] event_i,
  input  logic  [3:0] index_i,
  output logic        ready_o,
  output logic [31:0] value_o
);

  localparam int unsigned Counters = napier_pkg::CounterCount;
  localparam int unsigned TurnBits = $clog2(Counters);
  localparam int unsigned LowBits = TurnBits + 2;  // at most 3 events a cycle

  logic [Counters*LowBits-1:0] low;
  logic [Counters*2-1:0]       events;  // of this cycle
  logic [Counters*2-1:0]       late;    // of the cycle before, and not counted yet
  for (genvar i = 0; i < Counters; i++) begin : g_counter
    logic [1:0] more;
    logic [LowBits-1:0] low_q;
    assign more = (i == napier_pkg::CounterCommands) ? commands_i : {1'b0, event_i[i]};
    if (Lean) begin : gen_now
      always_ff @(posedge clk_i) begin
        if (!rst_ni || clear_i) low_q <= '0;
        else if (count_i) low_q <= low_q + LowBits'(more);
      end
      assign late[i*2 +: 2] = '0;
    end else begin : gen_late
      // Many events are known late in their cycle: they are counted in the next.
      logic [1:0] more_q;
      always_ff @(posedge clk_i) begin
        if (!rst_ni || clear_i) {low_q, more_q} <= '0;
        else {low_q, more_q} <= {low_q + LowBits'(more_q), count_i ? more : 2'd0};
      end
      assign late[i*2 +: 2] = more_q;
    end
    assign low[i*LowBits +: LowBits] = low_q;
    assign events[i*2 +: 2] = more;
  end

  // The next turn, and this one; the first round after a clear takes zeros instead of what is read.
  logic [TurnBits-1:0] read_q, turn_q;
  logic fresh_q;
  always_ff @(posedge clk_i) begin
    if (!rst_ni || clear_i) begin
      read_q <= '0;
      turn_q <= '0;
      fresh_q <= 1'b1;
    end else begin
      read_q <= read_q + TurnBits'(1);
      turn_q <= read_q;
      if (turn_q == {TurnBits{1'b1}}) fresh_q <= 1'b0;
    end
  end

  logic [31:0] word;
  logic [31-LowBits:0] high;
  logic [LowBits-1:0] low_chosen, low_now;
  logic [1:0] events_chosen, late_chosen;
  logic [TurnBits-1:0] chosen;
  assign chosen = Lean ? turn_q : read_q;
  always_comb begin
    low_chosen = '0;
    events_chosen = '0;
    late_chosen = '0;
    for (int unsigned i = 0; i < Counters; i++) begin
      if (chosen == TurnBits'(i)) begin
        low_chosen = low[i*LowBits +: LowBits];
        events_chosen = events[i*2 +: 2];
        late_chosen = late[i*2 +: 2];
      end
    end
  end
  logic [TurnBits-1:0] read;
  if (Lean) begin : gen_now
    logic unused_events;
    assign unused_events = ^{events_chosen, late_chosen};
    assign low_now = low_chosen;
    assign read = read_q;
    assign high = word[31:LowBits] + (32-LowBits)'(low_now < word[LowBits-1:0]);
  end else begin : gen_ahead
    logic [31:0] word_q;
    logic [31-LowBits:0] high_next_q;
    logic [LowBits-1:0] low_before_q;
    logic [1:0] events_q;
    always_ff @(posedge clk_i) begin
      if (!rst_ni || clear_i) {low_before_q, events_q} <= '0;
      else {low_before_q, events_q} <= {low_chosen + LowBits'(late_chosen), count_i ? events_chosen : 2'd0};
      word_q <= word;
      high_next_q <= word[31:LowBits] + (32-LowBits)'(1);
    end
    assign low_now = low_before_q + LowBits'(events_q);
    assign high = (low_now < word_q[LowBits-1:0]) ? high_next_q : word_q[31:LowBits];
    assign read = read_q + TurnBits'(1);
  end
  assign value_o = {fresh_q ? '0 : high, low_now};
  assign ready_o = 32'(turn_q) == 32'(index_i);

  ram #(
    .Words(1 << TurnBits), .Bits(32)
  ) u_ram (
    .clk_i(clk_i),
    .write_enable_i(1'b1), .write_mask_i(1'b1), .write_word_i(turn_q), .write_data_i(value_o),
    .read_enable_i(1'b1), .read_word_i(read), .read_data_o(word)
  );

endmodule
