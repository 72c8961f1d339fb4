// A float32 accumulator's bias and clamp: minimum(maximum(value_i + bias_i, low_i), high_i) of IEEE 754-2019, the sum
// rounded once (float32_add); -0 is less than +0, NaN stays 0x7FC00000. low_i and high_i are not NaN.
//
// value_i, bias_i and valid_i in cycle t -> result_o and valid_o in t + 9, a value a cycle. low_i, high_i: those of
// t + 8 count.

module mx_finish (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        valid_i,
  input  logic [31:0] value_i,
  input  logic [31:0] bias_i,
  input  logic [31:0] low_i,
  input  logic [31:0] high_i,
  output logic        valid_o,
  output logic [31:0] result_o
);

  logic        valid;
  logic [31:0] sum;

  float32_add u_add (
    .clk_i, .rst_ni, .valid_i, .a_i(value_i), .b_i(bias_i), .valid_o(valid), .sum_o(sum)
  );

  // Unsigned numbers in the order of the floats.
  logic [31:0] key, low_key, high_key;
  logic        nan, below, above;

  assign key = sum[31] ? ~sum : {1'b1, sum[30:0]};
  assign low_key = low_i[31] ? ~low_i : {1'b1, low_i[30:0]};
  assign high_key = high_i[31] ? ~high_i : {1'b1, high_i[30:0]};
  assign nan = sum[30:23] == '1 && sum[22:0] != '0;
  assign below = key < low_key;
  assign above = high_key < (below ? low_key : key);

  always_ff @(posedge clk_i) begin
    if (!rst_ni) valid_o <= 1'b0;
    else valid_o <= valid;
    if (nan) result_o <= sum;
    else if (above) result_o <= high_i;
    else result_o <= below ? low_i : sum;
  end

endmodule
