// Activation tables: an int8 function of each of Lanes bytes a cycle, by its ActivationTableEntries entries.
//
// read_enable_i in cycle t, with the table's number and the bytes -> entries_o from t + 1 until after the next enable.
// Every lane has a copy of all tables in a RAM of its own; a write goes to all: a word of the loader's, of which the
// first ActivationTableWordEntries bytes are kept. Table n has the words from n * entries / word entries on.

module activation_table #(
  parameter int unsigned Tables = 1,
  parameter int unsigned Lanes = 1,
  parameter int unsigned BeatBytes = 4,
  localparam int unsigned IndexBits = $clog2(napier_pkg::ActivationTableEntries)
) (
  input  logic                       clk_i,
  input  logic                       write_enable_i,
  input  logic [15:0]                write_word_i,
  input  logic [BeatBytes-1:0]       write_mask_i,
  input  logic [BeatBytes*8-1:0]     write_data_i,
  input  logic                       read_enable_i,
  input  logic [napier_pkg::ExecTableBits-1:0] read_table_i,
  input  logic [Lanes*IndexBits-1:0] bytes_i,
  output logic [Lanes*8-1:0]         entries_o
);

  localparam int unsigned WordEntries = napier_pkg::ActivationTableWordEntries;
  localparam int unsigned ChoiceBits = $clog2(WordEntries);
  localparam int unsigned Words = napier_pkg::activation_table_words(Tables);
  localparam int unsigned WordBits = $clog2(Words);

  for (genvar lane = 0; lane < Lanes; lane++) begin : gen_lane
    logic [IndexBits-1:0]     index;
    logic [ChoiceBits-1:0]    choice_q;
    logic [WordEntries*8-1:0] entries;

    assign index = bytes_i[lane*IndexBits +: IndexBits];
    ram #(
      .Words(Words), .Bits(WordEntries*8), .GranuleBits(8)
    ) u_ram (
      .clk_i(clk_i),
      .write_enable_i(write_enable_i), .write_mask_i(write_mask_i[WordEntries-1:0]),
      .write_word_i(WordBits'(write_word_i)), .write_data_i(write_data_i[WordEntries*8-1:0]),
      .read_enable_i(read_enable_i), .read_word_i(WordBits'({read_table_i, index[IndexBits-1:ChoiceBits]})),
      .read_data_o(entries)
    );
    always_ff @(posedge clk_i) begin
      if (read_enable_i) choice_q <= index[ChoiceBits-1:0];
    end
    assign entries_o[lane*8 +: 8] = entries[32'(choice_q)*8 +: 8];
  end

  logic unused_write;
  assign unused_write = ^{write_word_i, write_mask_i, write_data_i};

endmodule
