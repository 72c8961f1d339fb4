// Below the array: a column's sum over a pass times an integer, in a format of vectors with scales; else times 1.
//
// first_i in cycle t: the first vector of a pass enters the array; scaled_i and scales_i, a byte a column, are the
// pass's. Its sums come in t + Latency + 1, those of the vectors behind it in the cycles after that. scaled_o is sums_i
// a cycle later. Passes begin at least Turn cycles apart. A scale is unsigned, the lowest ScaleBits of its byte.

module vector_scale #(
  parameter int unsigned Columns = 4,
  parameter int unsigned SumBits = 17,
  parameter int unsigned ScaleBits = 8,  // 8 at most
  parameter int unsigned Latency = 31,
  parameter int unsigned Turn = 16
) (
  input  logic                                   clk_i,
  input  logic                                   rst_ni,
  input  logic                                   first_i,
  input  logic                                   scaled_i,
  input  logic [Columns*8-1:0]                   scales_i,
  input  logic [Columns*SumBits-1:0]             sums_i,
  output logic [Columns*(SumBits+ScaleBits)-1:0] scaled_o
);

  localparam int unsigned OutBits = SumBits + ScaleBits;
  localparam int unsigned FactorBits = 8;  // a multiplier's, two's complement
  localparam int unsigned Depth = 2 ** $clog2(Latency / Turn + 1);  // passes in the array
  localparam int unsigned IndexBits = (Depth > 1) ? $clog2(Depth) : 1;
  localparam int unsigned WordBits = Columns * ScaleBits;

  // Scales of the passes in the array, a ring: written with a pass's first vector, taken with its first sums.
  logic [Depth*WordBits-1:0] ring_q;
  logic [WordBits-1:0]       scales, current_q;
  logic [IndexBits-1:0]      write_q, read_q;
  logic [Latency-1:0]        first_q;
  logic                      unused_scales;

  for (genvar c = 0; c < Columns; c++) begin : gen_scale
    assign scales[c*ScaleBits +: ScaleBits] = scaled_i ? scales_i[c*8 +: ScaleBits] : ScaleBits'(1);
  end
  assign unused_scales = ^scales_i;

  always_ff @(posedge clk_i) begin
    if (first_q[Latency-1]) current_q <= ring_q[32'(read_q)*WordBits +: WordBits];
    if (!rst_ni) begin
      first_q <= '0;
      write_q <= '0;
      read_q <= '0;
    end else begin
      first_q <= {first_q[Latency-2:0], first_i};
      if (first_i) write_q <= (write_q == IndexBits'(Depth - 1)) ? '0 : write_q + 1'b1;
      if (first_q[Latency-1]) read_q <= (read_q == IndexBits'(Depth - 1)) ? '0 : read_q + 1'b1;
    end
  end

  for (genvar e = 0; e < Depth; e++) begin : gen_entry
    always_ff @(posedge clk_i) begin
      if (first_i && 32'(write_q) == e) ring_q[e*WordBits +: WordBits] <= scales;
    end
  end

  for (genvar c = 0; c < Columns; c++) begin : gen_column
    logic [FactorBits-1:0]                scale;
    logic signed [SumBits+FactorBits-1:0] value, wrapped, product;
    logic                                 negate;
    logic [OutBits-1:0]                   product_q;
    dot_multiply #(.ABits(SumBits), .WBits(FactorBits)) u_multiply (
      .a_i(sums_i[c*SumBits +: SumBits]), .w_i(scale), .value_o(value), .negate_o(negate)
    );
    // A scale whose highest bit is set counts as 2^FactorBits less in the multiplier.
    assign scale = FactorBits'(current_q[c*ScaleBits +: ScaleBits]);
    assign wrapped = {sums_i[c*SumBits +: SumBits] & {SumBits{scale[FactorBits-1]}}, {FactorBits{1'b0}}};
    assign product = (value ^ {(SumBits+FactorBits){negate}}) + wrapped + (SumBits+FactorBits)'(negate);
    always_ff @(posedge clk_i) product_q <= product[OutBits-1:0];
    assign scaled_o[c*OutBits +: OutBits] = product_q;
    logic unused_product;
    assign unused_product = ^product;
  end

endmodule
