// Processing element: multiplies LanesMax activations by the weights it holds and adds the products to the sum from
// above. It knows no handshake; the executor owns all timing.
//
//   activations_i in cycle t  ->  its products are in sum_o in t + 1, together with the sum_i of t.
//
// load_i, in the cycle before the first activations_i of a pass, takes the weights of that pass.

module pe #(
  parameter int unsigned ActivationBits = 16,
  parameter int unsigned WeightBits = 4,
  parameter int unsigned Formats = 2,
  parameter int unsigned Rows = 1,  // of the array
  localparam int unsigned LanesMax = napier_pkg::lanes_max(Formats, ActivationBits, WeightBits),
  parameter int unsigned SumInBits
      = 1 + napier_pkg::sum_bits(Formats, ActivationBits, WeightBits, 0, LanesMax, 1),
  parameter int unsigned SumOutBits = SumInBits,
  localparam int unsigned PlaceBits = napier_pkg::format_place_bits(Formats),
  localparam int unsigned HeldBits = napier_pkg::held_bits(Formats, ActivationBits, WeightBits)
) (
  input  logic                      clk_i,
  input  logic [PlaceBits-1:0]      format_i,      // of the activations
  input  logic [ActivationBits-1:0] activations_i,
  input  logic                      load_i,
  input  logic [HeldBits-1:0]       weights_i,
  input  logic [SumInBits-1:0]      sum_i,
  output logic [SumOutBits-1:0]     sum_o
);

  localparam int unsigned ValueBits = napier_pkg::sum_bits(Formats, ActivationBits, WeightBits, 0, 1, 1);

  logic [HeldBits-1:0]           weights_q;
  logic [SumOutBits-1:0]         sum_q;
  logic [LanesMax*ValueBits-1:0] values;
  logic [LanesMax-1:0]           negates;
  logic                          unused_carry_q;
  logic                          unused_values;  // lanes of wide formats alone are not as wide

  always_ff @(posedge clk_i) begin
    if (load_i) weights_q <= weights_i;
  end

  dot #(
    .ActivationBits(ActivationBits), .WeightBits(WeightBits), .Formats(Formats), .Rows(Rows)
  ) u_dot (
    .format_i(format_i), .activations_i(activations_i), .weights_i(weights_q), .values_o(values), .negates_o(negates)
  );

  // A heap of adders: node n is the sum of nodes 2n and 2n+1, lanes are the leaves LanesMax.., node 1 the sum of all.
  // The exclusive-or of a leaf is one too small where negated. LanesMax - 1 nodes and the last adder have one carry-in
  // each, LanesMax in all: one for every lane's negate. Lane 0's goes into the last adder, lane n's into node n. A
  // carry-in is the carry of a bit below, where both operands are the negate: chains of carry cells begin with one.
  for (genvar node = 2*LanesMax - 1; node >= 1; node--) begin : gen_node
    localparam int unsigned Leaves = LanesMax >> ($clog2(node + 1) - 1);
    localparam int unsigned Bits
        = napier_pkg::sum_bits(Formats, ActivationBits, WeightBits, node * Leaves - LanesMax, Leaves, 1);
    logic signed [Bits-1:0] term;
    if (node < LanesMax) begin : gen_sum
      logic unused_carry;
      assign {term, unused_carry} = {Bits'(gen_node[2*node].term), negates[node]}
          + {Bits'(gen_node[2*node+1].term), negates[node]};
    end else begin : gen_leaf
      localparam int unsigned Lane = node - LanesMax;
      assign term = values[Lane*ValueBits +: Bits] ^ {Bits{negates[Lane]}};
    end
  end

  always_ff @(posedge clk_i) begin
    {sum_q, unused_carry_q} <= {SumOutBits'(signed'(sum_i)), negates[0]}
        + {SumOutBits'(gen_node[1].term), negates[0]};
  end

  assign unused_values = ^values;
  assign sum_o = sum_q;

endmodule
