// Inferred block RAM: one write port with a mask bit for each GranuleBits of data, one read port.
//
// read_enable_i in cycle t -> read_data_o from t + 1 until after the next enable. What a read gives that meets a write
// to the same word in the same cycle is not defined; nothing may depend on it. Words past the last are not stored.

module ram #(
  parameter int unsigned Words = 256,
  parameter int unsigned Bits = 32,
  parameter int unsigned GranuleBits = Bits,
  localparam int unsigned WordBits = (Words > 1) ? $clog2(Words) : 1,
  localparam int unsigned Granules = Bits / GranuleBits
) (
  input  logic                clk_i,
  input  logic                write_enable_i,
  input  logic [Granules-1:0] write_mask_i,
  input  logic [WordBits-1:0] write_word_i,
  input  logic [Bits-1:0]     write_data_i,
  input  logic                read_enable_i,
  input  logic [WordBits-1:0] read_word_i,
  output logic [Bits-1:0]     read_data_o
);

  (* no_rw_check *) logic [Bits-1:0] memory [Words];

  if (Granules == 1) begin : gen_whole
    always_ff @(posedge clk_i) begin
      if (write_enable_i && write_mask_i[0]) memory[write_word_i] <= write_data_i;
    end
  end else begin : gen_masked
    always_ff @(posedge clk_i) begin
      for (int unsigned g = 0; g < Granules; g++) begin
        if (write_enable_i && write_mask_i[g]) begin
          memory[write_word_i][g*GranuleBits +: GranuleBits] <= write_data_i[g*GranuleBits +: GranuleBits];
        end
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (read_enable_i) read_data_o <= memory[read_word_i];
  end

endmodule
