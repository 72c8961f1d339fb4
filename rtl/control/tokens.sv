// The six token counters, one for each ordered pair of the load, exec and store queues.
//
// A token given in cycle t (end and signal) can be taken from t + 1 on. ready is combinational: every token that the
// wait mask asks for is there. start takes them. overflow_o is high in the cycle in which a full counter is given
// another token.
// The bits of the masks are those of the description.
module tokens (
  input  logic       clk_i,
  input  logic       rst_ni,
  input  logic       clear_i,         // all counters to zero
  input  logic [1:0] load_wait_i,
  input  logic [1:0] exec_wait_i,
  input  logic [1:0] store_wait_i,
  output logic       load_ready_o,
  output logic       exec_ready_o,
  output logic       store_ready_o,
  input  logic       load_start_i,
  input  logic       exec_start_i,
  input  logic       store_start_i,
  input  logic       load_end_i,
  input  logic       exec_end_i,
  input  logic       store_end_i,
  input  logic [1:0] load_signal_i,
  input  logic [1:0] exec_signal_i,
  input  logic [1:0] store_signal_i,
  output logic       overflow_o
);

  localparam int unsigned Bits = napier_pkg::TokenBits;
  // From load to exec, load to store, exec to load, exec to store, store to load, store to exec.
  localparam int unsigned Pairs = 6;

  logic [Pairs-1:0] give, take, there, over;
  assign give = {
    store_end_i && store_signal_i[napier_pkg::StorePeerExecBit],
    store_end_i && store_signal_i[napier_pkg::StorePeerLoadBit],
    exec_end_i && exec_signal_i[napier_pkg::ExecPeerStoreBit],
    exec_end_i && exec_signal_i[napier_pkg::ExecPeerLoadBit],
    load_end_i && load_signal_i[napier_pkg::LoadPeerStoreBit],
    load_end_i && load_signal_i[napier_pkg::LoadPeerExecBit]
  };
  assign take = {
    exec_start_i && exec_wait_i[napier_pkg::ExecPeerStoreBit],
    load_start_i && load_wait_i[napier_pkg::LoadPeerStoreBit],
    store_start_i && store_wait_i[napier_pkg::StorePeerExecBit],
    load_start_i && load_wait_i[napier_pkg::LoadPeerExecBit],
    store_start_i && store_wait_i[napier_pkg::StorePeerLoadBit],
    exec_start_i && exec_wait_i[napier_pkg::ExecPeerLoadBit]
  };

  for (genvar i = 0; i < Pairs; i++) begin : g_pair
    logic [Bits-1:0] count_q;
    always_ff @(posedge clk_i) begin
      if (!rst_ni || clear_i) count_q <= '0;
      else if (give[i] != take[i]) count_q <= count_q + (take[i] ? {Bits{1'b1}} : Bits'(1));
    end
    assign there[i] = count_q != '0;
    assign over[i] = give[i] && !take[i] && count_q == {Bits{1'b1}};
  end

  assign load_ready_o = (there[2] || !load_wait_i[napier_pkg::LoadPeerExecBit])
      && (there[4] || !load_wait_i[napier_pkg::LoadPeerStoreBit]);
  assign exec_ready_o = (there[0] || !exec_wait_i[napier_pkg::ExecPeerLoadBit])
      && (there[5] || !exec_wait_i[napier_pkg::ExecPeerStoreBit]);
  assign store_ready_o = (there[1] || !store_wait_i[napier_pkg::StorePeerLoadBit])
      && (there[3] || !store_wait_i[napier_pkg::StorePeerExecBit]);
  assign overflow_o = |over;

endmodule
