// Rotates the bytes of a beat: byte lane i goes to lane (i + by_i) mod BeatBytes. Combinational.
module beat_aligner #(
  parameter int unsigned BeatBytes = 4,
  localparam int unsigned LaneBits = $clog2(BeatBytes)
) (
  input  logic [BeatBytes*8-1:0] data_i,
  input  logic [LaneBits-1:0]    by_i,
  output logic [BeatBytes*8-1:0] data_o
);

  // A stage for each bit of the distance.
  always_comb begin
    data_o = data_i;
    for (int unsigned s = 0; s < LaneBits; s++) begin
      if (by_i[s]) data_o = (data_o << (8 << s)) | (data_o >> (BeatBytes*8 - (8 << s)));
    end
  end

endmodule
