// A buffer the loader fills: words of Banks chunks of one beat, each chunk a RAM of its own.
//
// A write covers one chunk (low) or two neighbours (low and high), with a mask over its bytes for each; the two are
// never of the same bank. They share a beat, already rotated, or have one each. Words of a single chunk that a beat may
// straddle (Unaligned) are split by parity of the word, so that neighbours lie in different RAMs.
// A read takes the whole word: enable in cycle t -> data from t + 1 until after the next enable.
// Only the first StoredBytes of a word are kept; the caller sees to it that words are in range.

module buffer #(
  parameter int unsigned Words = 256,
  parameter int unsigned WordBytes = 8,    // a multiple of BeatBytes
  parameter int unsigned StoredBytes = WordBytes,
  parameter int unsigned BeatBytes = 4,
  parameter int unsigned Unaligned = 1     // 1: beats may cover two chunks; 0: they do not
) (
  input  logic                     clk_i,
  input  logic                     write_low_enable_i,
  input  logic [15:0]              write_low_word_i,
  input  logic [7:0]               write_low_bank_i,
  input  logic [BeatBytes-1:0]     write_low_mask_i,
  input  logic                     write_high_enable_i,
  input  logic [15:0]              write_high_word_i,
  input  logic [7:0]               write_high_bank_i,
  input  logic [BeatBytes-1:0]     write_high_mask_i,
  input  logic [BeatBytes*8-1:0]   write_data_i,
  input  logic [BeatBytes*8-1:0]   write_high_data_i,
  input  logic                     read_enable_i,
  input  logic [15:0]              read_word_i,
  output logic [StoredBytes*8-1:0] read_data_o
);

  localparam int unsigned Banks = WordBytes / BeatBytes;
  localparam bit          Split = Unaligned != 0 && Banks == 1;  // RAM 0: even words, RAM 1: odd words
  localparam int unsigned Rams = Split ? 2 : Banks;
  localparam int unsigned RamWords = Split ? (Words + 1) / 2 : Words;
  localparam int unsigned RamWordBits = (RamWords > 1) ? $clog2(RamWords) : 1;
  localparam int unsigned Shift = Split ? 1 : 0;

  logic [Rams*BeatBytes*8-1:0] ram_data;

  for (genvar i = 0; i < Rams; i++) begin : gen_ram
    localparam int unsigned First = Split ? 0 : i * BeatBytes;
    localparam int unsigned Bytes = (StoredBytes <= First) ? 0
        : (StoredBytes - First < BeatBytes) ? StoredBytes - First : BeatBytes;

    if (Bytes == 0) begin : gen_none
      assign ram_data[i*BeatBytes*8 +: BeatBytes*8] = '0;
    end else begin : gen_kept
      logic                   low, high;
      logic [RamWordBits-1:0] word;
      logic [BeatBytes-1:0]   mask;
      logic [Bytes*8-1:0]     data;
      logic                   unused_mask;

      if (Split) begin : gen_parity
        assign low = write_low_enable_i && write_low_word_i[0] == (i == 1);
        assign high = write_high_enable_i && write_high_word_i[0] == (i == 1);
      end else begin : gen_bank
        assign low = write_low_enable_i && write_low_bank_i == 8'(i);
        assign high = Unaligned != 0 && write_high_enable_i && write_high_bank_i == 8'(i);
      end
      assign word = RamWordBits'((high ? write_high_word_i : write_low_word_i) >> Shift);
      assign mask = high ? write_high_mask_i : write_low_mask_i;
      assign unused_mask = ^mask;

      ram #(
        .Words(RamWords), .Bits(Bytes*8), .GranuleBits(8)
      ) u_ram (
        .clk_i(clk_i),
        .write_enable_i(low || high), .write_mask_i(mask[Bytes-1:0]), .write_word_i(word),
        .write_data_i(high ? write_high_data_i[Bytes*8-1:0] : write_data_i[Bytes*8-1:0]),
        .read_enable_i(read_enable_i), .read_word_i(RamWordBits'(read_word_i >> Shift)), .read_data_o(data)
      );
      assign ram_data[i*BeatBytes*8 +: BeatBytes*8] = (BeatBytes*8)'(data);
    end
  end

  if (Split) begin : gen_choice
    logic odd_q;
    always_ff @(posedge clk_i) begin
      if (read_enable_i) odd_q <= read_word_i[0];
    end
    assign read_data_o = ram_data[32'(odd_q)*BeatBytes*8 +: StoredBytes*8];
  end else begin : gen_all
    assign read_data_o = ram_data[StoredBytes*8-1:0];
  end

  logic unused_writes;
  assign unused_writes = ^{write_low_bank_i, write_high_enable_i, write_high_word_i, write_high_bank_i,
                           write_high_mask_i, write_data_i, write_high_data_i, ram_data};

endmodule
