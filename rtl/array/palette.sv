// The array's edge: weights of a row as they stand in the weight buffer to weights as PEs hold them. Combinational.
//
// indexed_i: the weights are indices into table_i, entry 0 lowest, and each lane gets its entry; else they go through.

module palette #(
  parameter int unsigned Columns = 4,
  parameter int unsigned ActivationBits = 16,
  parameter int unsigned WeightBits = 8,
  parameter int unsigned Formats = 256,
  localparam int unsigned HeldBits = napier_pkg::held_bits(Formats, ActivationBits, WeightBits),
  localparam int unsigned Entries = napier_pkg::table_entries(Formats),
  localparam int unsigned EntryBits = napier_pkg::table_bits(Formats)
) (
  input  logic                          indexed_i,
  input  logic [Entries*EntryBits-1:0]  table_i,
  input  logic [Columns*WeightBits-1:0] weights_i,
  output logic [Columns*HeldBits-1:0]   weights_o
);

  localparam int unsigned IndexBits = $clog2(Entries);
  localparam int unsigned Lanes = napier_pkg::format_lanes(napier_pkg::FormatPaletteIndex, ActivationBits, WeightBits);

  for (genvar c = 0; c < Columns; c++) begin : gen_column
    logic [WeightBits-1:0] stored;
    logic [HeldBits-1:0]   entries;
    assign stored = weights_i[c*WeightBits +: WeightBits];
    for (genvar l = 0; l < Lanes; l++) begin : gen_lane
      assign entries[l*EntryBits +: EntryBits] = table_i[32'(stored[l*IndexBits +: IndexBits])*EntryBits +: EntryBits];
    end
    if (HeldBits > Lanes * EntryBits) begin : gen_rest
      assign entries[HeldBits-1:Lanes*EntryBits] = '0;
    end
    assign weights_o[c*HeldBits +: HeldBits] = indexed_i ? entries : HeldBits'(stored);
  end

endmodule
