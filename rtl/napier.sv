// Napier: everything between the AXI4-Lite slave and the AXI4 master.
// Parameters are the knobs of the description.
// Cycle 0 of a run is the cycle in which the start write is taken; start is high in 1, fetch requests from 2 on.
module napier #(
  parameter int unsigned Rows = 4,
  parameter int unsigned Columns = 4,
  parameter int unsigned ColumnSpan = 4,
  parameter int unsigned ActivationBits = 16,
  parameter int unsigned WeightBits = 4,
  parameter int unsigned AccumulatorBits = 24,
  parameter int unsigned AccumulatorDepth = 128,
  parameter int unsigned AccumulatorHalves = 1,
  parameter int unsigned PostLanes = 1,
  parameter int unsigned PostCycles = 8,
  parameter int unsigned AddressBits = 32,
  parameter int unsigned LengthBits = 24,
  parameter int unsigned WordBits = 16,
  parameter int unsigned BeatBytes = 4,
  parameter int unsigned BurstBeats = 16,
  parameter int unsigned OutstandingReads = 4,
  parameter int unsigned OutstandingWrites = 2,
  parameter int unsigned QueueCommands = 4,
  parameter int unsigned FetchAhead = 2,
  parameter int unsigned ActivationWords = 256,
  parameter int unsigned WeightWords = 256,
  parameter int unsigned ParameterWords = 128,
  parameter int unsigned ResidualWords = 256,
  parameter int unsigned OutputWords = 256,
  parameter int unsigned PackedTrits = 0,
  parameter int unsigned PaletteWords = 0,
  parameter int unsigned ActivationTables = 0,
  parameter int unsigned WindowChannels = 0,
  parameter int unsigned WindowTaps = 0,
  parameter int unsigned Checksums = 0,
  parameter int unsigned Lean = 0,
  parameter logic [napier_pkg::CommandBits-1:0] LoadUsedBits = napier_pkg::LoadUsedBits,
  parameter logic [napier_pkg::CommandBits-1:0] ExecUsedBits = napier_pkg::ExecUsedBits,
  parameter logic [napier_pkg::CommandBits-1:0] StoreUsedBits = napier_pkg::StoreUsedBits,
  parameter int unsigned ElementsA = 0,
  parameter int unsigned ElementsB = 0,
  parameter int unsigned Outputs = 0,
  parameter int unsigned Formats = 2,
  parameter logic [31:0] Identity = 32'h0
) (
  input  logic                     clk_i,
  input  logic                     rst_ni,
  input  logic              [11:0] control_awaddr_i,
  input  logic                     control_awvalid_i,
  output logic                     control_awready_o,
  input  logic              [31:0] control_wdata_i,
  input  logic               [3:0] control_wstrb_i,
  input  logic                     control_wvalid_i,
  output logic                     control_wready_o,
  output logic               [1:0] control_bresp_o,
  output logic                     control_bvalid_o,
  input  logic                     control_bready_i,
  input  logic              [11:0] control_araddr_i,
  input  logic                     control_arvalid_i,
  output logic                     control_arready_o,
  output logic              [31:0] control_rdata_o,
  output logic               [1:0] control_rresp_o,
  output logic                     control_rvalid_o,
  input  logic                     control_rready_i,
  output logic               [0:0] memory_arid_o,
  output logic              [31:0] memory_araddr_o,
  output logic               [7:0] memory_arlen_o,
  output logic               [2:0] memory_arsize_o,
  output logic               [1:0] memory_arburst_o,
  output logic                     memory_arvalid_o,
  input  logic                     memory_arready_i,
  input  logic               [0:0] memory_rid_i,
  input  logic   [BeatBytes*8-1:0] memory_rdata_i,
  input  logic               [1:0] memory_rresp_i,
  input  logic                     memory_rlast_i,
  input  logic                     memory_rvalid_i,
  output logic                     memory_rready_o,
  output logic               [0:0] memory_awid_o,
  output logic              [31:0] memory_awaddr_o,
  output logic               [7:0] memory_awlen_o,
  output logic               [2:0] memory_awsize_o,
  output logic               [1:0] memory_awburst_o,
  output logic                     memory_awvalid_o,
  input  logic                     memory_awready_i,
  output logic   [BeatBytes*8-1:0] memory_wdata_o,
  output logic     [BeatBytes-1:0] memory_wstrb_o,
  output logic                     memory_wlast_o,
  output logic                     memory_wvalid_o,
  input  logic                     memory_wready_i,
  input  logic               [0:0] memory_bid_i,
  input  logic               [1:0] memory_bresp_i,
  input  logic                     memory_bvalid_i,
  output logic                     memory_bready_o,
  output logic                     interrupt_o,
  output logic                     event_load_start_o,
  output logic                     event_load_end_o,
  output logic                     event_exec_start_o,
  output logic                     event_exec_end_o,
  output logic                     event_store_start_o,
  output logic                     event_store_end_o
);

  localparam int unsigned BeatBits = BeatBytes * 8;
  localparam int unsigned Beats = napier_pkg::CommandBytes / BeatBytes;
  localparam int unsigned BeatIndexBits = (Beats > 1) ? $clog2(Beats) : 1;
  localparam int unsigned FlightBits = $clog2(FetchAhead + 1);
  // Of a command's index: a program is not larger than the memory, and its length has 24 bits.
  localparam int unsigned PlaceBits = AddressBits - $clog2(napier_pkg::CommandBytes);
  localparam int unsigned IndexBits = (PlaceBits < 24) ? PlaceBits : 24;

  // Words of the buffers, in bytes.
  localparam int unsigned ActivationWordBytes
      = napier_pkg::activation_word_bytes(Formats, Rows, ActivationBits, WeightBits, BeatBytes);
  localparam int unsigned WeightWordBytes = (napier_pkg::weight_bytes(Formats, Columns, ColumnSpan, WeightBits)
      + BeatBytes - 1) / BeatBytes * BeatBytes;
  localparam int unsigned ParameterWordBytes
      = (PostLanes * napier_pkg::ParameterBytes + BeatBytes - 1) / BeatBytes * BeatBytes;
  localparam int unsigned OutputWordBytes
      = (napier_pkg::output_bytes(Columns, Outputs) + BeatBytes - 1) / BeatBytes * BeatBytes;
  localparam int unsigned PaletteBytes = napier_pkg::palette_bytes(Formats, Columns);
  localparam int unsigned PaletteWordBytes = (PaletteBytes + BeatBytes - 1) / BeatBytes * BeatBytes;

  // Queues, by number.
  localparam int unsigned Load = 0, Exec = 1, Store = 2;

  // Control.
  logic start, soft_reset, core_rst_n, busy, finished, halted, abandoned, expired, bus_quiet, draining, counter_ready;
  logic [napier_pkg::ErrorCodeBits-1:0] error_code;
  logic [31:0] error_address, program_address, watchdog, counter_value, fetch_checksum, load_checksum, store_checksum;
  logic [23:0] error_command, program_length;
  logic [19:0] read_base, write_base;
  logic [20:0] read_limit, write_limit;
  logic [3:0] counter_index;
  assign core_rst_n = rst_ni && !soft_reset;

  registers #(
    .AddressBits(AddressBits), .IndexBits(IndexBits), .Checksums(Checksums), .Identity(Identity)
  ) u_registers (
    .clk_i(clk_i), .rst_ni(rst_ni),
    .awaddr_i(control_awaddr_i), .awvalid_i(control_awvalid_i), .awready_o(control_awready_o),
    .wdata_i(control_wdata_i), .wstrb_i(control_wstrb_i), .wvalid_i(control_wvalid_i), .wready_o(control_wready_o),
    .bresp_o(control_bresp_o), .bvalid_o(control_bvalid_o), .bready_i(control_bready_i),
    .araddr_i(control_araddr_i), .arvalid_i(control_arvalid_i), .arready_o(control_arready_o),
    .rdata_o(control_rdata_o), .rresp_o(control_rresp_o), .rvalid_o(control_rvalid_o), .rready_i(control_rready_i),
    .interrupt_o(interrupt_o),
    .start_o(start), .soft_reset_o(soft_reset), .busy_o(busy), .finished_i(finished), .halted_i(halted),
    .quiet_i(bus_quiet), .draining_i(draining),
    .error_code_i(error_code), .error_address_i(error_address), .error_command_i(error_command),
    .program_address_o(program_address), .program_length_o(program_length),
    .read_base_o(read_base), .read_limit_o(read_limit), .write_base_o(write_base), .write_limit_o(write_limit),
    .watchdog_o(watchdog),
    .fetch_checksum_i(fetch_checksum), .load_checksum_i(load_checksum), .store_checksum_i(store_checksum),
    .counter_index_o(counter_index), .counter_ready_i(counter_ready), .counter_value_i(counter_value)
  );

  // Commands.
  logic fetch_request, fetch_issued, fetch_outside, fetch_beat, fetch_idle, fetch_fault;
  logic [31:0] fetch_address, fetch_fault_address;
  logic [7:0] fetch_length, load_length, store_length;
  logic [napier_pkg::ErrorCodeBits-1:0] fetch_fault_code, load_fault_code, store_fault_code, exec_fault_code;
  logic [23:0] fetch_fault_command, load_fault_command, store_fault_command, exec_fault_command;
  logic [FlightBits-1:0] fetch_flight;
  logic queue_room, queue_write, queue_commit, queue_empty, head_beat_again;
  logic [1:0] queue_write_queue;
  logic [BeatIndexBits-1:0] queue_write_beat;
  logic [BeatBits-1:0] queue_write_data;

  fetch #(
    .AddressBits(AddressBits), .IndexBits(IndexBits),
    .LoadUsedBits(LoadUsedBits), .ExecUsedBits(ExecUsedBits), .StoreUsedBits(StoreUsedBits),
    .BeatBytes(BeatBytes), .BurstBeats(BurstBeats), .FetchAhead(FetchAhead), .Lean(Lean != 0)
  ) u_fetch (
    .clk_i(clk_i), .rst_ni(core_rst_n), .start_i(start), .halt_i(halted),
    .program_address_i(program_address), .program_length_i(program_length), .idle_o(fetch_idle),
    .request_o(fetch_request), .address_o(fetch_address), .length_o(fetch_length), .issued_i(fetch_issued),
    .outside_i(fetch_outside), .beat_i(fetch_beat), .beat_last_i(memory_rlast_i), .beat_error_i(memory_rresp_i[1]),
    .beat_data_i(memory_rdata_i), .flight_o(fetch_flight), .room_i(queue_room),
    .write_o(queue_write), .write_queue_o(queue_write_queue), .write_beat_o(queue_write_beat),
    .write_data_o(queue_write_data), .commit_o(queue_commit),
    .fault_valid_o(fetch_fault), .fault_code_o(fetch_fault_code), .fault_address_o(fetch_fault_address),
    .fault_command_o(fetch_fault_command)
  );

  logic [2:0] head_release, head_valid, head_beat_valid;
  logic [BeatIndexBits-1:0] head_beat_index;
  logic [BeatBits-1:0] head_beat_data;
  command_queue #(
    .BeatBytes(BeatBytes), .QueueCommands(QueueCommands), .FetchAhead(FetchAhead), .Lean(Lean != 0)
  ) u_command_queue (
    .clk_i(clk_i), .rst_ni(core_rst_n), .flight_i(fetch_flight), .room_o(queue_room),
    .write_i(queue_write), .write_queue_i(queue_write_queue), .write_beat_i(queue_write_beat),
    .write_data_i(queue_write_data), .commit_i(queue_commit),
    .release_i(head_release), .valid_o(head_valid), .beat_valid_o(head_beat_valid), .beat_index_o(head_beat_index),
    .beat_again_o(head_beat_again), .beat_data_o(head_beat_data), .empty_o(queue_empty)
  );

  logic [napier_pkg::CommandBits-1:0] exec_command;
  // What comparisons subtract.
  localparam logic [napier_pkg::CommandBits-1:0] Subtracted
      = (napier_pkg::CommandBits'({napier_pkg::ExecLimitWBits{1'b1}}) << napier_pkg::ExecLimitWLsb)
      | (napier_pkg::CommandBits'({napier_pkg::ExecLimitHBits{1'b1}}) << napier_pkg::ExecLimitHLsb);
  command_head #(
    .BeatBytes(BeatBytes), .Inverted(Subtracted)
  ) u_exec_head (
    .clk_i(clk_i), .beat_valid_i(head_beat_valid[Exec]), .beat_index_i(head_beat_index),
    .beat_data_i(head_beat_data), .command_o(exec_command)
  );

  logic [1:0] load_wait, store_wait, load_signal, exec_signal, store_signal;
  logic load_tokens, exec_tokens, store_tokens, token_overflow;
  tokens u_tokens (
    .clk_i(clk_i), .rst_ni(core_rst_n), .clear_i(start),
    .load_wait_i(load_wait), .exec_wait_i(exec_command[napier_pkg::CommonWaitLsb +: napier_pkg::CommonWaitBits]),
    .store_wait_i(store_wait),
    .load_ready_o(load_tokens), .exec_ready_o(exec_tokens), .store_ready_o(store_tokens),
    .load_start_i(event_load_start_o), .exec_start_i(event_exec_start_o), .store_start_i(event_store_start_o),
    .load_end_i(event_load_end_o), .exec_end_i(event_exec_end_o), .store_end_i(event_store_end_o),
    .load_signal_i(load_signal), .exec_signal_i(exec_signal), .store_signal_i(store_signal),
    .overflow_o(token_overflow)
  );

  // Memory.
  logic load_request, load_issued, load_outside, load_beat, load_idle, load_fault;
  logic [31:0] load_address, load_fault_address, store_address, store_fault_address;
  logic store_request, store_ready, store_issued, store_outside, store_answer, store_idle, store_writing, store_fault;
  logic offering;

  memory_port #(
    .AddressBits(AddressBits), .BeatBytes(BeatBytes), .MostReads(OutstandingReads + FetchAhead),
    .MostWrites(OutstandingWrites), .Lean(Lean != 0)
  ) u_memory_port (
    .clk_i(clk_i), .rst_ni(rst_ni), .halt_i(halted), .flush_i(soft_reset),
    .read_base_i(read_base), .read_limit_i(read_limit), .write_base_i(write_base), .write_limit_i(write_limit),
    .offering_o(offering), .draining_o(draining),
    .fetch_request_i(fetch_request), .fetch_address_i(fetch_address), .fetch_length_i(fetch_length),
    .fetch_issued_o(fetch_issued), .fetch_outside_o(fetch_outside), .fetch_beat_o(fetch_beat),
    .load_request_i(load_request), .load_address_i(load_address), .load_length_i(load_length),
    .load_issued_o(load_issued), .load_outside_o(load_outside), .load_beat_o(load_beat),
    .store_request_i(store_request), .store_ready_i(store_ready), .store_address_i(store_address),
    .store_length_i(store_length), .store_issued_o(store_issued), .store_outside_o(store_outside),
    .store_answer_o(store_answer),
    .arid_o(memory_arid_o), .araddr_o(memory_araddr_o), .arlen_o(memory_arlen_o), .arsize_o(memory_arsize_o),
    .arburst_o(memory_arburst_o), .arvalid_o(memory_arvalid_o), .arready_i(memory_arready_i),
    .rid_i(memory_rid_i), .rlast_i(memory_rlast_i), .rvalid_i(memory_rvalid_i), .rready_o(memory_rready_o),
    .awid_o(memory_awid_o), .awaddr_o(memory_awaddr_o), .awlen_o(memory_awlen_o), .awsize_o(memory_awsize_o),
    .awburst_o(memory_awburst_o), .awvalid_o(memory_awvalid_o), .awready_i(memory_awready_i),
    .bvalid_i(memory_bvalid_i), .bready_o(memory_bready_o)
  );
  assign bus_quiet = !offering && !store_writing && (!draining || abandoned);

  logic [2:0] write_target;
  logic write_low, write_high, read_enable;
  logic [15:0] write_low_word, write_high_word, read_word;
  logic [7:0] write_low_bank, write_high_bank;
  logic [BeatBytes-1:0] write_low_mask, write_high_mask, load_lanes;
  logic [BeatBits-1:0] write_data, write_high_data;
  logic [OutputWordBytes*8-1:0] read_data;

  loader #(
    .AddressBits(AddressBits), .LengthBits(LengthBits), .WordBits(WordBits), .IndexBits(IndexBits),
    .BeatBytes(BeatBytes), .BurstBeats(BurstBeats), .OutstandingReads(OutstandingReads),
    .ActivationWords(ActivationWords), .ActivationWordBytes(ActivationWordBytes), .WeightWords(WeightWords),
    .WeightWordBytes(WeightWordBytes), .ParameterWords(ParameterWords), .ParameterWordBytes(ParameterWordBytes),
    .ResidualWords(ResidualWords), .ResidualWordBytes(OutputWordBytes), .PackedTrits(PackedTrits), .Lean(Lean != 0),
    .PaletteWords(PaletteWords), .PaletteWordBytes(PaletteWordBytes),
    .TableWords(napier_pkg::activation_table_words(ActivationTables)),
    .TableWordBytes(napier_pkg::activation_table_word_bytes(ActivationTables, BeatBytes))
  ) u_loader (
    .clk_i(clk_i), .rst_ni(core_rst_n), .halt_i(halted), .idle_o(load_idle),
    .head_valid_i(head_valid[Load]), .head_beat_valid_i(head_beat_valid[Load]), .head_beat_index_i(head_beat_index),
    .head_beat_again_i(head_beat_again), .head_beat_data_i(head_beat_data), .head_release_o(head_release[Load]),
    .wait_o(load_wait), .tokens_ready_i(load_tokens), .start_o(event_load_start_o), .end_o(event_load_end_o),
    .end_signal_o(load_signal), .request_o(load_request), .address_o(load_address), .length_o(load_length),
    .issued_i(load_issued), .outside_i(load_outside), .beat_i(load_beat), .beat_last_i(memory_rlast_i),
    .beat_error_i(memory_rresp_i[1]), .beat_data_i(memory_rdata_i), .beat_lanes_o(load_lanes),
    .write_target_o(write_target), .write_low_enable_o(write_low), .write_low_word_o(write_low_word),
    .write_low_bank_o(write_low_bank), .write_low_mask_o(write_low_mask), .write_high_enable_o(write_high),
    .write_high_word_o(write_high_word), .write_high_bank_o(write_high_bank), .write_high_mask_o(write_high_mask),
    .write_data_o(write_data), .write_high_data_o(write_high_data),
    .fault_valid_o(load_fault), .fault_code_o(load_fault_code), .fault_address_o(load_fault_address),
    .fault_command_o(load_fault_command)
  );

  storer #(
    .AddressBits(AddressBits), .LengthBits(LengthBits), .WordBits(WordBits), .IndexBits(IndexBits),
    .BeatBytes(BeatBytes), .BurstBeats(BurstBeats), .OutstandingWrites(OutstandingWrites),
    .OutputWords(OutputWords), .OutputWordBytes(OutputWordBytes), .Lean(Lean != 0)
  ) u_storer (
    .clk_i(clk_i), .power_rst_ni(rst_ni), .rst_ni(core_rst_n), .halt_i(halted), .idle_o(store_idle),
    .writing_o(store_writing),
    .head_valid_i(head_valid[Store]), .head_beat_valid_i(head_beat_valid[Store]), .head_beat_index_i(head_beat_index),
    .head_beat_again_i(head_beat_again), .head_beat_data_i(head_beat_data), .head_release_o(head_release[Store]),
    .wait_o(store_wait), .tokens_ready_i(store_tokens), .start_o(event_store_start_o), .end_o(event_store_end_o),
    .end_signal_o(store_signal),
    .request_o(store_request), .ready_o(store_ready), .address_o(store_address), .length_o(store_length),
    .offered_i(memory_awaddr_o),
    .issued_i(store_issued), .outside_i(store_outside), .answer_i(store_answer), .answer_error_i(memory_bresp_i[1]),
    .read_enable_o(read_enable), .read_word_o(read_word), .read_data_i(read_data),
    .wdata_o(memory_wdata_o), .wstrb_o(memory_wstrb_o), .wlast_o(memory_wlast_o), .wvalid_o(memory_wvalid_o),
    .wready_i(memory_wready_i),
    .fault_valid_o(store_fault), .fault_code_o(store_fault_code), .fault_address_o(store_fault_address),
    .fault_command_o(store_fault_command)
  );

  // Compute.
  logic exec_ready, exec_idle, exec_busy, exec_fault, count_array_cycle, count_pass, count_post_cycle;
  logic [31:0] exec_fault_address;
  assign head_release[Exec] = head_valid[Exec] && exec_ready;

  compute #(
    .Rows(Rows), .Columns(Columns), .ColumnSpan(ColumnSpan), .ActivationBits(ActivationBits), .WeightBits(WeightBits),
    .AccumulatorBits(AccumulatorBits), .AccumulatorDepth(AccumulatorDepth), .AccumulatorHalves(AccumulatorHalves),
    .PostLanes(PostLanes), .PostCycles(PostCycles), .BeatBytes(BeatBytes), .ActivationWords(ActivationWords),
    .WeightWords(WeightWords), .ParameterWords(ParameterWords), .ResidualWords(ResidualWords),
    .OutputWords(OutputWords), .PackedTrits(PackedTrits), .PaletteWords(PaletteWords),
    .ActivationTables(ActivationTables), .WindowChannels(WindowChannels), .WindowTaps(WindowTaps),
    .WordBits(WordBits), .Formats(Formats), .ElementsA(ElementsA), .ElementsB(ElementsB), .Outputs(Outputs),
    .Lean(Lean)
  ) u_compute (
    .clk_i(clk_i), .rst_ni(core_rst_n),
    .command_valid_i(head_valid[Exec]), .command_i(exec_command),
    .command_index_i(24'(exec_command[napier_pkg::CommandBits-32 +: IndexBits])), .command_ready_o(exec_ready),
    .tokens_ready_i(exec_tokens), .event_start_o(event_exec_start_o), .event_end_o(event_exec_end_o),
    .end_signal_o(exec_signal), .halt_i(halted), .idle_o(exec_idle),
    .fault_valid_o(exec_fault), .fault_code_o(exec_fault_code), .fault_address_o(exec_fault_address),
    .fault_command_o(exec_fault_command),
    .load_write_target_i(write_target),
    .load_write_low_enable_i(write_low), .load_write_low_word_i(write_low_word),
    .load_write_low_bank_i(write_low_bank), .load_write_low_mask_i(write_low_mask),
    .load_write_high_enable_i(write_high), .load_write_high_word_i(write_high_word),
    .load_write_high_bank_i(write_high_bank), .load_write_high_mask_i(write_high_mask),
    .load_write_data_i(write_data), .load_write_high_data_i(write_high_data),
    .store_read_enable_i(read_enable), .store_read_word_i(read_word), .store_read_data_o(read_data),
    .count_array_cycle_o(count_array_cycle), .count_pass_o(count_pass), .count_post_cycle_o(count_post_cycle),
    .exec_busy_o(exec_busy)
  );

  // The end: everything fetched, queued, started and answered. A unit at fault is not idle; the watchdog is none.
  assign finished = busy && !start && !halted && !expired
      && fetch_idle && queue_empty && load_idle && exec_idle && store_idle;

  logic read_address, read_beat, write_address, write_beat, progress;
  assign read_address = memory_arvalid_o && memory_arready_i;
  assign read_beat = memory_rvalid_i && memory_rready_o;
  assign write_address = memory_awvalid_o && memory_awready_i;
  assign write_beat = memory_wvalid_o && memory_wready_i;
  assign progress = start || read_address || read_beat || write_address || write_beat || memory_bvalid_i
      || event_load_start_o || event_load_end_o || event_exec_start_o || event_exec_end_o || event_store_start_o
      || event_store_end_o || count_pass;

  checksums #(
    .BeatBytes(BeatBytes), .Checksums(Checksums)
  ) u_checksums (
    .clk_i(clk_i), .clear_i(start), .read_data_i(memory_rdata_i), .read_last_i(memory_rlast_i),
    .fetch_beat_i(fetch_beat), .load_beat_i(load_beat), .load_lanes_i(load_lanes), .store_beat_i(write_beat),
    .store_last_i(memory_wlast_o), .store_data_i(memory_wdata_o), .store_lanes_i(memory_wstrb_o),
    .fetch_o(fetch_checksum), .load_o(load_checksum), .store_o(store_checksum)
  );

  fault #(.Lean(Lean != 0)) u_fault (
    .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(soft_reset), .busy_i(busy), .progress_i(progress), .watchdog_i(watchdog),
    .overflow_i(token_overflow),
    .fetch_valid_i(fetch_fault), .fetch_code_i(fetch_fault_code), .fetch_address_i(fetch_fault_address),
    .fetch_command_i(fetch_fault_command),
    .load_valid_i(load_fault), .load_code_i(load_fault_code), .load_address_i(load_fault_address),
    .load_command_i(load_fault_command),
    .exec_valid_i(exec_fault), .exec_code_i(exec_fault_code), .exec_address_i(exec_fault_address),
    .exec_command_i(exec_fault_command),
    .store_valid_i(store_fault), .store_code_i(store_fault_code), .store_address_i(store_fault_address),
    .store_command_i(store_fault_command),
    .expired_o(expired), .halted_o(halted), .abandoned_o(abandoned),
    .code_o(error_code), .address_o(error_address), .command_o(error_command)
  );

  logic [napier_pkg::CounterCount-1:0] count_event;
  always_comb begin
    count_event = '0;
    count_event[napier_pkg::CounterCycles] = 1'b1;
    count_event[napier_pkg::CounterLoadBusy] = !load_idle;
    count_event[napier_pkg::CounterExecBusy] = exec_busy;
    count_event[napier_pkg::CounterStoreBusy] = !store_idle;
    count_event[napier_pkg::CounterArrayCycles] = count_array_cycle;
    count_event[napier_pkg::CounterPasses] = count_pass;
    count_event[napier_pkg::CounterPostCycles] = count_post_cycle;
    count_event[napier_pkg::CounterReadBursts] = read_address;
    count_event[napier_pkg::CounterReadBeats] = read_beat;
    count_event[napier_pkg::CounterWriteBursts] = write_address;
    count_event[napier_pkg::CounterWriteBeats] = write_beat;
  end
  counters #(.Lean(Lean != 0)) u_counters (
    .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(start || soft_reset), .count_i(busy && !halted),
    .commands_i(2'(event_load_end_o) + 2'(event_exec_end_o) + 2'(event_store_end_o)),
    .event_i(count_event), .index_i(counter_index), .ready_o(counter_ready), .value_o(counter_value)
  );

  // Answers to writes carry one ID; of a response, bit 1 tells an error.
  logic unused;
  assign unused = ^{memory_bid_i, memory_bresp_i[0], memory_rresp_i[0], exec_command};

endmodule
