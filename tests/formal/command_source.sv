// The commands of a queue as command_queue gives them: begin_i, then their beats one a cycle from place 0 on, then a
// head that is valid until released. length_o and count_o: what this command says is not zero, in the bits given.
module command_source #(
  parameter int unsigned LengthBits = 5
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        begin_i,
  input  logic        release_i,
  input  logic [31:0] beat_data_i,
  output logic        passing_o,
  output logic  [3:0] place_o,
  output logic        head_o,
  output logic        length_o,
  output logic        count_o
);

  always_ff @(posedge clk_i) begin
    if (passing_o && 32'(place_o) == napier_pkg::LoadLengthLsb / 32) length_o <= beat_data_i[LengthBits-1:0] != '0;
    if (passing_o && 32'(place_o) == napier_pkg::LoadCountXLsb / 32) begin
      count_o <= beat_data_i[2:0] != '0 && beat_data_i[18:16] != '0;
    end
    if (!rst_ni) begin
      passing_o <= 1'b0;
      head_o <= 1'b0;
      place_o <= '0;
    end else begin
      if (begin_i) passing_o <= 1'b1;
      if (passing_o) place_o <= place_o + 4'd1;
      if (passing_o && place_o == '1) passing_o <= 1'b0;
      if (passing_o && place_o == '1) head_o <= 1'b1;
      if (release_i) head_o <= 1'b0;
    end
  end

endmodule
