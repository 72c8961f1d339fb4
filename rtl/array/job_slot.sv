// Between array and post-processor: one pending command, the count of drained ones, and who owns which half of the
// accumulators.
//
// offer_i: the command in the array has read its last activation. It is handed over (accept_o) in the first such cycle
// in which the slot is empty or emptied. A pending command is taken (job_valid_o, for one cycle) when its last
// accumulator was written in an earlier cycle (drained_i) and the post-processor is free.
// A half belongs to the array until the hand-over of a command with finish, then to the post-processor until the end.
// With one half (Copy = 0) the command stays at the queue's head until its end and is not copied.

module job_slot #(
  parameter int unsigned PixelBits = 7,
  parameter int unsigned AccumulatorHalves = 1,
  localparam bit Copy = AccumulatorHalves > 1
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,
  input  logic                 halt_i,
  input  logic                 offer_i,
  input  logic [511:0]         command_i,
  input  logic [23:0]          index_i,
  input  logic [PixelBits-1:0] pixel_i,       // its last
  output logic                 accept_o,
  output logic                 pending_o,
  output logic                 half_o,        // the array's
  output logic                 half_busy_o,   // but the post-processor still has it
  input  logic                 drained_i,
  output logic                 job_valid_o,
  output logic                 job_finish_o,
  output logic [511:0]         job_command_o,
  output logic [23:0]          job_index_o,
  output logic [PixelBits-1:0] job_pixel_o,
  output logic                 job_half_o,
  input  logic                 job_busy_i,
  input  logic                 job_end_i
);

  logic       pending_q;
  logic [1:0] drained_q;  // commands in the slot or before it whose accumulators are written
  logic       finish;

  assign job_valid_o = pending_q && drained_q != '0 && !job_busy_i && !halt_i;
  assign accept_o = offer_i && (!pending_q || job_valid_o);
  assign finish = command_i[napier_pkg::ExecFinishLsb];
  assign pending_o = pending_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      pending_q <= 1'b0;
      drained_q <= '0;
    end else begin
      pending_q <= accept_o || (pending_q && !job_valid_o);
      if (drained_i && !job_valid_o) drained_q <= drained_q + 1'b1;
      if (!drained_i && job_valid_o) drained_q <= drained_q - 1'b1;
    end
  end

  assign job_finish_o = job_command_o[napier_pkg::ExecFinishLsb];

  if (Copy) begin : gen_two
    logic [511:0]         command_q;
    logic [23:0]          index_q;
    logic [PixelBits-1:0] pixel_q;
    logic                 half_q;       // the array's
    logic                 pending_half_q, job_half_q;
    logic [1:0]           busy_q;       // by half

    always_ff @(posedge clk_i) begin
      if (accept_o) begin
        command_q <= command_i;
        index_q <= index_i;
        pixel_q <= pixel_i;
        pending_half_q <= half_q;
      end
      if (job_valid_o) job_half_q <= pending_half_q;
      if (!rst_ni) begin
        half_q <= 1'b0;
        busy_q <= '0;
      end else begin
        if (accept_o && finish) half_q <= !half_q;
        if (accept_o && finish) busy_q[half_q] <= 1'b1;
        if (job_end_i) busy_q[job_half_q] <= 1'b0;
      end
    end

    assign job_command_o = command_q;
    assign job_index_o = index_q;
    assign job_pixel_o = pixel_q;
    assign job_half_o = pending_half_q;
    assign half_o = half_q;
    assign half_busy_o = busy_q[half_q];
  end else begin : gen_one
    logic unused_end;
    assign unused_end = job_end_i ^ finish;
    assign job_command_o = command_i;
    assign job_index_o = index_i;
    assign job_pixel_o = pixel_i;
    assign job_half_o = 1'b0;
    assign half_o = 1'b0;
    assign half_busy_o = 1'b0;
  end

endmodule
