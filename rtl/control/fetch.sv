// Reads the program's commands in order, checks them, and sends them to their queues.
//
// Issue: a command is one burst, or 64 / (BeatBytes*BurstBeats) bursts if that is more than one. request_o is high
// while fewer than FetchAhead bursts are in flight, and for the first burst of a command while room_i. It stays, with
// its address, until issued_i (see memory_port). A burst is in flight from issued_i to its last beat, both seen a cycle
// later.
// Beats: each goes to the queue's RAM in the cycle in which it comes; commit_o with the last one, if the command is
// good. The queue is named by the opcode. The upper 32 bits of the last beat, word 15, are replaced by the command's
// index.
// Faults, all combinational: in the cycle of start_i alignment or zero_count of the program; a beat's bad response
// (address of its burst); with a command's last beat bad_opcode, then zero_count of LOAD and STORE; the read window
// (outside_i).
module fetch #(
  parameter int unsigned AddressBits = 32,
  parameter int unsigned IndexBits = 24,
  parameter logic [napier_pkg::CommandBits-1:0] LoadUsedBits = napier_pkg::LoadUsedBits,
  parameter logic [napier_pkg::CommandBits-1:0] ExecUsedBits = napier_pkg::ExecUsedBits,
  parameter logic [napier_pkg::CommandBits-1:0] StoreUsedBits = napier_pkg::StoreUsedBits,
  parameter int unsigned BeatBytes = 4,
  parameter int unsigned BurstBeats = 16,
  parameter int unsigned FetchAhead = 2,
  parameter bit          Lean = 1'b0,
  localparam int unsigned BeatBits = BeatBytes * 8,
  localparam int unsigned Beats = napier_pkg::CommandBytes / BeatBytes,
  localparam int unsigned BeatIndexBits = (Beats > 1) ? $clog2(Beats) : 1,
  localparam int unsigned FlightBits = $clog2(FetchAhead + 1)
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        start_i,
  input  logic        halt_i,
  input  logic [31:0] program_address_i,
  input  logic [23:0] program_length_i,
  output logic        idle_o,          // every command of the program is in its queue

  output logic        request_o,
  output logic [31:0] address_o,
  output logic  [7:0] length_o,        // beats less one
  input  logic        issued_i,
  input  logic        outside_i,
  input  logic        beat_i,
  input  logic        beat_last_i,
  input  logic        beat_error_i,
  input  logic [BeatBits-1:0] beat_data_i,

  output logic [FlightBits-1:0] flight_o,
  input  logic        room_i,
  output logic        write_o,
  output logic  [1:0] write_queue_o,   // 0 load, 1 exec, 2 store
  output logic [BeatIndexBits-1:0] write_beat_o,
  output logic [BeatBits-1:0] write_data_o,
  output logic        commit_o,

  output logic        fault_valid_o,
  output logic  [napier_pkg::ErrorCodeBits-1:0] fault_code_o,
  output logic [31:0] fault_address_o,
  output logic [23:0] fault_command_o
);

  localparam int unsigned BurstLength = (Beats < BurstBeats) ? Beats : BurstBeats;
  localparam int unsigned Parts = Beats / BurstLength;
  localparam int unsigned PartBits = (Parts > 1) ? $clog2(Parts) : 1;
  localparam int unsigned LowBits = $clog2(napier_pkg::CommandBytes);
  localparam int unsigned PartLsb = $clog2(BurstLength * BeatBytes);

  if (BeatBytes < 4 || BeatBytes > 64 || (BeatBytes & (BeatBytes - 1)) != 0) begin : g_bad_beat
    $error("BeatBytes is not 4, 8, 16, 32 or 64.");
  end
  if ((BurstBeats & (BurstBeats - 1)) != 0 || BurstBeats == 0) begin : g_bad_burst
    $error("BurstBeats is not a power of two.");
  end
  if (FetchAhead == 0) begin : g_bad_ahead
    $error("FetchAhead is zero.");
  end

  // Issue.
  logic active, active_q;    // commands are left to be issued; active_q falls a cycle later
  logic [IndexBits-1:0] issue_q;      // commands whose bursts have all been issued
  logic [PartBits-1:0] part_q;
  logic [FlightBits-1:0] flight_q;
  logic part_last, landed;

  assign part_last = part_q == PartBits'(Parts - 1);
  assign landed = beat_i && beat_last_i;
  assign active = active_q && issue_q != program_length_i[IndexBits-1:0];
  assign request_o = active && flight_q != FlightBits'(FetchAhead) && (room_i || part_q != '0) && !halt_i;
  assign length_o = 8'(BurstLength - 1);
  assign flight_o = flight_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      active_q <= 1'b0;
      part_q <= '0;
      flight_q <= '0;
    end else begin
      if (start_i) active_q <= 1'b1;
      else if (!active) active_q <= 1'b0;
      if (issued_i) part_q <= part_last ? '0 : part_q + PartBits'(1);
      if (issued_i != landed) flight_q <= issued_i ? flight_q + FlightBits'(1) : flight_q - FlightBits'(1);
    end
    if (!rst_ni || start_i) issue_q <= '0;
    else if (issued_i && part_last) issue_q <= issue_q + IndexBits'(1);
  end

  // Beats.
  logic [IndexBits-1:0] receive_q;    // commands received
  logic [BeatIndexBits-1:0] beat_q;
  logic [napier_pkg::CommonOpcodeBits-1:0] opcode, opcode_q, first_opcode;
  logic beat_final;

  assign beat_final = beat_q == BeatIndexBits'(Beats - 1);
  assign first_opcode = beat_data_i[napier_pkg::CommonOpcodeLsb +: napier_pkg::CommonOpcodeBits];
  assign opcode = (beat_q == '0) ? first_opcode : opcode_q;
  assign idle_o = !active && flight_q == '0;

  always_ff @(posedge clk_i) begin
    if (!rst_ni || start_i) begin
      receive_q <= '0;
      beat_q <= '0;
    end else if (beat_i) begin
      beat_q <= beat_final ? '0 : beat_q + BeatIndexBits'(1);
      if (beat_final) receive_q <= receive_q + IndexBits'(1);
    end
    if (beat_i) opcode_q <= opcode;
  end

  // Bits that no field of the command covers, and counts of zero. Those of all beats but the first are chosen by the
  // opcode, unless Lean a beat ahead.
  logic [BeatBits-1:0] used_next, used_q, used_first;
  logic [napier_pkg::CommonOpcodeBits-1:0] last_opcode;  // in the command's last beat
  logic copies, known, bad, bad_rest, bad_q, zero, zero_all, zero_q;
  assign last_opcode = (Beats > 1) ? opcode_q : first_opcode;
  assign copies = last_opcode == napier_pkg::OpcodeLoad || last_opcode == napier_pkg::OpcodeStore;
  assign known = first_opcode == napier_pkg::OpcodeLoad || first_opcode == napier_pkg::OpcodeExec
      || first_opcode == napier_pkg::OpcodeStore;
  always_comb begin
    used_first = '0;
    if (first_opcode == napier_pkg::OpcodeLoad) used_first = LoadUsedBits[BeatBits-1:0];
    if (first_opcode == napier_pkg::OpcodeExec) used_first = ExecUsedBits[BeatBits-1:0];
    if (first_opcode == napier_pkg::OpcodeStore) used_first = StoreUsedBits[BeatBits-1:0];
    used_next = '0;
    for (int unsigned b = 1; b < Beats; b++) begin
      if (beat_q == BeatIndexBits'(Lean ? b : b - 1)) begin
        if (opcode == napier_pkg::OpcodeLoad) used_next = LoadUsedBits[b*BeatBits +: BeatBits];
        if (opcode == napier_pkg::OpcodeExec) used_next = ExecUsedBits[b*BeatBits +: BeatBits];
        if (opcode == napier_pkg::OpcodeStore) used_next = StoreUsedBits[b*BeatBits +: BeatBits];
      end
    end
  end
  if (Lean) begin : gen_lean
    always_comb used_q = used_next;
  end else begin : gen_ahead
    always_ff @(posedge clk_i) begin
      if (beat_i) used_q <= used_next;
    end
  end
  always_comb begin
    zero = 1'b0;
    if (beat_q == BeatIndexBits'(napier_pkg::LoadLengthLsb / BeatBits)
        && beat_data_i[napier_pkg::LoadLengthLsb % BeatBits +: napier_pkg::LoadLengthBits] == '0) zero = 1'b1;
    if (beat_q == BeatIndexBits'(napier_pkg::LoadCountXLsb / BeatBits)
        && (beat_data_i[napier_pkg::LoadCountXLsb % BeatBits +: napier_pkg::LoadCountXBits] == '0
            || beat_data_i[napier_pkg::LoadCountYLsb % BeatBits +: napier_pkg::LoadCountYBits] == '0)) zero = 1'b1;
  end
  assign bad_rest = bad_q || (beat_data_i & ~used_q) != '0;  // of a beat that is not the first
  assign bad = (beat_q == '0) ? (beat_data_i & ~used_first) != '0 || !known : bad_rest;
  assign zero_all = (beat_q != '0 && zero_q) || zero;
  always_ff @(posedge clk_i) begin
    if (beat_i) begin
      bad_q <= bad;
      zero_q <= zero_all;
    end
  end
  if (napier_pkg::LoadLengthLsb != napier_pkg::StoreLengthLsb || napier_pkg::LoadCountXLsb != napier_pkg::StoreCountXLsb
      || napier_pkg::LoadCountYLsb != napier_pkg::StoreCountYLsb) begin : g_bad_fields
    $error("LOAD and STORE do not have their length and counts in the same place.");
  end

  // To the queue.
  assign write_o = beat_i;
  assign write_queue_o = opcode[1:0] - 2'd1;
  assign write_beat_o = beat_q;
  always_comb begin
    write_data_o = beat_data_i;
    if (beat_final) write_data_o[BeatBits-1 -: 32] = 32'(receive_q);
  end

  // Faults.
  logic beat_fault, command_bad;
  assign beat_fault = beat_i && beat_error_i;
  assign command_bad
      = beat_i && beat_final && (((Beats == 1) ? bad : bad_rest) || (copies && zero_all));
  assign commit_o = beat_i && beat_final && !beat_error_i && !command_bad;

  // The address to issue; when a beat is bad that of the beat's burst, too. If Lean one adder gives both: the bus takes
  // no address then.
  logic [AddressBits-1-LowBits:0] command_place, beat_place;
  logic [IndexBits-1:0] place_index;
  logic [31:0] beat_address;
  assign place_index = (Lean && beat_fault) ? receive_q : issue_q;
  assign command_place = program_address_i[AddressBits-1:LowBits] + (AddressBits-LowBits)'(place_index);
  assign beat_place
      = Lean ? command_place : program_address_i[AddressBits-1:LowBits] + (AddressBits-LowBits)'(receive_q);
  if (Parts > 1) begin : g_parts
    logic [PartBits-1:0] beat_part, part;
    assign beat_part = beat_q[BeatIndexBits-1 -: PartBits];
    assign part = (Lean && beat_fault) ? beat_part : part_q;
    assign address_o = 32'({command_place, {LowBits{1'b0}}}) | (32'(part) << PartLsb);
    assign beat_address = 32'({beat_place, {LowBits{1'b0}}}) | (32'(beat_part) << PartLsb);
  end else begin : g_whole
    assign address_o = 32'({command_place, {LowBits{1'b0}}});
    assign beat_address = 32'({beat_place, {LowBits{1'b0}}});
  end

  logic start_fault, start_empty;
  assign start_fault = start_i && program_address_i[LowBits-1:0] != '0;
  assign start_empty = start_i && program_length_i == '0;
  assign fault_valid_o = start_fault || start_empty || beat_fault || command_bad || outside_i;
  always_comb begin
    fault_address_o = '0;
    fault_command_o = (beat_fault || command_bad) ? 24'(receive_q) : 24'(issue_q);
    if (start_i) begin
      fault_code_o = start_fault ? napier_pkg::ErrorAlignment : napier_pkg::ErrorZeroCount;
      fault_address_o = start_fault ? 32'(program_address_i[AddressBits-1:0]) : '0;
      fault_command_o = '0;
    end else if (beat_fault) begin
      fault_code_o = napier_pkg::ErrorReadResponse;
      fault_address_o = Lean ? address_o : beat_address;
    end else if (command_bad) begin
      fault_code_o = bad ? napier_pkg::ErrorBadOpcode : napier_pkg::ErrorZeroCount;
    end else begin
      fault_code_o = napier_pkg::ErrorReadWindow;
      fault_address_o = address_o;
    end
  end

  logic unused;
  assign unused = ^{program_address_i, program_length_i};

endmodule
