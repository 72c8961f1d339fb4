// The head of a queue, all 512 bits at once, gathered from the beats of command_queue. Word 15 holds the command's
// index.
module command_head #(
  parameter int unsigned BeatBytes = 4,
  parameter logic [napier_pkg::CommandBits-1:0] Inverted = '0,  // bits kept inverted; costs no logic
  localparam int unsigned BeatBits = BeatBytes * 8,
  localparam int unsigned Beats = napier_pkg::CommandBytes / BeatBytes,
  localparam int unsigned BeatIndexBits = (Beats > 1) ? $clog2(Beats) : 1
) (
  input  logic clk_i,
  input  logic beat_valid_i,
  input  logic [BeatIndexBits-1:0] beat_index_i,
  input  logic [BeatBits-1:0] beat_data_i,
  output logic [napier_pkg::CommandBits-1:0] command_o
);

  logic [napier_pkg::CommandBits-1:0] command_q;
  assign command_o = command_q ^ Inverted;
  for (genvar b = 0; b < Beats; b++) begin : g_beat
    always_ff @(posedge clk_i) begin
      if (beat_valid_i && beat_index_i == BeatIndexBits'(b)) begin
        command_q[b*BeatBits +: BeatBits] <= beat_data_i ^ Inverted[b*BeatBits +: BeatBits];
      end
    end
  end

endmodule
