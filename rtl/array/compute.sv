// Everything east of the exec queue: the buffers, executor, array, accumulators and post-processor.
//
// A machine of integers has array, accumulator, post_processor, a residual buffer and, with WindowChannels, a window
// engine; one of real numbers real_core.
// The queue shows its head command; command_ready_o pops it. event_start_o: the head starts, its tokens are taken in
// this cycle. event_end_o, with end_signal_o: the oldest started command ended. Faults are told in the cycle they
// happen in; the first one counts. After halt_i no command and no pass starts. Buffer writes are those of buffer.sv;
// what is written in a cycle can be read in the next but one: LOAD's end lets no command read earlier.

module compute #(
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
  parameter int unsigned BeatBytes = 4,
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
  parameter int unsigned WordBits = 16,
  parameter int unsigned Formats = 2,
  parameter int unsigned ElementsA = 0,
  parameter int unsigned ElementsB = 0,
  parameter int unsigned Outputs = 0,
  parameter int unsigned Lean = 0,
  localparam int unsigned OutputBytes = napier_pkg::output_bytes(Columns, Outputs),
  localparam int unsigned OutputWordBytes = (OutputBytes + BeatBytes - 1) / BeatBytes * BeatBytes
) (
  input  logic                         clk_i,
  input  logic                         rst_ni,
  // exec queue and control
  input  logic                         command_valid_i,
  input  logic [511:0]                 command_i,
  input  logic [23:0]                  command_index_i,
  output logic                         command_ready_o,
  input  logic                         tokens_ready_i,
  output logic                         event_start_o,
  output logic                         event_end_o,
  output logic [1:0]                   end_signal_o,
  input  logic                         halt_i,
  output logic                         idle_o,
  output logic                         fault_valid_o,
  output logic [3:0]                   fault_code_o,
  output logic [31:0]                  fault_address_o,
  output logic [23:0]                  fault_command_o,
  // loader
  input  logic [2:0]                   load_write_target_i,
  input  logic                         load_write_low_enable_i,
  input  logic [15:0]                  load_write_low_word_i,
  input  logic [7:0]                   load_write_low_bank_i,
  input  logic [BeatBytes-1:0]         load_write_low_mask_i,
  input  logic                         load_write_high_enable_i,
  input  logic [15:0]                  load_write_high_word_i,
  input  logic [7:0]                   load_write_high_bank_i,
  input  logic [BeatBytes-1:0]         load_write_high_mask_i,
  input  logic [BeatBytes*8-1:0]       load_write_data_i,
  input  logic [BeatBytes*8-1:0]       load_write_high_data_i,
  // storer
  input  logic                         store_read_enable_i,
  input  logic [15:0]                  store_read_word_i,
  output logic [OutputWordBytes*8-1:0] store_read_data_o,
  // counters
  output logic                         count_array_cycle_o,
  output logic                         count_pass_o,
  output logic                         count_post_cycle_o,
  output logic                         exec_busy_o
);

  localparam bit          Real = napier_pkg::is_real(Formats);
  localparam int unsigned Slots = napier_pkg::slots_in_word(Formats, ActivationBits, WeightBits, BeatBytes);
  localparam int unsigned LaneBits = (Slots > 1) ? $clog2(Slots) : 1;
  localparam int unsigned PlaceBits = napier_pkg::format_place_bits(Formats);
  localparam int unsigned CodeWidth = napier_pkg::ElementCodeBits;
  localparam int unsigned PixelBits = $clog2(AccumulatorDepth);
  localparam int unsigned VectorBytes
      = napier_pkg::activation_word_bytes(Formats, Rows, ActivationBits, WeightBits, BeatBytes);
  localparam int unsigned WeightBytes = napier_pkg::weight_bytes(Formats, Columns, ColumnSpan, WeightBits);
  localparam int unsigned WeightWordBytes = (WeightBytes + BeatBytes - 1) / BeatBytes * BeatBytes;
  localparam int unsigned ParameterBytes = PostLanes * napier_pkg::ParameterBytes;
  localparam int unsigned ParameterWordBytes = (ParameterBytes + BeatBytes - 1) / BeatBytes * BeatBytes;
  localparam int unsigned HeldBits = napier_pkg::held_bits(Formats, ActivationBits, WeightBits);
  localparam int unsigned OutputBits = (OutputWords > 1) ? $clog2(OutputWords) : 1;
  localparam int unsigned WindowSlots = WindowChannels / Columns;
  localparam int unsigned TapBits = (WindowTaps > 1) ? $clog2(WindowTaps) : 1;
  localparam int unsigned PartBits = (WindowSlots > 1) ? $clog2(WindowSlots) : 1;
  localparam int unsigned Granule = napier_pkg::output_granule(Columns, Outputs, PostLanes);

  // ------------------------------------------------------------------ executor
  logic                 weight_read, weight_indexed, palette_read, vector_read, vector_valid, vector_first, vector_last;
  logic                 pass_scaled;
  logic                 vector_overwrite, vector_triple, vector_half, vector_pad, drained;
  logic [15:0]          weight_word, palette_word, vector_word;
  logic [7:0]           vector_pad_byte;
  logic [LaneBits-1:0]  vector_lane;
  logic [PlaceBits-1:0] vector_format;
  logic [2*CodeWidth-1:0] vector_elements;
  logic                 window_valid, window_first, window_last, window_begin, window_end, window_max, window_load;
  logic [TapBits-1:0]   window_tap;
  logic [PartBits-1:0]  window_load_slot;
  logic                 job_valid, job_finish, job_half, job_busy, job_end;
  logic [511:0]         job_command;
  logic [23:0]          job_index, exec_fault_command, post_fault_command;
  logic [PixelBits-1:0] job_pixel;
  logic                 exec_fault, post_fault;
  logic [3:0]           exec_fault_code;
  logic [31:0]          exec_fault_address, post_fault_address;

  executor #(
    .Rows(napier_pkg::pass_words(Formats, Rows, Columns, ColumnSpan)),
    .Turn(napier_pkg::real_turn(Formats, ElementsA, ElementsB)), .ActivationBits(ActivationBits),
    .WeightBits(WeightBits), .Formats(Formats), .ElementsA(ElementsA), .ElementsB(ElementsB), .Outputs(Outputs),
    .Slots(Slots), .AccumulatorDepth(AccumulatorDepth), .AccumulatorHalves(AccumulatorHalves),
    .ActivationWords(ActivationWords), .WeightWords(WeightWords), .PaletteWords(PaletteWords),
    .ActivationTables(ActivationTables), .WindowSlots(WindowSlots), .WindowTaps(WindowTaps), .WordBits(WordBits)
  ) u_executor (
    .clk_i(clk_i), .rst_ni(rst_ni),
    .command_valid_i(command_valid_i), .command_i(command_i), .command_index_i(command_index_i),
    .command_ready_o(command_ready_o), .tokens_ready_i(tokens_ready_i), .event_start_o(event_start_o),
    .halt_i(halt_i), .idle_o(idle_o), .busy_o(exec_busy_o),
    .fault_valid_o(exec_fault), .fault_code_o(exec_fault_code), .fault_address_o(exec_fault_address),
    .fault_command_o(exec_fault_command),
    .weight_read_o(weight_read), .weight_word_o(weight_word), .palette_read_o(palette_read),
    .palette_word_o(palette_word), .weight_indexed_o(weight_indexed),
    .pass_scaled_o(pass_scaled), .vector_read_o(vector_read), .vector_word_o(vector_word),
    .vector_valid_o(vector_valid), .vector_first_o(vector_first), .vector_last_o(vector_last),
    .vector_overwrite_o(vector_overwrite), .vector_triple_o(vector_triple), .vector_half_o(vector_half),
    .vector_pad_o(vector_pad), .vector_pad_byte_o(vector_pad_byte), .vector_lane_o(vector_lane),
    .vector_format_o(vector_format), .vector_elements_o(vector_elements),
    .window_valid_o(window_valid), .window_first_o(window_first), .window_last_o(window_last),
    .window_begin_o(window_begin), .window_end_o(window_end), .window_max_o(window_max), .window_tap_o(window_tap),
    .window_load_o(window_load), .window_load_slot_o(window_load_slot),
    .pass_o(count_pass_o), .drained_i(drained),
    .job_valid_o(job_valid), .job_finish_o(job_finish), .job_command_o(job_command), .job_index_o(job_index),
    .job_pixel_o(job_pixel), .job_half_o(job_half), .job_busy_i(job_busy), .job_end_i(job_end)
  );

  assign count_array_cycle_o = vector_read;
  assign fault_valid_o = exec_fault || post_fault;
  assign fault_code_o = post_fault ? napier_pkg::ErrorBufferRange : exec_fault_code;
  assign fault_address_o = post_fault ? post_fault_address : exec_fault_address;
  assign fault_command_o = post_fault ? post_fault_command : exec_fault_command;

  // ------------------------------------------------------------------ buffers
  // LOAD's writes, kept for a cycle unless Lean.
  logic [2:0]             write_target;
  logic                   write_low_enable, write_high_enable;
  logic [15:0]            write_low_word, write_high_word;
  logic [7:0]             write_low_bank, write_high_bank;
  logic [BeatBytes-1:0]   write_low_mask, write_high_mask;
  logic [BeatBytes*8-1:0] write_data, write_high_data;
  localparam int unsigned WriteBits = 3 + 2 * (1 + 16 + 8 + BeatBytes + BeatBytes * 8);
  logic [WriteBits-1:0]   write_now, write_q;
  assign write_now = {load_write_target_i, load_write_low_enable_i, load_write_low_word_i, load_write_low_bank_i,
                      load_write_low_mask_i, load_write_high_enable_i, load_write_high_word_i, load_write_high_bank_i,
                      load_write_high_mask_i, load_write_data_i, load_write_high_data_i};
  always_ff @(posedge clk_i) write_q <= write_now;
  assign {write_target, write_low_enable, write_low_word, write_low_bank, write_low_mask, write_high_enable,
          write_high_word, write_high_bank, write_high_mask, write_data, write_high_data}
      = (Lean != 0) ? write_now : write_q;
  logic [VectorBytes*8-1:0]    vectors;
  logic [WeightBytes*8-1:0]    weights;
  logic [ParameterBytes*8-1:0] parameters;
  logic                        post_read;
  logic [15:0]                 parameter_word;

  buffer #(
    .Words(ActivationWords), .WordBytes(VectorBytes), .StoredBytes(VectorBytes), .BeatBytes(BeatBytes), .Unaligned(1)
  ) u_activations (
    .clk_i(clk_i), .write_low_enable_i(write_low_enable && write_target == napier_pkg::LoadTargetActivation),
    .write_low_word_i(write_low_word), .write_low_bank_i(write_low_bank), .write_low_mask_i(write_low_mask),
    .write_high_enable_i(write_high_enable && write_target == napier_pkg::LoadTargetActivation),
    .write_high_word_i(write_high_word), .write_high_bank_i(write_high_bank),
    .write_high_mask_i(write_high_mask), .write_data_i(write_data), .write_high_data_i(write_data),
    .read_enable_i(vector_read), .read_word_i(vector_word), .read_data_o(vectors)
  );

  buffer #(
    .Words(WeightWords), .WordBytes(WeightWordBytes), .StoredBytes(WeightBytes), .BeatBytes(BeatBytes),
    .Unaligned(PackedTrits)
  ) u_weights (
    .clk_i(clk_i), .write_low_enable_i(write_low_enable && write_target == napier_pkg::LoadTargetWeight),
    .write_low_word_i(write_low_word), .write_low_bank_i(write_low_bank), .write_low_mask_i(write_low_mask),
    .write_high_enable_i(PackedTrits != 0 && write_high_enable && write_target == napier_pkg::LoadTargetWeight),
    .write_high_word_i(write_high_word), .write_high_bank_i(write_high_bank),
    .write_high_mask_i(write_high_mask), .write_data_i(write_data), .write_high_data_i(write_high_data),
    .read_enable_i(weight_read), .read_word_i(weight_word), .read_data_o(weights)
  );

  buffer #(
    .Words(ParameterWords), .WordBytes(ParameterWordBytes), .StoredBytes(ParameterBytes), .BeatBytes(BeatBytes),
    .Unaligned(0)
  ) u_parameters (
    .clk_i(clk_i), .write_low_enable_i(write_low_enable && write_target == napier_pkg::LoadTargetParameter),
    .write_low_word_i(write_low_word), .write_low_bank_i(write_low_bank), .write_low_mask_i(write_low_mask),
    .write_high_enable_i(1'b0), .write_high_word_i('0), .write_high_bank_i('0), .write_high_mask_i('0),
    .write_data_i(write_data), .write_high_data_i(write_data),
    .read_enable_i(post_read), .read_word_i(parameter_word), .read_data_o(parameters)
  );

  // ------------------------------------------------------------------ array, accumulators, post-processor
  logic                           output_write;
  logic [OutputBits-1:0]          output_word;
  logic [OutputBytes/Granule-1:0] output_mask;
  logic [OutputBytes*8-1:0]       output_data, store_data;

  if (Real) begin : gen_real
    localparam int unsigned SlotBits = VectorBytes / Slots * 8;
    localparam int unsigned VectorBits
        = (((Formats >> napier_pkg::FormatMxIndex) & 1) != 0) ? napier_pkg::block_bytes(ActivationBits) * 8
                                                              : ActivationBits;
    logic [SlotBits-1:0] slot;
    logic                unused_vector;
    assign slot = vector_pad ? '0 : vectors[32'(vector_lane)*SlotBits +: SlotBits];
    assign unused_vector = ^{slot, vector_pad_byte, vector_triple, vector_format, palette_read, palette_word,
                             weight_indexed, pass_scaled, window_valid, window_first, window_last, window_begin,
                             window_end, window_max, window_load, window_load_slot, window_tap};

    real_core #(
      .Columns(Columns), .ColumnSpan(ColumnSpan), .ActivationBits(ActivationBits), .WeightBits(WeightBits),
      .AccumulatorDepth(AccumulatorDepth), .AccumulatorHalves(AccumulatorHalves), .PostLanes(PostLanes),
      .ParameterWords(ParameterWords), .OutputWords(OutputWords), .Formats(Formats), .ElementsA(ElementsA),
      .ElementsB(ElementsB), .Outputs(Outputs)
    ) u_real_core (
      .clk_i(clk_i), .rst_ni(rst_ni),
      .vector_valid_i(vector_valid), .vector_first_i(vector_first), .vector_last_i(vector_last),
      .vector_overwrite_i(vector_overwrite), .vector_half_i(vector_half), .elements_i(vector_elements),
      .activation_i(slot[VectorBits-1:0]), .weights_i(weights), .drained_o(drained),
      .job_valid_i(job_valid), .job_finish_i(job_finish), .job_command_i(job_command), .job_index_i(job_index),
      .job_pixel_i(job_pixel), .job_half_i(job_half), .busy_o(job_busy), .job_end_o(job_end),
      .end_o(event_end_o), .end_signal_o(end_signal_o), .group_o(count_post_cycle_o),
      .parameter_read_o(post_read), .parameter_word_o(parameter_word), .parameters_i(parameters),
      .write_enable_o(output_write), .write_word_o(output_word), .write_mask_o(output_mask),
      .write_data_o(output_data),
      .fault_valid_o(post_fault), .fault_address_o(post_fault_address), .fault_command_o(post_fault_command)
    );
  end else begin : gen_integer
    localparam int unsigned ScaleBits = napier_pkg::scale_bits(Formats);
    localparam int unsigned Latency = Rows + Columns / ColumnSpan - 1 + ((ScaleBits > 0) ? 1 : 0);
    // Weights as the array takes them; scales of a pass.
    logic [Columns*HeldBits-1:0] held;
    logic [Columns*8-1:0]        scales;

    if (PaletteWords > 0) begin : gen_palette
      localparam int unsigned TableBits = napier_pkg::table_entries(Formats) * napier_pkg::table_bits(Formats);
      localparam int unsigned StoredBytes = napier_pkg::palette_bytes(Formats, Columns);
      localparam int unsigned WordBytes = (StoredBytes + BeatBytes - 1) / BeatBytes * BeatBytes;
      logic [StoredBytes*8-1:0] entries;

      buffer #(
        .Words(PaletteWords), .WordBytes(WordBytes), .StoredBytes(StoredBytes), .BeatBytes(BeatBytes),
        .Unaligned(0)
      ) u_palettes (
        .clk_i(clk_i), .write_low_enable_i(write_low_enable && write_target == napier_pkg::LoadTargetPalette),
        .write_low_word_i(write_low_word), .write_low_bank_i(write_low_bank), .write_low_mask_i(write_low_mask),
        .write_high_enable_i(1'b0), .write_high_word_i('0), .write_high_bank_i('0), .write_high_mask_i('0),
        .write_data_i(write_data), .write_high_data_i(write_data),
        .read_enable_i(palette_read), .read_word_i(palette_word), .read_data_o(entries)
      );
      if (TableBits > 0) begin : gen_tables
        palette #(
          .Columns(Columns), .ActivationBits(ActivationBits), .WeightBits(WeightBits), .Formats(Formats)
        ) u_palette (
          .indexed_i(weight_indexed), .table_i(entries[TableBits-1:0]), .weights_i(weights), .weights_o(held)
        );
      end else begin : gen_no_tables
        logic unused_indexed;
        assign unused_indexed = weight_indexed;
        assign held = weights;
      end
      if (ScaleBits > 0) begin : gen_scales
        assign scales = entries[Columns*8-1:0];
      end else begin : gen_no_scales
        assign scales = '0;
      end
      logic unused_entries;  // of the longer of table and scales
      assign unused_entries = ^entries;
    end else begin : gen_stored
      assign scales = '0;
      logic unused_palette;
      assign unused_palette = ^{palette_read, palette_word, weight_indexed};
      assign held = weights;
    end

    localparam int unsigned SumBits
        = napier_pkg::engine_sum_bits(Formats, ActivationBits, WeightBits, Rows, WindowTaps);
    logic                       soon, tail, unused_elements, word_valid, word_first, word_last, word_overwrite;
    logic                       word_triple, word_half;
    logic [Columns*SumBits-1:0] sums;
    assign unused_elements = ^vector_elements;

    engines #(
      .Rows(Rows), .Columns(Columns), .ColumnSpan(ColumnSpan), .ActivationBits(ActivationBits), .WeightBits(WeightBits),
      .WindowChannels(WindowChannels), .WindowTaps(WindowTaps), .Formats(Formats)
    ) u_engines (
      .clk_i(clk_i), .rst_ni(rst_ni), .first_i(vector_first), .pad_i(vector_pad), .pad_byte_i(vector_pad_byte),
      .lane_i(vector_lane), .format_i(vector_format), .word_i(vectors), .weights_i(held), .scaled_i(pass_scaled),
      .scales_i(scales),
      .window_load_i(window_load), .window_load_slot_i(window_load_slot), .window_tap_i(window_tap),
      .window_valid_i(window_valid), .window_first_i(window_first), .window_last_i(window_last),
      .window_begin_i(window_begin), .window_end_i(window_end), .window_max_i(window_max),
      .window_overwrite_i(vector_overwrite), .window_triple_i(vector_triple), .window_half_i(vector_half),
      .soon_o(soon), .tail_o(tail), .sums_o(sums), .word_valid_o(word_valid), .word_first_o(word_first),
      .word_last_o(word_last), .word_overwrite_o(word_overwrite), .word_triple_o(word_triple), .word_half_o(word_half)
    );

    logic                               post_half;
    logic [PixelBits-1:0]               post_pixel;
    logic [Columns*AccumulatorBits-1:0] accumulators;
    logic [Columns*8-1:0]               residuals;
    logic [15:0]                        residual_word;
    logic                               table_read;
    logic [napier_pkg::ExecTableBits-1:0] table_number;
    logic [PostLanes*8-1:0]             table_bytes, table_entries;

    accumulator #(
      .Columns(Columns), .AccumulatorBits(AccumulatorBits), .AccumulatorDepth(AccumulatorDepth),
      .AccumulatorHalves(AccumulatorHalves), .SumBits(SumBits), .Latency(Latency),
      .Distance((WindowChannels > 0 || Lean != 0) ? 3 : Rows)
    ) u_accumulator (
      .clk_i(clk_i), .rst_ni(rst_ni), .valid_i(vector_valid), .overwrite_i(vector_overwrite), .triple_i(vector_triple),
      .half_i(vector_half), .last_i(vector_last), .soon_i(soon), .tail_i(tail), .sums_i(sums), .drained_o(drained),
      .late_valid_i(word_valid), .late_first_i(word_first), .late_last_i(word_last),
      .late_overwrite_i(word_overwrite), .late_triple_i(word_triple), .late_half_i(word_half),
      .read_enable_i(post_read), .read_half_i(post_half), .read_pixel_i(post_pixel), .read_data_o(accumulators)
    );

    post_processor #(
      .Columns(Columns), .AccumulatorBits(AccumulatorBits), .AccumulatorDepth(AccumulatorDepth),
      .AccumulatorHalves(AccumulatorHalves), .PostLanes(PostLanes), .PostCycles(PostCycles),
      .ParameterWords(ParameterWords), .ResidualWords(ResidualWords), .OutputWords(OutputWords),
      .HasSigns(32'(napier_pkg::has_one_bit_channels(Formats))), .HasTables((ActivationTables > 0) ? 1 : 0),
      .WindowSlots(WindowSlots), .WordBits(WordBits), .Lean(Lean != 0)
    ) u_post_processor (
      .clk_i(clk_i), .rst_ni(rst_ni),
      .job_valid_i(job_valid), .job_finish_i(job_finish), .job_command_i(job_command), .job_index_i(job_index),
      .job_pixel_i(job_pixel), .job_half_i(job_half), .busy_o(job_busy), .job_end_o(job_end),
      .end_o(event_end_o), .end_signal_o(end_signal_o), .group_o(count_post_cycle_o),
      .read_enable_o(post_read), .read_half_o(post_half), .read_pixel_o(post_pixel), .accumulators_i(accumulators),
      .parameter_word_o(parameter_word), .parameters_i(parameters),
      .residual_word_o(residual_word), .residuals_i(residuals),
      .table_read_o(table_read), .table_o(table_number), .table_bytes_o(table_bytes), .table_entries_i(table_entries),
      .write_enable_o(output_write), .write_word_o(output_word), .write_mask_o(output_mask), .write_data_o(output_data),
      .fault_valid_o(post_fault), .fault_address_o(post_fault_address), .fault_command_o(post_fault_command)
    );

    buffer #(
      .Words(ResidualWords), .WordBytes(OutputWordBytes), .StoredBytes(Columns), .BeatBytes(BeatBytes), .Unaligned(1)
    ) u_residuals (
      .clk_i(clk_i), .write_low_enable_i(write_low_enable && write_target == napier_pkg::LoadTargetResidual),
      .write_low_word_i(write_low_word), .write_low_bank_i(write_low_bank), .write_low_mask_i(write_low_mask),
      .write_high_enable_i(write_high_enable && write_target == napier_pkg::LoadTargetResidual),
      .write_high_word_i(write_high_word), .write_high_bank_i(write_high_bank),
      .write_high_mask_i(write_high_mask), .write_data_i(write_data), .write_high_data_i(write_data),
      .read_enable_i(post_read), .read_word_i(residual_word), .read_data_o(residuals)
    );

    if (ActivationTables > 0) begin : gen_tables
      activation_table #(
        .Tables(ActivationTables), .Lanes(PostLanes), .BeatBytes(BeatBytes)
      ) u_activation_table (
        .clk_i(clk_i),
        .write_enable_i(write_low_enable && write_target == napier_pkg::LoadTargetTable),
        .write_word_i(write_low_word), .write_mask_i(write_low_mask), .write_data_i(write_data),
        .read_enable_i(table_read), .read_table_i(table_number), .bytes_i(table_bytes), .entries_o(table_entries)
      );
    end else begin : gen_no_tables
      logic unused_tables;
      assign unused_tables = ^{table_read, table_number, table_bytes};
      assign table_entries = '0;
    end
  end

  ram #(
    .Words(OutputWords), .Bits(OutputBytes*8), .GranuleBits(Granule*8)
  ) u_outputs (
    .clk_i(clk_i),
    .write_enable_i(output_write), .write_mask_i(output_mask), .write_word_i(output_word),
    .write_data_i(output_data),
    .read_enable_i(store_read_enable_i), .read_word_i(store_read_word_i[OutputBits-1:0]), .read_data_o(store_data)
  );

  // Bytes beyond these are not stored and read as zero.
  assign store_read_data_o = (OutputWordBytes*8)'(store_data);

  logic unused_words;
  assign unused_words = ^store_read_word_i;

endmodule
