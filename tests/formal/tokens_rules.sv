// Rules of tokens, each proved for all six pairs.
//
// Assumed: an engine starts only when its tokens are ready; after an overflow (a fault) nothing counts until a reset.
module tokens_rules (
  input logic       clk_i,
  input logic       rst_ni,
  input logic       clear_i,
  input logic [5:0] wait_i,       // store, exec, load: two bits each
  input logic [2:0] start_i,
  input logic [2:0] end_i,
  input logic [5:0] signal_i
);

  localparam int unsigned Most = 2**napier_pkg::TokenBits - 1;

  logic [2:0] ready;
  logic overflow;
  tokens u_tokens (
    .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(clear_i),
    .load_wait_i(wait_i[1:0]), .exec_wait_i(wait_i[3:2]), .store_wait_i(wait_i[5:4]),
    .load_ready_o(ready[0]), .exec_ready_o(ready[1]), .store_ready_o(ready[2]),
    .load_start_i(start_i[0]), .exec_start_i(start_i[1]), .store_start_i(start_i[2]),
    .load_end_i(end_i[0]), .exec_end_i(end_i[1]), .store_end_i(end_i[2]),
    .load_signal_i(signal_i[1:0]), .exec_signal_i(signal_i[3:2]), .store_signal_i(signal_i[5:4]),
    .overflow_o(overflow)
  );

  // From giver to taker: the token's giver signals with the taker's bit, its taker waits with the giver's.
  logic [5:0] give, take, asked;
  assign give = {signal_i[4+napier_pkg::StorePeerExecBit] && end_i[2], signal_i[4+napier_pkg::StorePeerLoadBit]
      && end_i[2],
                 signal_i[2+napier_pkg::ExecPeerStoreBit] && end_i[1], signal_i[2+napier_pkg::ExecPeerLoadBit]
                     && end_i[1],
                 signal_i[napier_pkg::LoadPeerStoreBit] && end_i[0], signal_i[napier_pkg::LoadPeerExecBit] && end_i[0]};
  assign asked = {wait_i[2+napier_pkg::ExecPeerStoreBit], wait_i[napier_pkg::LoadPeerStoreBit],
                  wait_i[4+napier_pkg::StorePeerExecBit], wait_i[napier_pkg::LoadPeerExecBit],
                  wait_i[4+napier_pkg::StorePeerLoadBit], wait_i[2+napier_pkg::ExecPeerLoadBit]};
  localparam logic [11:0] Taker = {2'd1, 2'd0, 2'd2, 2'd0, 2'd2, 2'd1};

  logic begun_q, spilt_q;
  initial begun_q = 1'b0;
  always_ff @(posedge clk_i) begin
    begun_q <= 1'b1;
    spilt_q <= rst_ni && !clear_i && (spilt_q || overflow);
  end
  always_comb begin
    assume (begun_q || !rst_ni);
    assume ((start_i & ~ready) == '0);
    assume (!spilt_q || (start_i == '0 && end_i == '0));
  end

  // What is there of each pair, counted by hand.
  logic [5:0] there, full, above;
  for (genvar i = 0; i < 6; i++) begin : g_pair
    logic [napier_pkg::TokenBits:0] count_q;
    assign take[i] = start_i[Taker[i*2 +: 2]] && asked[i];
    assign there[i] = count_q != '0;
    assign full[i] = 32'(count_q) == Most;
    assign above[i] = 32'(count_q) > Most;
    always_ff @(posedge clk_i) begin
      if (!rst_ni || clear_i) count_q <= '0;
      else count_q <= count_q + (napier_pkg::TokenBits+1)'(give[i]) - (napier_pkg::TokenBits+1)'(take[i]);
    end
  end

  logic [2:0] missing;
  always_comb begin
    missing = '0;
    for (int unsigned q = 0; q < 3; q++) begin
      for (int unsigned i = 0; i < 6; i++) begin
        if (Taker[i*2 +: 2] == 2'(q) && asked[i] && !there[i]) missing[q] = 1'b1;
      end
    end
    if (begun_q && !spilt_q) begin
      // A start takes no token that was not given before.
      no_token_from_nothing: assert ((take & ~there) == '0);
      // An engine is ready exactly if every token that its command waits for is there.
      ready_exactly_with_all_tokens: assert (ready == ~missing);
      // A full counter that is given another token says so, and nothing else does.
      overflow_exactly_when_full: assert (overflow == ((full & give & ~take) != '0));
      // Before an overflow no pair has more tokens than its counter can hold.
      no_count_above_the_most: assert (above == '0);
    end
    reach_wait_for_two: cover (begun_q && start_i[1] && wait_i[3:2] == 2'b11);
    reach_three_of_a_pair: cover (begun_q && g_pair[0].count_q == 3);
  end

endmodule
