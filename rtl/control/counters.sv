// Performance counters, 32 bits each, in the order of the description; they wrap.
//
// A counter grows at the end of each cycle in which its input is high and count_i is; clear_i sets all to zero.
// The counters lie in block RAM. Beside it each has a register of its low bits alone, which counts; the counters take
// turns, one a cycle, to take over what theirs has come to. A round of turns is too short for those bits to come round.
// ready_o: it is the turn of counter index_i, and value_o, combinational, is its value in this cycle.
module counters #(
  parameter bit Lean = 1'b0            // the low bits of a turn are chosen in it, not a cycle ahead
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
  for (genvar i = 0; i < Counters; i++) begin : g_counter
    logic [1:0] more;
    logic [LowBits-1:0] low_q;
    assign more = (i == napier_pkg::CounterCommands) ? commands_i : {1'b0, event_i[i]};
    always_ff @(posedge clk_i) begin
      if (!rst_ni || clear_i) low_q <= '0;
      else if (count_i) low_q <= low_q + LowBits'(more);
    end
    assign low[i*LowBits +: LowBits] = low_q;
    assign events[i*2 +: 2] = more;
  end

  // The turn whose word is read, and the one whose word is there; the first round after a clear takes zeros instead.
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
  logic [1:0] events_chosen;
  logic [TurnBits-1:0] chosen;
  assign chosen = Lean ? turn_q : read_q;
  always_comb begin
    low_chosen = '0;
    events_chosen = '0;
    for (int unsigned i = 0; i < Counters; i++) begin
      if (chosen == TurnBits'(i)) begin
        low_chosen = low[i*LowBits +: LowBits];
        events_chosen = events[i*2 +: 2];
      end
    end
  end
  if (Lean) begin : gen_now
    logic unused_events;
    assign unused_events = ^events_chosen;
    assign low_now = low_chosen;
  end else begin : gen_ahead
    always_ff @(posedge clk_i) begin
      if (!rst_ni || clear_i) low_now <= '0;
      else low_now <= low_chosen + (count_i ? LowBits'(events_chosen) : '0);
    end
  end
  assign high = word[31:LowBits] + (32-LowBits)'(low_now < word[LowBits-1:0]);
  assign value_o = {fresh_q ? '0 : high, low_now};
  assign ready_o = 32'(turn_q) == 32'(index_i);

  ram #(
    .Words(1 << TurnBits), .Bits(32)
  ) u_ram (
    .clk_i(clk_i),
    .write_enable_i(1'b1), .write_mask_i(1'b1), .write_word_i(turn_q), .write_data_i(value_o),
    .read_enable_i(1'b1), .read_word_i(read_q), .read_data_o(word)
  );

endmodule
