// Product of a two's complement and a short unsigned number: one gated row for each bit of the multiplier, summed
// by a tree of adders. Combinational.

module rows_of_adders #(
  parameter int unsigned Bits = 24,
  parameter int unsigned Rows = 6,
  localparam int unsigned ProductBits = Bits + Rows
) (
  input  logic [Bits-1:0]        multiplicand_i,
  input  logic [Rows-1:0]        multiplier_i,
  output logic [ProductBits-1:0] product_o
);

  // A heap of adders: node n is node 2n plus node 2n+1 moved up by the rows of node 2n; the leaves are the rows.
  // Rows that are not there (the heap is full) are zero.
  localparam int unsigned Leaves = 1 << $clog2(Rows);

  for (genvar node = 2*Leaves - 1; node >= 1; node--) begin : gen_node
    localparam int unsigned Span = Leaves >> ($clog2(node + 1) - 1);    // rows below this node
    localparam int unsigned First = node * Span - Leaves;
    localparam int unsigned Used = (First >= Rows) ? 0 : (Rows - First < Span) ? Rows - First : Span;
    localparam int unsigned NodeBits = (Used == 0) ? 1 : (node >= Leaves) ? Bits : Bits + Used;
    logic signed [NodeBits-1:0] sum;
    logic                       unused_bits;
    if (Used == 0) begin : gen_none
      assign sum = '0;
      assign unused_bits = sum[0];
    end else if (node >= Leaves) begin : gen_row
      assign sum = multiplicand_i & {Bits{multiplier_i[First]}};
      assign unused_bits = 1'b0;
    end else if (Used <= Span / 2) begin : gen_left
      assign sum = NodeBits'(gen_node[2*node].sum);
      assign unused_bits = 1'b0;
    end else begin : gen_sum
      // The low bits of the left node pass by the adder.
      localparam int unsigned Low = Span / 2;
      logic signed [NodeBits-1:0] left, right;
      logic signed [NodeBits-Low-1:0] high;
      assign left = NodeBits'(gen_node[2*node].sum);
      assign right = NodeBits'(gen_node[2*node+1].sum);
      assign high = left[NodeBits-1:Low] + right[NodeBits-Low-1:0];
      assign sum = {high, left[Low-1:0]};
      assign unused_bits = ^right;
    end
  end

  assign product_o = ProductBits'(gen_node[1].sum);

endmodule
