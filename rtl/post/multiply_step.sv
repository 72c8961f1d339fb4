// One step of the requantizer's product, least significant bits first: adds StepBits bits of two multipliers to the sum
// so far. Combinational; rows of adders, no multiplier.
//   next = (first_i ? 0 : sum_i) + x_i * x_bits_i + d_i * d_bits_i;  low_o: its low bits, final; sum_o: the rest.

module multiply_step #(
  parameter int unsigned XBits = 24,
  parameter int unsigned DBits = 9,
  parameter int unsigned StepBits = 6,
  localparam int unsigned SumBits = XBits + 1
) (
  input  logic                first_i,
  input  logic [SumBits-1:0]  sum_i,     // two's complement
  input  logic [XBits-1:0]    x_i,       // two's complement
  input  logic [StepBits-1:0] x_bits_i,  // unsigned
  input  logic [DBits-1:0]    d_i,       // two's complement
  input  logic [StepBits-1:0] d_bits_i,  // unsigned
  output logic [SumBits-1:0]  sum_o,
  output logic [StepBits-1:0] low_o
);

  localparam int unsigned NextBits = SumBits + StepBits;
  localparam int unsigned XProductBits = XBits + StepBits;
  localparam int unsigned DProductBits = DBits + StepBits;

  logic signed [XProductBits-1:0] x_product;
  logic signed [DProductBits-1:0] d_product;
  logic signed [NextBits-1:0]     addend, total, next;

  rows_of_adders #(
    .Bits(XBits), .Rows(StepBits)
  ) u_x (.multiplicand_i(x_i), .multiplier_i(x_bits_i), .product_o(x_product));
  rows_of_adders #(
    .Bits(DBits), .Rows(StepBits)
  ) u_d (.multiplicand_i(d_i), .multiplier_i(d_bits_i), .product_o(d_product));

  assign addend = NextBits'(x_product) + NextBits'(d_product);
  assign total = NextBits'(signed'(sum_i)) + addend;
  assign next = first_i ? addend : total;
  assign sum_o = next[NextBits-1:StepBits];
  assign low_o = next[StepBits-1:0];

endmodule
