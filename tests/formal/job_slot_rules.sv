// Rules of job_slot: commands go from the array to the post-processor once each, in order, and no half has two
// owners.
//
// Assumed: an offer stands until it is taken; a command's accumulators are written once, after its hand-over; a job
// with finish ends once, while it is the post-processor's and before the next is taken; a command is offered only when
// the half it works in is free, as executor does.
module job_slot_rules (
  input logic       clk_i,
  input logic       rst_ni,
  input logic       halt_i,
  input logic       offer_i,
  input logic       finish_i,
  input logic [3:0] name_i,            // of the command: index and last pixel
  input logic       drained_i,
  input logic       end_i
);

  localparam int unsigned PixelBits = 2;
  logic accept, pending, half, half_busy, job_valid, job_finish, job_half, busy_q;
  logic [511:0] command, job_command;
  logic [23:0] job_index;
  logic [PixelBits-1:0] job_pixel;
  always_comb begin
    command = {{508{1'b0}}, name_i};
    command[napier_pkg::ExecFinishLsb] = finish_i;
  end
  job_slot #(
    .PixelBits(PixelBits), .AccumulatorHalves(2)
  ) u_job_slot (
    .clk_i(clk_i), .rst_ni(rst_ni), .halt_i(halt_i), .offer_i(offer_i), .command_i(command), .index_i(24'(name_i)),
    .pixel_i(name_i[1:0]), .accept_o(accept), .pending_o(pending), .half_o(half), .half_busy_o(half_busy),
    .drained_i(drained_i), .job_valid_o(job_valid), .job_finish_o(job_finish), .job_command_o(job_command),
    .job_index_o(job_index), .job_pixel_o(job_pixel), .job_half_o(job_half), .job_busy_i(busy_q), .job_end_i(end_i)
  );

  // The slot by hand: its command, how many are handed over and not written, the halves that the post-processor has.
  logic begun_q, rst_q, full_q, finish_q, half_q, owner_q, offer_q, accept_q, offered_finish_q;
  logic [3:0] name_q, offered_q;
  logic [1:0] unwritten_q, owned_q;
  initial begun_q = 1'b0;
  always_ff @(posedge clk_i) begin
    begun_q <= 1'b1;
    rst_q <= rst_ni;
    offer_q <= offer_i;
    accept_q <= accept;
    offered_q <= name_i;
    offered_finish_q <= finish_i;
    if (!rst_ni) begin
      full_q <= 1'b0;
      busy_q <= 1'b0;
      owner_q <= 1'b0;
      unwritten_q <= '0;
      owned_q <= '0;
    end else begin
      full_q <= accept || (full_q && !job_valid);
      busy_q <= (busy_q && !end_i) || (job_valid && job_finish);
      unwritten_q <= unwritten_q + 2'(accept) - 2'(drained_i);
      if (accept && finish_i) owner_q <= !owner_q;
      if (end_i) owned_q[half_q] <= 1'b0;
      if (accept && finish_i) owned_q[owner_q] <= 1'b1;
    end
    if (accept) begin
      name_q <= name_i;
      finish_q <= finish_i;
    end
    if (job_valid) half_q <= job_half;
  end
  always_comb begin
    assume (begun_q || !rst_ni);
    if (begun_q) begin
      assume (!rst_q || !offer_q || accept_q || (offer_i && name_i == offered_q && finish_i == offered_finish_q));
      assume (!offer_i || !half_busy);
      assume (!drained_i || unwritten_q != '0);
      assume (!end_i || busy_q);
    end
  end

  always_comb begin
    if (begun_q && !rst_q) begin
      // In the cycle after a reset, from any state, the slot is empty and both halves are the array's.
      reset_clears: assert (!pending && !job_valid && !half && !half_busy);
    end
    if (begun_q) begin
      // An offer is taken when the slot is empty or emptied, and not otherwise: nothing is overwritten.
      accepted_only_into_a_free_slot: assert (accept == (offer_i && (!full_q || job_valid)));
      // Pending tells that a command is in the slot.
      pending_exactly_when_full: assert (pending == full_q);
      // A job leaves the slot only when there is one, its accumulators are written and the post-processor is free.
      job_only_when_written: assert (!job_valid || (full_q && unwritten_q == '0 && !busy_q && !halt_i));
      // It leaves as soon as that is so.
      job_as_soon_as_written: assert (job_valid || !full_q || unwritten_q != '0 || busy_q || halt_i);
      // It is the command that was handed over, whole.
      job_is_what_was_handed_over: assert (!job_valid || (job_index == 24'(name_q) && job_pixel == name_q[1:0]
          && job_finish == finish_q && job_command[3:0] == name_q));
      // The array's half changes exactly with the hand-over of a command with finish.
      halves_alternate_with_finish: assert (half == owner_q);
      // The half that the array has next is called busy exactly while the post-processor still owns it.
      busy_exactly_while_owned: assert (half_busy == owned_q[owner_q]);
      // The post-processor works in a half that it owns, and not in the array's unless that is called busy.
      job_half_is_the_post_processors: assert (!job_valid || !job_finish || (owned_q[job_half]
          && (job_half != half || half_busy)));
    end
    reach_both_halves_owned: cover (begun_q && owned_q == 2'b11);
    reach_exchange: cover (begun_q && job_valid && accept && busy_before_q);
  end
  logic busy_before_q;
  always_ff @(posedge clk_i) busy_before_q <= rst_ni && (busy_before_q || end_i);

endmodule
