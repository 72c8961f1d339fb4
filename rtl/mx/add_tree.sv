// Sum of Count signed values and of Count - 1 single bits, each bit a carry into one of the tree's adders.
//
// sum_o = sum of values_i + sum of carries_i, modulo 2^SumBits; Count is a power of two.
// Inputs in cycle t -> sum_o in t + log2(Count), one sum a cycle.

module add_tree #(
  parameter int unsigned Count = 32,
  parameter int unsigned ValueBits = 9,
  parameter int unsigned SumBits = 14
) (
  input  logic                       clk_i,
  input  logic [Count*ValueBits-1:0] values_i,
  input  logic [Count-2:0]           carries_i,
  output logic [SumBits-1:0]         sum_o
);

  localparam int unsigned Levels = $clog2(Count);

  // Before level k: Count / 2^k values and the carries not yet used.
  for (genvar k = 0; k <= Levels; k++) begin : gen_level
    localparam int unsigned Left = Count >> k;
    localparam int unsigned Bits = (ValueBits + k < SumBits) ? ValueBits + k : SumBits;
    logic [Left*Bits-1:0]            values;
    logic [((Left > 1) ? Left-2 : 0):0] carries;
    if (k == 0) begin : gen_input
      assign values = values_i;
      assign carries = carries_i;
    end else begin : gen_add
      localparam int unsigned FromBits = (ValueBits + k - 1 < SumBits) ? ValueBits + k - 1 : SumBits;
      for (genvar i = 0; i < Left; i++) begin : gen_sum
        logic [Bits-1:0] left, right, sum;
        logic            unused_carry;
        assign left = Bits'(signed'(gen_level[k-1].values[2*i*FromBits +: FromBits]));
        assign right = Bits'(signed'(gen_level[k-1].values[(2*i+1)*FromBits +: FromBits]));
        assign {sum, unused_carry} = {left, 1'b1} + {right, gen_level[k-1].carries[i]};
        always_ff @(posedge clk_i) values[i*Bits +: Bits] <= sum;
      end
      if (Left > 1) begin : gen_carries
        always_ff @(posedge clk_i) carries <= gen_level[k-1].carries[2*Left-2:Left];
      end else begin : gen_last
        assign carries = 1'b0;
      end
    end
  end

  if (ValueBits + Levels < SumBits) begin : gen_wider
    assign sum_o = SumBits'(signed'(gen_level[Levels].values));
  end else begin : gen_sum
    assign sum_o = gen_level[Levels].values;
  end

  logic unused_last;
  assign unused_last = gen_level[Levels].carries[0];

endmodule
