// What has crossed the bus since start: the CRC-32 of the beats of commands, of LOAD and of STORE, each in its order.
//
// Bytes of a beat that a row does not have count as zeros. clear_i: as nothing had. Values are seen a cycle after the
// beat.
module checksums #(
  parameter int unsigned BeatBytes = 4,
  parameter int unsigned Checksums = 1     // 0: none, all are 0
) (
  input  logic                   clk_i,
  input  logic                   clear_i,
  input  logic                   read_last_i,
  input  logic [BeatBytes*8-1:0] read_data_i,
  input  logic                   fetch_beat_i,
  input  logic                   load_beat_i,
  input  logic   [BeatBytes-1:0] load_lanes_i,
  input  logic                   store_beat_i,
  input  logic                   store_last_i,
  input  logic [BeatBytes*8-1:0] store_data_i,
  input  logic   [BeatBytes-1:0] store_lanes_i,
  output logic            [31:0] fetch_o,
  output logic            [31:0] load_o,
  output logic            [31:0] store_o
);

  logic [BeatBytes*8-1:0] load_data, store_data;
  always_comb begin
    for (int unsigned i = 0; i < BeatBytes; i++) begin
      load_data[i*8 +: 8] = read_data_i[i*8 +: 8] & {8{load_lanes_i[i]}};
      store_data[i*8 +: 8] = store_data_i[i*8 +: 8] & {8{store_lanes_i[i]}};
    end
  end

  if (Checksums != 0) begin : gen_sums
    crc32 #(
      .BeatBytes(BeatBytes)
    ) u_fetch (
      .clk_i(clk_i), .clear_i(clear_i), .valid_i(fetch_beat_i), .last_i(read_last_i), .data_i(read_data_i),
      .checksum_o(fetch_o)
    );
    crc32 #(
      .BeatBytes(BeatBytes)
    ) u_load (
      .clk_i(clk_i), .clear_i(clear_i), .valid_i(load_beat_i), .last_i(read_last_i), .data_i(load_data),
      .checksum_o(load_o)
    );
    crc32 #(
      .BeatBytes(BeatBytes)
    ) u_store (
      .clk_i(clk_i), .clear_i(clear_i), .valid_i(store_beat_i), .last_i(store_last_i), .data_i(store_data),
      .checksum_o(store_o)
    );
  end else begin : gen_none
    logic unused;
    assign unused = ^{clk_i, clear_i, fetch_beat_i, load_beat_i, read_last_i, store_beat_i, store_last_i, load_data,
                      store_data};
    assign {fetch_o, load_o, store_o} = '0;
  end

endmodule
