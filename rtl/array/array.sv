// Systolic array, weight stationary: activations go west to east, sums north to south, along a diagonal in time.
//
//   activations_i (all rows) in cycle t  ->  sums_o (all columns) in t + Rows + Stages, Stages = Columns / ColumnSpan.
//
// An activation takes one cycle from one stage, ColumnSpan neighbouring columns, to the next.
//
// first_i in cycle t: activations_i is the first of a pass; weights_i holds the pass's weights of row 0 in t, of row 1
// in t + 1, ... of row Rows-1 in t + Rows - 1. So a weight reaches its PE just ahead of the first activation that needs
// it, and one register for it is enough. Passes begin at least Rows cycles apart.
// format_i goes with activations_i. tail_o is first_i, Rows + Stages - 1 cycles later; soon_o comes a cycle before it.
//
// The beginning of a pass and its format reach the PEs of row r, stage s with the diagonal r + s, so one chain of
// Rows + Stages - 1 registers serves all.

module array #(
  parameter int unsigned Rows = 4,
  parameter int unsigned Columns = 4,
  parameter int unsigned ColumnSpan = 1,
  parameter int unsigned ActivationBits = 16,
  parameter int unsigned WeightBits = 4,
  parameter int unsigned Formats = 2,
  localparam int unsigned PlaceBits = napier_pkg::format_place_bits(Formats),
  localparam int unsigned LanesMax = napier_pkg::lanes_max(Formats, ActivationBits, WeightBits),
  localparam int unsigned HeldBits = napier_pkg::held_bits(Formats, ActivationBits, WeightBits),
  localparam int unsigned SumBits
      = 1 + napier_pkg::sum_bits(Formats, ActivationBits, WeightBits, 0, LanesMax, Rows)
) (
  input  logic                           clk_i,
  input  logic                           first_i,
  input  logic [Columns*HeldBits-1:0]    weights_i,
  input  logic [PlaceBits-1:0]           format_i,
  input  logic [Rows*ActivationBits-1:0] activations_i,
  output logic                           soon_o,
  output logic                           tail_o,
  output logic [Columns*SumBits-1:0]     sums_o
);

  localparam int unsigned Stages = Columns / ColumnSpan;
  localparam int unsigned Diagonals = Rows + Stages - 1;

  logic [Rows*ActivationBits-1:0] west;   // row r delayed by r
  logic [Columns*HeldBits-1:0]    north;  // stage s delayed by s
  logic [Columns*SumBits-1:0]     south;  // stage s still late by s

  // Element d: delayed by d.
  logic [Diagonals-1:0]           first, first_q;
  logic [Diagonals*PlaceBits-1:0] format_q;

  assign first = {first_q[Diagonals-2:0], first_i};
  assign soon_o = first_q[Diagonals-2];
  assign tail_o = first_q[Diagonals-1];

  always_ff @(posedge clk_i) begin
    first_q <= first;
    format_q <= {format_q[(Diagonals-1)*PlaceBits-1:0], format_i};
  end

  skew #(.Count(Rows), .Bits(ActivationBits)) u_skew_rows (.clk_i(clk_i), .items_i(activations_i), .items_o(west));
  skew #(.Count(Stages), .Bits(ColumnSpan*HeldBits)) u_skew_columns (
    .clk_i(clk_i), .items_i(weights_i), .items_o(north)
  );
  skew #(.Count(Stages), .Bits(ColumnSpan*SumBits), .Reverse(1'b1)) u_skew_sums (
    .clk_i(clk_i), .items_i(south), .items_o(sums_o)
  );

  for (genvar r = 0; r < Rows; r++) begin : gen_row
    localparam int unsigned AboveBits
        = 1 + napier_pkg::sum_bits(Formats, ActivationBits, WeightBits, 0, LanesMax, (r == 0) ? 1 : r);
    localparam int unsigned RowBits = 1 + napier_pkg::sum_bits(Formats, ActivationBits, WeightBits, 0, LanesMax, r + 1);
    logic [Stages*ActivationBits-1:0] activations_q;  // by stage
    logic [Columns*RowBits-1:0]       sums;

    if (Stages == 1) begin : gen_all
      always_ff @(posedge clk_i) activations_q <= west[r*ActivationBits +: ActivationBits];
    end else begin : gen_stages
      always_ff @(posedge clk_i) begin
        activations_q <= {activations_q[(Stages-1)*ActivationBits-1:0], west[r*ActivationBits +: ActivationBits]};
      end
    end

    for (genvar c = 0; c < Columns; c++) begin : gen_column
      localparam int unsigned Stage = c / ColumnSpan;
      logic [AboveBits-1:0] above;
      if (r == 0) begin : gen_top
        assign above = '0;
      end else begin : gen_below
        assign above = gen_row[r-1].sums[c*AboveBits +: AboveBits];
      end
      pe #(
        .ActivationBits(ActivationBits), .WeightBits(WeightBits), .Formats(Formats), .Rows(Rows),
        .SumInBits(AboveBits), .SumOutBits(RowBits)
      ) u_pe (
        .clk_i(clk_i),
        .format_i(format_q[(r+Stage)*PlaceBits +: PlaceBits]),
        .activations_i(activations_q[Stage*ActivationBits +: ActivationBits]),
        .load_i(first[r+Stage]),
        .weights_i(north[c*HeldBits +: HeldBits]),
        .sum_i(above),
        .sum_o(sums[c*RowBits +: RowBits])
      );
    end
  end

  for (genvar c = 0; c < Columns; c++) begin : gen_south
    assign south[c*SumBits +: SumBits] = gen_row[Rows-1].sums[c*SumBits +: SumBits];
  end

endmodule
