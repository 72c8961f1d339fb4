// Lanes of a beat that belong to its row, turned into the buffer's lanes. Combinational.
//
// Of a beat that begins its row (begins_i) the lanes below first_i, of one that ends it (ends_i) those above last_i are
// none of the row's. Lane i of memory is lane (i + turn_i) mod BeatBytes of the buffer: of the low chunk where that
// does not wrap, of the high one, its neighbour, where it does. low_o, high_o: some lane is; the row's first lane is
// low unless it wraps, its last one is high if it does. Of a beat that begins and ends its row first_i is not above
// last_i.
module beat_lanes #(
  parameter int unsigned BeatBytes = 4,
  parameter bit          Lean = 1'b0,        // low_o and high_o wait for lanes_o
  localparam int unsigned LaneBits = $clog2(BeatBytes)
) (
  input  logic                 begins_i,
  input  logic                 ends_i,
  input  logic  [LaneBits-1:0] first_i,
  input  logic  [LaneBits-1:0] last_i,
  input  logic  [LaneBits-1:0] turn_i,
  output logic [BeatBytes-1:0] lanes_o,      // of memory
  output logic [BeatBytes-1:0] low_mask_o,   // of the buffer
  output logic [BeatBytes-1:0] high_mask_o,
  output logic                 low_o,
  output logic                 high_o
);

  logic [BeatBytes-1:0] turned, below;
  always_comb begin
    for (int unsigned i = 0; i < BeatBytes; i++) begin
      lanes_o[i] = !(begins_i && LaneBits'(i) < first_i) && !(ends_i && LaneBits'(i) > last_i);
      below[i] = LaneBits'(i) < turn_i;
    end
  end
  if (Lean) begin : gen_lean
    always_comb begin
      low_o = 1'b0;
      high_o = 1'b0;
      for (int unsigned i = 0; i < BeatBytes; i++) begin
        if (lanes_o[i] && 32'(turn_i) + i < BeatBytes) low_o = 1'b1;
        if (lanes_o[i] && 32'(turn_i) + i >= BeatBytes) high_o = 1'b1;
      end
    end
  end else begin : gen_ends
    assign low_o = !begins_i || 32'(turn_i) + 32'(first_i) < BeatBytes;
    assign high_o = ends_i ? 32'(turn_i) + 32'(last_i) >= BeatBytes : turn_i != '0;
  end
  assign turned = BeatBytes'(({lanes_o, lanes_o} << turn_i) >> BeatBytes);
  assign low_mask_o = turned & ~below;
  assign high_mask_o = turned & below;

endmodule
