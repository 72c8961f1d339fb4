// The load, exec and store queues: rings in one RAM, and the reader that brings each queue's head to its engine.
//
// Each queue has QueueCommands places. commit_i with the last beat written makes the command visible in the next cycle.
// room_o: every queue has a place free besides those of the flight_i bursts on their way.
// Reader: in a cycle c in which it is free it chooses a queue (load before exec before store) that has a command and
// whose engine has no head; the place is free from c + 1 on. Beat i of the head's Steps beats is on beat_*_o in cycle c
// + 2 + i, for the chosen queue alone, and valid_o is high from c + 2 + Steps until the engine releases its head. The
// reader is free again in c + 1 + Steps; a head released in cycle r can be followed by a choice in r + 1.
// The reader may still be reading a place it freed: the first beat into it comes in c + 4 at the earliest, as fetch
// needs that long from room_o to a beat.
// Steps is 64 / BeatBytes; with beats of more than 16 bytes each beat is shown twice, see row_walker.
module command_queue #(
  parameter int unsigned BeatBytes = 4,
  parameter int unsigned QueueCommands = 4,
  parameter int unsigned FetchAhead = 2,
  parameter bit          Lean = 1'b0,  // what is read is not kept for a cycle, but read a cycle later
  localparam int unsigned BeatBits = BeatBytes * 8,
  localparam int unsigned Beats = napier_pkg::CommandBytes / BeatBytes,
  localparam int unsigned BeatIndexBits = (Beats > 1) ? $clog2(Beats) : 1,
  localparam int unsigned FlightBits = $clog2(FetchAhead + 1)
) (
  input  logic       clk_i,
  input  logic       rst_ni,
  input  logic [FlightBits-1:0] flight_i,
  output logic       room_o,
  input  logic       write_i,
  input  logic [1:0] write_queue_i,    // 0 load, 1 exec, 2 store
  input  logic [BeatIndexBits-1:0] write_beat_i,
  input  logic [BeatBits-1:0] write_data_i,
  input  logic       commit_i,
  input  logic [2:0] release_i,        // pulses; by queue, as all that follows
  output logic [2:0] valid_o,
  output logic [2:0] beat_valid_o,
  output logic [BeatIndexBits-1:0] beat_index_o,
  output logic       beat_again_o,     // the second time
  output logic [BeatBits-1:0] beat_data_o,
  output logic       empty_o           // no command here and no head
);

  localparam int unsigned Queues = 3;
  localparam int unsigned PlaceBits = (QueueCommands > 1) ? $clog2(QueueCommands) : 1;
  localparam int unsigned CountBits = $clog2(QueueCommands + 1);
  localparam int unsigned Times = (BeatBytes > 16) ? 2 : 1;
  localparam int unsigned Steps = Beats * Times;
  localparam int unsigned StepBits = $clog2(Steps);
  localparam int unsigned AddressBits = 2 + PlaceBits + BeatIndexBits;

  if (QueueCommands == 0) begin : g_bad_depth
    $error("QueueCommands is zero.");
  end

  // Rings.
  logic reading_q;
  logic [1:0] chosen;
  logic choose;
  logic [2:0] filled, open;
  logic [Queues*PlaceBits-1:0] tail, head;
  logic [2:0] occupied_q, valid_q;

  for (genvar q = 0; q < Queues; q++) begin : g_queue
    logic [PlaceBits-1:0] tail_q, head_q;
    logic [CountBits-1:0] count_q;
    logic in, out;
    assign in = commit_i && write_queue_i == 2'(q);
    assign out = choose && chosen == 2'(q);
    always_ff @(posedge clk_i) begin
      if (!rst_ni) begin
        tail_q <= '0;
        head_q <= '0;
        count_q <= '0;
      end else begin
        if (in) tail_q <= (tail_q == PlaceBits'(QueueCommands - 1)) ? '0 : tail_q + PlaceBits'(1);
        if (out) head_q <= (head_q == PlaceBits'(QueueCommands - 1)) ? '0 : head_q + PlaceBits'(1);
        if (in != out) count_q <= in ? count_q + CountBits'(1) : count_q - CountBits'(1);
      end
    end
    assign filled[q] = count_q != '0;
    assign open[q] = 32'(count_q) + 32'(flight_i) < QueueCommands;
    assign tail[q*PlaceBits +: PlaceBits] = tail_q;
    assign head[q*PlaceBits +: PlaceBits] = head_q;
  end
  assign room_o = &open;

  // Choice.
  logic [2:0] candidate;
  assign candidate = filled & ~occupied_q;
  assign choose = !reading_q && candidate != '0;
  assign chosen = candidate[0] ? 2'd0 : candidate[1] ? 2'd1 : 2'd2;

  logic [1:0] queue_q;
  logic [PlaceBits-1:0] place_q;
  logic [StepBits-1:0] step_q;
  logic step_last;
  assign step_last = step_q == StepBits'(Steps - 1);
  always_ff @(posedge clk_i) begin
    if (!rst_ni) reading_q <= 1'b0;
    else if (choose) reading_q <= 1'b1;
    else if (step_last) reading_q <= 1'b0;
    if (choose) begin
      queue_q <= chosen;
      place_q <= head[chosen*PlaceBits +: PlaceBits];
      step_q <= '0;
    end else begin
      step_q <= step_q + StepBits'(1);
    end
  end

  logic [AddressBits-1:0] write_address, read_address;
  logic [BeatIndexBits-1:0] read_beat;
  logic [BeatBits-1:0] ram_data;
  assign read_beat = (Beats > 1) ? step_q[StepBits-1 -: BeatIndexBits] : '0;
  assign write_address = {write_queue_i, tail[write_queue_i*PlaceBits +: PlaceBits], write_beat_i};
  ram #(
    .Words(2**AddressBits), .Bits(BeatBits)
  ) u_ram (
    .clk_i(clk_i),
    .write_enable_i(write_i), .write_mask_i(1'b1), .write_word_i(write_address), .write_data_i(write_data_i),
    .read_enable_i(1'b1), .read_word_i(read_address), .read_data_o(ram_data)
  );
  if (Lean) begin : gen_direct
    assign read_address = {queue_q, place_q, read_beat};
    assign beat_data_o = ram_data;
  end else begin : gen_kept
    // Block RAM is slow to give its data, which goes far: it is read from the choice on, and waits in a register.
    logic [BeatIndexBits-1:0] next_beat;
    assign next_beat = (Beats > 1) ? BeatIndexBits'((step_q + StepBits'(1)) >> (StepBits - BeatIndexBits)) : '0;
    assign read_address = choose ? {chosen, head[chosen*PlaceBits +: PlaceBits], BeatIndexBits'(0)}
        : {queue_q, place_q, next_beat};
    always_ff @(posedge clk_i) beat_data_o <= ram_data;
  end

  // What comes out of it a cycle later.
  logic out_q, out_last_q, out_again_q;
  logic [1:0] out_queue_q;
  logic [BeatIndexBits-1:0] out_index_q;
  always_ff @(posedge clk_i) begin
    out_q <= rst_ni && reading_q;
    out_queue_q <= queue_q;
    out_last_q <= step_last;
    out_index_q <= read_beat;
    out_again_q <= (Times == 1) || step_q[0];
  end
  assign beat_index_o = out_index_q;
  assign beat_again_o = out_again_q;

  for (genvar q = 0; q < Queues; q++) begin : g_head
    assign beat_valid_o[q] = out_q && out_queue_q == 2'(q);
    always_ff @(posedge clk_i) begin
      if (!rst_ni || release_i[q]) occupied_q[q] <= 1'b0;
      else if (choose && chosen == 2'(q)) occupied_q[q] <= 1'b1;
      if (!rst_ni || release_i[q]) valid_q[q] <= 1'b0;
      else if (beat_valid_o[q] && out_last_q) valid_q[q] <= 1'b1;
    end
  end
  assign valid_o = valid_q;
  assign empty_o = filled == '0 && occupied_q == '0;

endmodule
