// Turns the float32 accumulators of a finished tile into outputs, PostLanes columns a cycle: the post-processor of a
// machine of real numbers, its side to the executor that of post_processor.
//
// job_valid_i, for one cycle T while busy_o is low, brings the next command in order. Without finish it ends in T. Else
// group n (of pixels * Columns / PostLanes, pixel by pixel) is read in T + 1 + n, accumulators and parameters, and gets
// bias and clamp (mx_finish). What becomes of it, by the command's element_output:
//   a scalar: the group is written 10 cycles after its read, float32 or rounded to bfloat16 (ties to even), column c at
//     c times the scalar's bytes.
//   an element format: a pixel's 32 columns become a block (mx_output), as in memory, zeros behind it to the end of the
//     word, written BlockLatency = 16 + log2(PostLanes) + 32 / PostLanes cycles after the read of the last group.
// The job ends (job_end_o) with the last write. end_o is either end, with the command's signal mask.
//
// Outputs: mask of element formats and scalars; with an element format there are 32 columns. write_mask_o is by
// napier_pkg::output_granule bytes. The bias of a column is the float32 in the bias field of its parameters.
// With one accumulator half (Copy = 0) job_command_i and job_index_i stay until job_end_o.

module mx_post_processor #(
  parameter int unsigned Columns = 32,
  parameter int unsigned Outputs = 32'h60,
  parameter int unsigned AccumulatorDepth = 128,
  parameter int unsigned AccumulatorHalves = 1,
  parameter int unsigned PostLanes = 4,
  parameter int unsigned ParameterWords = 128,
  parameter int unsigned OutputWords = 256,
  localparam int unsigned PixelBits = $clog2(AccumulatorDepth),
  localparam int unsigned Groups = Columns / PostLanes,
  localparam int unsigned OutputBytes = napier_pkg::output_bytes(Columns, Outputs),
  localparam int unsigned Granule = napier_pkg::output_granule(Columns, Outputs, PostLanes),
  localparam int unsigned Granules = OutputBytes / Granule,
  localparam int unsigned OutputBits = (OutputWords > 1) ? $clog2(OutputWords) : 1,
  localparam int unsigned GroupBits = (Groups > 1) ? $clog2(Groups) : 1
) (
  input  logic                     clk_i,
  input  logic                     rst_ni,
  input  logic                     job_valid_i,
  input  logic                     job_finish_i,
  input  logic [511:0]             job_command_i,
  input  logic [23:0]              job_index_i,
  input  logic [PixelBits-1:0]     job_pixel_i,
  input  logic                     job_half_i,
  output logic                     busy_o,
  output logic                     job_end_o,
  output logic                     end_o,
  output logic [1:0]               end_signal_o,
  output logic                     group_o,        // a group is taken
  // reads; data a cycle later
  output logic                     read_enable_o,
  output logic                     read_half_o,
  output logic [PixelBits-1:0]     read_pixel_o,
  input  logic [Columns*32-1:0]    accumulators_i,
  output logic [15:0]              parameter_word_o,
  input  logic [PostLanes*64-1:0]  parameters_i,
  // output buffer
  output logic                     write_enable_o,
  output logic [OutputBits-1:0]    write_word_o,
  output logic [Granules-1:0]      write_mask_o,
  output logic [OutputBytes*8-1:0] write_data_o,
  output logic                     fault_valid_o,
  output logic [31:0]              fault_address_o,
  output logic [23:0]              fault_command_o
);

  localparam bit          Copy = AccumulatorHalves > 1;
  localparam int unsigned CodeWidth = napier_pkg::ElementCodeBits;
  localparam int unsigned Elements = Outputs & ((1 << napier_pkg::ElementCount) - 1);
  localparam bit          Float32 = ((Outputs >> napier_pkg::ScalarFloat32) & 1) != 0;
  localparam bit          Bfloat16 = ((Outputs >> napier_pkg::ScalarBfloat16) & 1) != 0;
  localparam int unsigned BlockBits = napier_pkg::block_bytes(napier_pkg::element_bits(Elements)) * 8;
  localparam int unsigned ScalarLatency = 10;
  localparam int unsigned Latency = (Elements == 0) ? ScalarLatency
      : 16 + $clog2(PostLanes) + napier_pkg::BlockElements / PostLanes;
  localparam int unsigned ParameterBits = (ParameterWords > 1) ? $clog2(ParameterWords) : 1;

  logic         take, busy_q;
  logic [511:0] fields;
  logic [23:0]  index;
  logic         unused_fields;

  assign take = job_valid_i && job_finish_i;
  assign unused_fields = ^fields;

  if (Copy) begin : gen_copy
    logic half_q;
    always_ff @(posedge clk_i) begin
      if (take) begin
        fields <= job_command_i;
        index <= job_index_i;
        half_q <= job_half_i;
      end
    end
    assign read_half_o = half_q;
  end else begin : gen_head
    assign fields = job_command_i;
    assign index = job_index_i;
    assign read_half_o = job_half_i;
  end

  // ------------------------------------------------------------------ reads
  logic                 reading_q, pixel_ends, job_ends;
  logic [PixelBits-1:0] pixel_q, last_pixel_q;
  logic [GroupBits-1:0] group_q, data_group_q;
  logic [15:0]          output_word_q;

  assign pixel_ends = group_q == GroupBits'(Groups - 1);
  assign job_ends = pixel_ends && pixel_q == last_pixel_q;
  assign read_enable_o = reading_q;
  assign read_pixel_o = pixel_q;
  assign parameter_word_o = fields[napier_pkg::ExecParameterBaseLsb +: 16] + 16'(group_q);
  assign group_o = reading_q;

  always_ff @(posedge clk_i) begin
    data_group_q <= group_q;
    if (take) begin
      pixel_q <= '0;
      group_q <= '0;
      last_pixel_q <= job_pixel_i;
      output_word_q <= job_command_i[napier_pkg::ExecOutputBaseLsb +: 16];
    end else if (reading_q) begin
      group_q <= pixel_ends ? '0 : group_q + 1'b1;
      if (pixel_ends) begin
        pixel_q <= pixel_q + 1'b1;
        output_word_q <= output_word_q + fields[napier_pkg::ExecOutputStrideLsb +: 16];
      end
    end
    if (!rst_ni) begin
      busy_q <= 1'b0;
      reading_q <= 1'b0;
    end else begin
      busy_q <= take || (busy_q && !job_end_o);
      reading_q <= take || (reading_q && !job_ends);
    end
  end

  // ------------------------------------------------------------------ lanes
  logic                    data_valid_q, values_valid, block_valid, scalar;
  logic [PostLanes*32-1:0] accumulators, biases, values;
  logic [BlockBits-1:0]    block;
  logic [CodeWidth-1:0]    element;
  logic                    unused_parameters;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) data_valid_q <= 1'b0;
    else data_valid_q <= reading_q;
  end

  assign accumulators = accumulators_i[32'(data_group_q)*PostLanes*32 +: PostLanes*32];
  for (genvar lane = 0; lane < PostLanes; lane++) begin : gen_lane
    assign biases[lane*32 +: 32]
        = parameters_i[lane*64 + napier_pkg::ParameterBiasLsb +: napier_pkg::ParameterBiasBits];
  end
  assign unused_parameters = ^parameters_i;
  assign element = fields[napier_pkg::ExecElementOutputLsb +: CodeWidth];
  assign scalar = element == CodeWidth'(napier_pkg::ScalarFloat32) || element == CodeWidth'(napier_pkg::ScalarBfloat16);

  mx_output #(
    .Elements(Elements), .Lanes(PostLanes)
  ) u_output (
    .clk_i, .rst_ni, .valid_i(data_valid_q), .accumulators_i(accumulators), .biases_i(biases),
    .low_i({fields[napier_pkg::ExecFloatLowLsb +: 16], 16'b0}),
    .high_i({fields[napier_pkg::ExecFloatHighLsb +: 16], 16'b0}), .element_i(element),
    .rule_i(fields[napier_pkg::ExecScaleRuleLsb +: 2]), .scalar_i(scalar), .values_valid_o(values_valid),
    .values_o(values), .valid_o(block_valid), .block_o(block)
  );

  // ------------------------------------------------------------------ writes
  logic                  write, write_ends, fault_q;
  logic [GroupBits-1:0]  write_group_q;
  logic [OutputBits-1:0] write_word_q;
  logic [Latency-1:0]    last_q;  // the last group is on its way

  assign write = scalar ? values_valid : block_valid;
  assign write_ends = !scalar || write_group_q == GroupBits'(Groups - 1);
  assign job_end_o = scalar ? last_q[ScalarLatency-1] : last_q[Latency-1];
  assign write_enable_o = write && !fault_q;
  assign write_word_o = write_word_q;

  // Scalars, each group's written by itself; the granules of another kind's are not in its mask.
  logic [OutputBytes*8-1:0] floats, halves;
  logic [Granules-1:0]      float_mask, half_mask;

  if (Float32) begin : gen_float32
    localparam int unsigned Wide = PostLanes * 4 / Granule;
    assign floats = (OutputBytes*8)'({Groups{values}});
    assign float_mask = Granules'({Wide{1'b1}}) << (32'(write_group_q) * Wide);
  end else begin : gen_no_float32
    assign floats = '0;
    assign float_mask = '0;
  end
  if (Bfloat16) begin : gen_bfloat16
    logic [PostLanes*16-1:0] rounded;
    for (genvar lane = 0; lane < PostLanes; lane++) begin : gen_round
      logic [15:0] upper;
      logic        up;
      assign upper = values[lane*32+16 +: 16];
      assign up = values[lane*32+15] && (upper[0] || values[lane*32 +: 15] != '0);
      assign rounded[lane*16 +: 16] = upper + 16'(up);
    end
    assign halves = (OutputBytes*8)'({Granules{rounded}});
    assign half_mask = Granules'(1) << write_group_q;
  end else begin : gen_no_bfloat16
    assign halves = '0;
    assign half_mask = '0;
  end

  always_comb begin
    write_data_o = (OutputBytes*8)'(block);
    write_mask_o = '1;
    if (Float32 && element == CodeWidth'(napier_pkg::ScalarFloat32)) begin
      write_data_o = floats;
      write_mask_o = float_mask;
    end
    if (Bfloat16 && element == CodeWidth'(napier_pkg::ScalarBfloat16)) begin
      write_data_o = halves;
      write_mask_o = half_mask;
    end
  end

  always_ff @(posedge clk_i) begin
    if (take) begin
      write_group_q <= '0;
      write_word_q <= job_command_i[napier_pkg::ExecOutputBaseLsb +: OutputBits];
    end else if (write) begin
      write_group_q <= write_ends ? '0 : write_group_q + 1'b1;
      if (write_ends) write_word_q <= write_word_q + fields[napier_pkg::ExecOutputStrideLsb +: OutputBits];
    end
    if (!rst_ni || job_end_o) last_q <= '0;
    else last_q <= {last_q[Latency-2:0], reading_q && job_ends};
  end

  assign busy_o = busy_q;
  assign end_o = job_end_o || (job_valid_i && !job_finish_i);
  assign end_signal_o = job_end_o ? fields[napier_pkg::CommonSignalLsb +: 2]
      : job_command_i[napier_pkg::CommonSignalLsb +: 2];

  // ------------------------------------------------------------------ faults
  // The parameters' when the job is taken, the output's when a pixel is read.
  logic [15:0] parameter_base;
  logic        parameter_fault, output_fault;

  assign parameter_base = job_command_i[napier_pkg::ExecParameterBaseLsb +: 16];
  assign parameter_fault = take && ((parameter_base >> ParameterBits) != '0
      || parameter_base[ParameterBits-1:0] > ParameterBits'(ParameterWords - Groups));
  assign output_fault = reading_q && 32'(output_word_q) >= OutputWords;
  assign fault_valid_o = parameter_fault || output_fault;
  assign fault_address_o = reading_q ? 32'(output_word_q)
      : (32'(parameter_base) < ParameterWords) ? ParameterWords : 32'(parameter_base);
  assign fault_command_o = take ? job_index_i : index;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) fault_q <= 1'b0;
    else if (fault_valid_o) fault_q <= 1'b1;
  end

endmodule
