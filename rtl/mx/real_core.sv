// Array, accumulators and post-processor of a machine of real numbers: blocks of microscaling (mx_array) or
// piecewise-affine products (pam_array), float32 accumulators (mx_accumulator), outputs (mx_post_processor).
//
// Column group r, ColumnSpan columns, is a vector's r cycles after group 0: what comes with a vector moves on a delay.
// A pass's weight words, one for each group, come one a cycle, the first with vector_first_i. elements_i: the element
// formats of activations (lower bits) and weights; it goes with each vector as activation_i does.
// The last accumulator of a vector of cycle t is written, and drained_o set if it is vector_last_i's, in
// t + groups - 1 + latency of the array + cycles of an addition. Jobs and outputs: see mx_post_processor.

module real_core #(
  parameter int unsigned Columns = 32,
  parameter int unsigned ColumnSpan = 8,
  parameter int unsigned ActivationBits = 4,
  parameter int unsigned WeightBits = 4,
  parameter int unsigned AccumulatorDepth = 24,
  parameter int unsigned AccumulatorHalves = 2,
  parameter int unsigned PostLanes = 4,
  parameter int unsigned ParameterWords = 24,
  parameter int unsigned OutputWords = 48,
  parameter int unsigned Formats = 32'h400,
  parameter int unsigned ElementsA = 32'h20,
  parameter int unsigned ElementsB = 32'h20,
  parameter int unsigned Outputs = 32'h60,
  localparam bit          Blocks = ((Formats >> napier_pkg::FormatMxIndex) & 1) != 0,
  localparam int unsigned CodeWidth = napier_pkg::ElementCodeBits,
  localparam int unsigned Words = Columns / ColumnSpan,
  localparam int unsigned VectorBits = Blocks ? napier_pkg::block_bytes(ActivationBits) * 8 : ActivationBits,
  localparam int unsigned WeightWordBits
      = napier_pkg::weight_bytes(Formats, Columns, ColumnSpan, WeightBits) * 8,
  localparam int unsigned PixelBits = $clog2(AccumulatorDepth),
  localparam int unsigned OutputBytes = napier_pkg::output_bytes(Columns, Outputs),
  localparam int unsigned Granules = OutputBytes / napier_pkg::output_granule(Columns, Outputs, PostLanes),
  localparam int unsigned OutputBits = (OutputWords > 1) ? $clog2(OutputWords) : 1
) (
  input  logic                      clk_i,
  input  logic                      rst_ni,
  input  logic                      vector_valid_i,
  input  logic                      vector_first_i,     // of a pass
  input  logic                      vector_last_i,      // of a command
  input  logic                      vector_overwrite_i,
  input  logic                      vector_half_i,
  input  logic [2*CodeWidth-1:0]    elements_i,
  input  logic [VectorBits-1:0]     activation_i,
  input  logic [WeightWordBits-1:0] weights_i,
  output logic                      drained_o,
  input  logic                      job_valid_i,
  input  logic                      job_finish_i,
  input  logic [511:0]              job_command_i,
  input  logic [23:0]               job_index_i,
  input  logic [PixelBits-1:0]      job_pixel_i,
  input  logic                      job_half_i,
  output logic                      busy_o,
  output logic                      job_end_o,
  output logic                      end_o,
  output logic [1:0]                end_signal_o,
  output logic                      group_o,
  output logic                      parameter_read_o,
  output logic [15:0]               parameter_word_o,
  input  logic [PostLanes*64-1:0]   parameters_i,
  output logic                      write_enable_o,
  output logic [OutputBits-1:0]     write_word_o,
  output logic [Granules-1:0]       write_mask_o,
  output logic [OutputBytes*8-1:0]  write_data_o,
  output logic                      fault_valid_o,
  output logic [31:0]               fault_address_o,
  output logic [23:0]               fault_command_o
);

  localparam int unsigned SumBits = napier_pkg::real_sum_bits(Formats, ElementsA, ElementsB);
  localparam int unsigned SideBits = 4 + 2 * CodeWidth + VectorBits;

  // What comes with a vector: at column group r in bits r * SideBits on.
  logic [Words*SideBits-1:0] sides;
  logic                      post_read, post_half;
  logic [PixelBits-1:0]      post_pixel;
  logic [Columns*32-1:0]     accumulators;
  logic [Words-1:0]          valids, drains, unused_sums;

  assign sides[SideBits-1:0] = {elements_i, activation_i, vector_first_i, vector_last_i, vector_overwrite_i,
                                vector_half_i};

  for (genvar r = 0; r < Words; r++) begin : gen_group
    logic [2*CodeWidth-1:0]        elements;
    logic [VectorBits-1:0]         activation;
    logic                          first, last, overwrite, half;
    logic [ColumnSpan-1:0]         signs, nans, infinites;
    logic [ColumnSpan*SumBits-1:0] magnitudes;
    logic [ColumnSpan*10-1:0]      exponents;

    if (r == 0) begin : gen_entry
      assign valids[0] = vector_valid_i;
    end else begin : gen_delay
      logic                valid_q;
      logic [SideBits-1:0] side_q;
      always_ff @(posedge clk_i) begin
        if (!rst_ni) valid_q <= 1'b0;
        else valid_q <= valids[r-1];
        side_q <= sides[(r-1)*SideBits +: SideBits];
      end
      assign valids[r] = valid_q;
      assign sides[r*SideBits +: SideBits] = side_q;
    end
    assign {elements, activation, first, last, overwrite, half} = sides[r*SideBits +: SideBits];

    if (Blocks) begin : gen_blocks
      mx_array #(
        .Columns(ColumnSpan), .AElements(ElementsA), .BElements(ElementsB)
      ) u_array (
        .clk_i, .rst_ni, .valid_i(valids[r]), .first_i(first), .a_element_i(elements[CodeWidth-1:0]),
        .activations_i(activation), .b_element_i(elements[CodeWidth +: CodeWidth]), .weights_i(weights_i),
        .valid_o(unused_sums[r]), .signs_o(signs), .magnitudes_o(magnitudes), .exponents_o(exponents), .nans_o(nans),
        .infinites_o(infinites)
      );
    end else begin : gen_products
      logic unused_elements;
      assign unused_elements = ^elements;
      pam_array #(
        .Columns(ColumnSpan)
      ) u_array (
        .clk_i, .rst_ni, .valid_i(valids[r]), .first_i(first), .activation_i(activation), .weights_i(weights_i),
        .valid_o(unused_sums[r]), .signs_o(signs), .magnitudes_o(magnitudes), .exponents_o(exponents), .nans_o(nans),
        .infinites_o(infinites)
      );
    end

    mx_accumulator #(
      .Columns(ColumnSpan), .SumBits(SumBits), .AccumulatorDepth(AccumulatorDepth),
      .AccumulatorHalves(AccumulatorHalves), .Latency(napier_pkg::real_array_cycles(Formats, SumBits))
    ) u_accumulator (
      .clk_i, .rst_ni, .valid_i(valids[r]), .first_i(first), .overwrite_i(overwrite), .half_i(half),
      .last_i(last), .signs_i(signs), .magnitudes_i(magnitudes), .exponents_i(exponents), .nans_i(nans),
      .infinites_i(infinites), .drained_o(drains[r]), .read_enable_i(post_read), .read_half_i(post_half),
      .read_pixel_i(post_pixel), .read_data_o(accumulators[r*ColumnSpan*32 +: ColumnSpan*32])
    );
  end

  assign drained_o = drains[Words-1];
  assign parameter_read_o = post_read;

  logic unused_groups;
  assign unused_groups = ^{drains, unused_sums};

  mx_post_processor #(
    .Columns(Columns), .Outputs(Outputs), .AccumulatorDepth(AccumulatorDepth), .AccumulatorHalves(AccumulatorHalves),
    .PostLanes(PostLanes), .ParameterWords(ParameterWords), .OutputWords(OutputWords)
  ) u_post_processor (
    .clk_i, .rst_ni, .job_valid_i, .job_finish_i, .job_command_i, .job_index_i, .job_pixel_i, .job_half_i, .busy_o,
    .job_end_o, .end_o, .end_signal_o, .group_o, .read_enable_o(post_read), .read_half_o(post_half),
    .read_pixel_o(post_pixel), .accumulators_i(accumulators), .parameter_word_o, .parameters_i, .write_enable_o,
    .write_word_o, .write_mask_o, .write_data_o, .fault_valid_o, .fault_address_o, .fault_command_o
  );

endmodule
