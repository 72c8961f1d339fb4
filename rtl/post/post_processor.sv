// Turns the accumulators of a finished tile into output bytes, one group of PostLanes columns every PostCycles cycles.
//
// job_valid_i, for one cycle T while busy_o is low, brings the next command in order. Without finish it ends in T. Else
// group n (of pixels * Columns / PostLanes, pixel by pixel) is read in T + 1 + n * PostCycles: accumulators, parameters
// and residual; its output is written Latency = Steps + 7 cycles later (see requantize); the job ends (job_end_o)
// with the write of the last. end_o is either end, with the command's signal mask.
// With tabled the output is the entry of the requantized byte in an activation table, looked up between requantize's
// next_o and result_o: no time depends on it.
// With output_signs a column's output is the sign of its byte alone: the word's lowest bits are the columns' signs, the
// rest of its Columns bytes is 0. Each group's write covers the whole word; the pixel's last holds all signs.
// A pixel of the window engine is WindowSlots accumulator words with parameters of their own: word n has those of
// columns n mod WindowSlots * Columns on; all else is the same as if each word were a pixel.
// With one accumulator half (Copy = 0) job_command_i, job_index_i and job_pixel_i stay until job_end_o.

module post_processor #(
  parameter int unsigned Columns = 4,
  parameter int unsigned AccumulatorBits = 24,
  parameter int unsigned AccumulatorDepth = 128,
  parameter int unsigned AccumulatorHalves = 1,
  parameter int unsigned PostLanes = 1,
  parameter int unsigned PostCycles = 8,
  parameter int unsigned ParameterWords = 128,
  parameter int unsigned ResidualWords = 256,
  parameter int unsigned OutputWords = 256,
  parameter int unsigned HasSigns = 0,     // 1: knows output_signs
  parameter int unsigned HasTables = 0,    // 1: knows tabled
  parameter int unsigned WindowSlots = 0,  // 0: there is no window engine
  parameter int unsigned WordBits = 16,
  parameter bit          Lean = 1'b0,      // reads nothing ahead
  localparam int unsigned PixelBits = $clog2(AccumulatorDepth),
  localparam int unsigned Groups = Columns / PostLanes,
  localparam int unsigned OutputBits = (OutputWords > 1) ? $clog2(OutputWords) : 1,
  localparam int unsigned GroupBits = (Groups > 1) ? $clog2(Groups) : 1
) (
  input  logic                                 clk_i,
  input  logic                                 rst_ni,
  input  logic                                 job_valid_i,
  input  logic                                 job_finish_i,
  input  logic [511:0]                         job_command_i,
  input  logic [23:0]                          job_index_i,
  input  logic [PixelBits-1:0]                 job_pixel_i,
  input  logic                                 job_half_i,
  output logic                                 busy_o,
  output logic                                 job_end_o,
  output logic                                 end_o,
  output logic [1:0]                           end_signal_o,
  output logic                                 group_o,        // a group is taken
  // reads; data a cycle later
  output logic                                 read_enable_o,  // then; with turns (PostCycles > 1) and not Lean ahead
  output logic                                 read_half_o,
  output logic [PixelBits-1:0]                 read_pixel_o,
  input  logic [Columns*AccumulatorBits-1:0]   accumulators_i,
  output logic [15:0]                          parameter_word_o,
  input  logic [PostLanes*64-1:0]              parameters_i,
  output logic [15:0]                          residual_word_o,
  input  logic [Columns*8-1:0]                 residuals_i,
  output logic                                 table_read_o,
  output logic [napier_pkg::ExecTableBits-1:0] table_o,
  output logic [PostLanes*8-1:0]               table_bytes_o,
  input  logic [PostLanes*8-1:0]               table_entries_i,
  // output buffer
  output logic                                 write_enable_o,
  output logic [OutputBits-1:0]                write_word_o,
  output logic [Groups-1:0]                    write_mask_o,   // by group
  output logic [Columns*8-1:0]                 write_data_o,
  output logic                                 fault_valid_o,
  output logic [31:0]                          fault_address_o,
  output logic [23:0]                          fault_command_o
);

  localparam bit          Copy = AccumulatorHalves > 1;
  localparam int unsigned Steps = (PostCycles == 1) ? 4 : PostCycles;
  localparam int unsigned Latency = Steps + 7;
  localparam int unsigned ParameterBits = (ParameterWords > 1) ? $clog2(ParameterWords) : 1;
  localparam int unsigned OffsetBits = $clog2(Groups * ((WindowSlots > 1) ? WindowSlots : 1) + 1);
  localparam int unsigned PhaseBits = (PostCycles > 1) ? $clog2(PostCycles) : 1;

  logic         take, busy_q, half;
  logic [511:0] fields;
  logic [23:0]  index;
  logic [PixelBits-1:0] last_pixel;
  logic         unused_fields;

  assign take = job_valid_i && job_finish_i;
  assign unused_fields = ^fields;

  if (Copy) begin : gen_copy
    logic half_q;
    always_ff @(posedge clk_i) begin
      if (take) begin
        last_pixel <= job_pixel_i;
        fields <= job_command_i;
        index <= job_index_i;
        half_q <= job_half_i;
      end
    end
    assign half = half_q;
  end else begin : gen_head
    assign fields = job_command_i;
    assign last_pixel = job_pixel_i;
    assign index = job_index_i;
    assign half = job_half_i;
  end

  // ------------------------------------------------------------------ reads
  logic                 reading_q, read, pixel_ends, job_ends;
  logic [PhaseBits-1:0] phase_q;   // 0: a group may be read
  logic [PixelBits-1:0] pixel_q;
  logic [GroupBits-1:0] group_q;
  logic [WordBits-1:0]  parameter_word, residual_word_q, output_word_q;
  logic [OffsetBits-1:0] offset;  // of a pixel's parameter words

  assign read = reading_q && phase_q == '0;
  assign pixel_ends = group_q == GroupBits'(Groups - 1);
  assign job_ends = pixel_ends && pixel_q == last_pixel;
  assign parameter_word_o = 16'(parameter_word);
  assign group_o = read;

  always_ff @(posedge clk_i) begin
    if (take) begin
      pixel_q <= '0;
      group_q <= '0;
      residual_word_q <= job_command_i[napier_pkg::ExecResidualBaseLsb +: WordBits];
      output_word_q <= job_command_i[napier_pkg::ExecOutputBaseLsb +: WordBits];
    end else if (read) begin
      group_q <= pixel_ends ? '0 : group_q + 1'b1;
      if (pixel_ends) begin
        pixel_q <= pixel_q + 1'b1;
        residual_word_q <= residual_word_q + fields[napier_pkg::ExecResidualStrideLsb +: WordBits];
        output_word_q <= output_word_q + fields[napier_pkg::ExecOutputStrideLsb +: WordBits];
      end
    end
    if (!rst_ni) begin
      busy_q <= 1'b0;
      reading_q <= 1'b0;
      phase_q <= '0;
    end else begin
      busy_q <= take || (busy_q && !job_end_o);
      reading_q <= take || (reading_q && !(read && job_ends));
      if (read) phase_q <= PhaseBits'(PostCycles - 1);
      else if (phase_q != '0) phase_q <= phase_q - 1'b1;
    end
  end

  if (WindowSlots > 1) begin : gen_window
    localparam int unsigned Most = WindowSlots * Groups;
    logic [$clog2(Most)-1:0] offset_q;
    logic                    windowed;
    assign windowed = fields[napier_pkg::ExecEngineLsb +: napier_pkg::ExecEngineBits] != napier_pkg::ExecEngineArray;
    assign offset = windowed ? OffsetBits'(offset_q) : OffsetBits'(group_q);
    always_ff @(posedge clk_i) begin
      if (take) offset_q <= '0;
      else if (read) offset_q <= (32'(offset_q) == Most - 1) ? '0 : offset_q + 1'b1;
    end
  end else begin : gen_no_window
    assign offset = OffsetBits'(group_q);
  end

  // ------------------------------------------------------------------ lanes
  logic [PostLanes*AccumulatorBits-1:0] group_accumulators;
  logic [PostLanes*8-1:0]               group_residuals;
  logic [PostLanes*64-1:0]              group_parameters;
  logic                                 unused_parameters, start_q;

  localparam int unsigned SumGroupBits = PostLanes * AccumulatorBits;
  localparam int unsigned ByteGroupBits = PostLanes * 8;
  logic [WordBits-1:0] parameter_base, residual_word;
  assign residual_word_o = 16'(residual_word);
  if (PostCycles > 1 && !Lean) begin : gen_ahead
    // Block RAM is slow to give its data: of the first group it is read with the job, of each next one in the cycle
    // after the group before. The cycle in which a group is taken brings it to the bottom of registers: a pixel's first
    // as it is read, with all after it; these by moving down.
    assign read_enable_o = take || (start_q && reading_q);
    assign read_half_o = take ? job_half_i : half;
    assign read_pixel_o = take ? '0 : pixel_q;
    assign residual_word = take ? job_command_i[napier_pkg::ExecResidualBaseLsb +: WordBits] : residual_word_q;
    assign parameter_base = take ? job_command_i[napier_pkg::ExecParameterBaseLsb +: WordBits]
        : fields[napier_pkg::ExecParameterBaseLsb +: WordBits];
    assign parameter_word = parameter_base + (take ? '0 : WordBits'(offset));
    logic                                first_q;  // the next group is its pixel's first
    logic [Columns*AccumulatorBits-1:0]  accumulators_q;
    logic [Columns*8-1:0]                residuals_q;
    always_ff @(posedge clk_i) begin
      if (take) first_q <= 1'b1;
      else if (read) first_q <= pixel_ends;
      if (read) begin
        accumulators_q <= first_q ? accumulators_i : accumulators_q >> SumGroupBits;
        residuals_q <= first_q ? residuals_i : residuals_q >> ByteGroupBits;
      end
      group_parameters <= parameters_i;
    end
    assign group_accumulators = accumulators_q[SumGroupBits-1:0];
    assign group_residuals = residuals_q[ByteGroupBits-1:0];
  end else begin : gen_at_once
    assign read_enable_o = read;
    assign read_half_o = half;
    assign read_pixel_o = pixel_q;
    assign residual_word = residual_word_q;
    assign parameter_base = fields[napier_pkg::ExecParameterBaseLsb +: WordBits];
    assign parameter_word = parameter_base + WordBits'(offset);
    // The groups stand at multiples of a power of two, so that their places are no products.
    localparam int unsigned SumPlace = 1 << $clog2(SumGroupBits);
    localparam int unsigned BytePlace = 1 << $clog2(ByteGroupBits);
    logic [Groups*SumPlace-1:0]  placed_sums;
    logic [Groups*BytePlace-1:0] placed_residuals;
    for (genvar g = 0; g < Groups; g++) begin : gen_place
      assign placed_sums[g*SumPlace +: SumPlace] = SumPlace'(accumulators_i[g*SumGroupBits +: SumGroupBits]);
      assign placed_residuals[g*BytePlace +: BytePlace] = BytePlace'(residuals_i[g*ByteGroupBits +: ByteGroupBits]);
    end
    logic [GroupBits-1:0] data_group;  // of the data that the reads gave
    always_ff @(posedge clk_i) data_group <= group_q;
    assign group_accumulators = placed_sums[32'(data_group)*SumPlace +: SumGroupBits];
    assign group_residuals = placed_residuals[32'(data_group)*BytePlace +: ByteGroupBits];
    assign group_parameters = parameters_i;
  end
  assign unused_parameters = ^group_parameters;

  logic [PostLanes*8-1:0] requantized, results;
  logic [PostLanes-1:0]   result_signs;

  // Groups on their way: started, the cycle after the read; then, of Tail stages, those behind the product's steps.
  localparam int unsigned Tail = (PostCycles == 1) ? Latency : Latency - PostCycles;
  logic            behind, in_steps;
  logic [Tail-1:0] tail_q;

  for (genvar lane = 0; lane < PostLanes; lane++) begin : gen_lane
    requantize #(
      .AccumulatorBits(AccumulatorBits), .Cycles(PostCycles)
    ) u_requantize (
      .clk_i(clk_i),
      .start_i(start_q),
      .accumulator_i(group_accumulators[lane*AccumulatorBits +: AccumulatorBits]),
      .bias_i(group_parameters[lane*64 + napier_pkg::ParameterBiasLsb +: AccumulatorBits]),
      .significand_i(
          group_parameters[lane*64 + napier_pkg::ParameterSignificandLsb +: napier_pkg::ParameterSignificandBits]),
      .shift_i(group_parameters[lane*64 + napier_pkg::ParameterShiftLsb +: napier_pkg::ParameterShiftBits]),
      .rectify_i(fields[napier_pkg::ExecRectifyLsb]),
      .residual_byte_i(group_residuals[lane*8 +: 8]),
      .residual_i(fields[napier_pkg::ExecResidualLsb]),
      .residual_zero_i(fields[napier_pkg::ExecResidualZeroLsb +: 8]),
      .residual_significand_i(fields[napier_pkg::ExecResidualSignificandLsb +: 24]),
      .output_zero_i(fields[napier_pkg::ExecOutputZeroLsb +: 8]),
      .clamp_low_i(fields[napier_pkg::ExecClampLowLsb +: 8]),
      .clamp_high_i(fields[napier_pkg::ExecClampHighLsb +: 8]),
      .next_o(table_bytes_o[lane*8 +: 8]),
      .result_o(requantized[lane*8 +: 8])
    );
    assign result_signs[lane] = results[lane*8 + 7];
  end

  // A group is in its steps until the next may be read: the product is one for all.
  if (PostCycles == 1) begin : gen_pipeline
    assign behind = read;
    assign in_steps = 1'b0;
  end else begin : gen_turns
    logic steps_q;
    always_ff @(posedge clk_i) begin
      if (!rst_ni) steps_q <= 1'b0;
      else if (read || phase_q == '0) steps_q <= read;
    end
    assign in_steps = steps_q;
    assign behind = steps_q && phase_q == '0;
  end

  // ------------------------------------------------------------------ tables
  assign table_o = fields[napier_pkg::ExecTableLsb +: napier_pkg::ExecTableBits];
  if (HasTables != 0) begin : gen_tables
    logic tabled;
    assign tabled = fields[napier_pkg::ExecTabledLsb];
    assign table_read_o = tabled && tail_q[Tail-2];
    assign results = tabled ? table_entries_i : requantized;
  end else begin : gen_no_tables
    logic unused_entries;
    assign unused_entries = ^table_entries_i;
    assign table_read_o = 1'b0;
    assign results = requantized;
  end

  // ------------------------------------------------------------------ writes
  logic                  write, fault_q;
  logic [GroupBits-1:0]  write_group_q;
  logic [OutputBits-1:0] write_word_q;

  assign write = tail_q[Tail-1];
  assign job_end_o = write && !reading_q && !in_steps && tail_q[Tail-2:0] == '0;
  assign write_enable_o = write && !fault_q;
  assign write_word_o = write_word_q;

  if (HasSigns != 0) begin : gen_signs
    logic               only;
    logic [Columns-1:0] signs;  // the newest group is the highest
    if (Groups == 1) begin : gen_one
      assign signs = result_signs;
    end else begin : gen_groups
      logic [Columns-PostLanes-1:0] signs_q;
      assign signs = {result_signs, signs_q};
      always_ff @(posedge clk_i) if (write) signs_q <= signs[Columns-1:PostLanes];
    end
    assign only = fields[napier_pkg::ExecOutputSignsLsb];
    assign write_data_o = only ? (Columns*8)'(signs) : {Groups{results}};
    assign write_mask_o = only ? '1 : Groups'(1) << write_group_q;
  end else begin : gen_bytes
    logic unused_signs;
    assign unused_signs = ^result_signs;
    assign write_data_o = {Groups{results}};
    assign write_mask_o = Groups'(1) << write_group_q;
  end

  always_ff @(posedge clk_i) begin
    if (take) begin
      write_group_q <= '0;
      write_word_q <= job_command_i[napier_pkg::ExecOutputBaseLsb +: OutputBits];
    end else if (write) begin
      write_group_q <= (write_group_q == GroupBits'(Groups - 1)) ? '0 : write_group_q + 1'b1;
      if (write_group_q == GroupBits'(Groups - 1)) begin
        write_word_q <= write_word_q + fields[napier_pkg::ExecOutputStrideLsb +: OutputBits];
      end
    end
    if (!rst_ni) begin
      start_q <= 1'b0;
      tail_q <= '0;
    end else begin
      start_q <= read;
      tail_q <= {tail_q[Tail-2:0], behind};
    end
  end

  assign busy_o = busy_q;
  assign end_o = job_end_o || (job_valid_i && !job_finish_i);
  assign end_signal_o = job_end_o ? fields[napier_pkg::CommonSignalLsb +: 2]
      : job_command_i[napier_pkg::CommonSignalLsb +: 2];

  // ------------------------------------------------------------------ faults
  // The parameters' when the job is taken, the residual's and the output's when a pixel is read.
  logic [15:0] job_base;
  logic        job_windowed, parameter_fault, residual_fault, output_fault;

  assign job_base = 16'(job_command_i[napier_pkg::ExecParameterBaseLsb +: WordBits]);
  assign job_windowed = WindowSlots > 1
      && job_command_i[napier_pkg::ExecEngineLsb +: napier_pkg::ExecEngineBits] != napier_pkg::ExecEngineArray;
  assign parameter_fault = take && ((job_base >> ParameterBits) != '0
      || job_base[ParameterBits-1:0]
          > ParameterBits'(ParameterWords - (job_windowed ? WindowSlots * Groups : Groups)));
  assign residual_fault = read && fields[napier_pkg::ExecResidualLsb] && 32'(residual_word_q) >= ResidualWords;
  assign output_fault = read && 32'(output_word_q) >= OutputWords;
  assign fault_valid_o = parameter_fault || residual_fault || output_fault;
  assign fault_address_o = !read ? ((32'(job_base) < ParameterWords) ? ParameterWords : 32'(job_base))
      : residual_fault ? 32'(residual_word_q) : 32'(output_word_q);
  assign fault_command_o = take ? job_index_i : index;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) fault_q <= 1'b0;
    else if (fault_valid_o) fault_q <= 1'b1;
  end

endmodule
