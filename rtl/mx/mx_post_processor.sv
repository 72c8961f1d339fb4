// Turns the float32 accumulators of a finished tile into microscaling blocks, PostLanes columns a cycle: the post
// processor of a machine of microscaling, its side to the executor that of post_processor.
//
// job_valid_i, for one cycle T while busy_o is low, brings the next command in order. Without finish it ends in T. Else
// group n (of pixels * Columns / PostLanes, pixel by pixel) is read in T + 1 + n, accumulators and parameters; the
// block of 32 columns whose last group is read in r is written in r + Latency,
// Latency = 16 + log2(PostLanes) + 32 / PostLanes (mx_output); the job ends (job_end_o) with the last write. end_o is
// either end, with the command's signal mask.
//
// The bias of a column is the float32 in the bias field of its parameters. An output word holds the blocks of a pixel
// one behind the other, block b at b * BlockBytes, each as in memory; write_mask_o is by block.
// job_low_i .. job_rule_i: what mx_output takes, with job_valid_i. With one accumulator half (Copy = 0) they,
// job_command_i and job_index_i stay until job_end_o.

module mx_post_processor #(
  parameter int unsigned Columns = 32,
  parameter int unsigned Elements = 32'h20,
  parameter int unsigned AccumulatorDepth = 128,
  parameter int unsigned AccumulatorHalves = 1,
  parameter int unsigned PostLanes = 4,
  parameter int unsigned ParameterWords = 128,
  parameter int unsigned OutputWords = 256,
  localparam int unsigned Count = napier_pkg::BlockElements,
  localparam int unsigned PixelBits = $clog2(AccumulatorDepth),
  localparam int unsigned Groups = Columns / PostLanes,
  localparam int unsigned Blocks = Columns / Count,
  localparam int unsigned BlockBytes = (napier_pkg::ScaleBits + Count * napier_pkg::element_bits(Elements)) / 8,
  localparam int unsigned OutputBits = (OutputWords > 1) ? $clog2(OutputWords) : 1,
  localparam int unsigned GroupBits = (Groups > 1) ? $clog2(Groups) : 1,
  localparam int unsigned CodeWidth = napier_pkg::ElementCodeBits
) (
  input  logic                      clk_i,
  input  logic                      rst_ni,
  input  logic                      job_valid_i,
  input  logic                      job_finish_i,
  input  logic [511:0]              job_command_i,
  input  logic [23:0]               job_index_i,
  input  logic [PixelBits-1:0]      job_pixel_i,
  input  logic                      job_half_i,
  input  logic [31:0]               job_low_i,
  input  logic [31:0]               job_high_i,
  input  logic [CodeWidth-1:0]      job_element_i,
  input  logic [1:0]                job_rule_i,
  output logic                      busy_o,
  output logic                      job_end_o,
  output logic                      end_o,
  output logic [1:0]                end_signal_o,
  output logic                      group_o,        // a group is taken
  // reads; data a cycle later
  output logic                      read_enable_o,
  output logic                      read_half_o,
  output logic [PixelBits-1:0]      read_pixel_o,
  input  logic [Columns*32-1:0]     accumulators_i,
  output logic [15:0]               parameter_word_o,
  input  logic [PostLanes*64-1:0]   parameters_i,
  // output buffer
  output logic                      write_enable_o,
  output logic [OutputBits-1:0]     write_word_o,
  output logic [Blocks-1:0]         write_mask_o,   // by block
  output logic [BlockBytes*8-1:0]   write_data_o,
  output logic                      fault_valid_o,
  output logic [31:0]               fault_address_o,
  output logic [23:0]               fault_command_o
);

  localparam bit          Copy = AccumulatorHalves > 1;
  localparam int unsigned Beats = Count / PostLanes;
  localparam int unsigned Latency = 16 + $clog2(PostLanes) + Beats;
  localparam int unsigned ParameterBits = (ParameterWords > 1) ? $clog2(ParameterWords) : 1;
  localparam int unsigned BlockBits = (Blocks > 1) ? $clog2(Blocks) : 1;
  localparam int unsigned RuleBits = 64 + CodeWidth + 2;

  logic                take, busy_q;
  logic [511:0]        fields;
  logic [23:0]         index;
  logic [RuleBits-1:0] rules, job_rules;
  logic                unused_fields;

  assign take = job_valid_i && job_finish_i;
  assign job_rules = {job_low_i, job_high_i, job_element_i, job_rule_i};
  assign unused_fields = ^fields;

  if (Copy) begin : gen_copy
    logic half_q;
    always_ff @(posedge clk_i) begin
      if (take) begin
        fields <= job_command_i;
        index <= job_index_i;
        rules <= job_rules;
        half_q <= job_half_i;
      end
    end
    assign read_half_o = half_q;
  end else begin : gen_head
    assign fields = job_command_i;
    assign index = job_index_i;
    assign rules = job_rules;
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
  logic                    data_valid_q, write;
  logic [PostLanes*32-1:0] accumulators, biases;
  logic [31:0]             low, high;
  logic [CodeWidth-1:0]    element;
  logic [1:0]              rule;
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
  assign {low, high, element, rule} = rules;
  assign unused_parameters = ^parameters_i;

  mx_output #(
    .Elements(Elements), .Lanes(PostLanes)
  ) u_output (
    .clk_i, .rst_ni, .valid_i(data_valid_q), .accumulators_i(accumulators), .biases_i(biases), .low_i(low),
    .high_i(high), .element_i(element), .rule_i(rule), .valid_o(write), .block_o(write_data_o)
  );

  // ------------------------------------------------------------------ writes
  logic                  fault_q;
  logic [BlockBits-1:0]  write_block_q;
  logic [OutputBits-1:0] write_word_q;
  logic [Latency-1:0]    last_q;

  assign job_end_o = last_q[Latency-1];
  assign write_enable_o = write && !fault_q;
  assign write_word_o = write_word_q;
  assign write_mask_o = Blocks'(1) << write_block_q;

  always_ff @(posedge clk_i) begin
    if (take) begin
      write_block_q <= '0;
      write_word_q <= job_command_i[napier_pkg::ExecOutputBaseLsb +: OutputBits];
    end else if (write) begin
      write_block_q <= (write_block_q == BlockBits'(Blocks - 1)) ? '0 : write_block_q + 1'b1;
      if (write_block_q == BlockBits'(Blocks - 1)) begin
        write_word_q <= write_word_q + fields[napier_pkg::ExecOutputStrideLsb +: OutputBits];
      end
    end
    if (!rst_ni) last_q <= '0;
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
