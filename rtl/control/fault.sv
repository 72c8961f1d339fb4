// First error, watchdog, halt.
//
// Sources in order of priority within a cycle: fetch, load, exec, store, token overflow, watchdog. A fault in cycle t
// (while busy) sets halted_o and the error registers in t + 1; nothing but clear_i changes them. Overflow and watchdog
// have no address and no command: both read 0.
// Watchdog: with the last progress (or start) in cycle p, the fault comes in cycle p + 1 + watchdog; 0 turns it off. It
// watches a halted machine drain, too: abandoned_o, from the cycle after it expired on, says that the bus is not to be
// waited for.
module fault #(
  parameter bit Lean = 1'b0  // chosen among first and then kept: fewer registers, a longer path
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        clear_i,
  input  logic        busy_i,
  input  logic        progress_i,
  input  logic [31:0] watchdog_i,
  input  logic        overflow_i,
  input  logic        fetch_valid_i,
  input  logic  [napier_pkg::ErrorCodeBits-1:0] fetch_code_i,
  input  logic [31:0] fetch_address_i,
  input  logic [23:0] fetch_command_i,
  input  logic        load_valid_i,
  input  logic  [napier_pkg::ErrorCodeBits-1:0] load_code_i,
  input  logic [31:0] load_address_i,
  input  logic [23:0] load_command_i,
  input  logic        exec_valid_i,
  input  logic  [napier_pkg::ErrorCodeBits-1:0] exec_code_i,
  input  logic [31:0] exec_address_i,
  input  logic [23:0] exec_command_i,
  input  logic        store_valid_i,
  input  logic  [napier_pkg::ErrorCodeBits-1:0] store_code_i,
  input  logic [31:0] store_address_i,
  input  logic [23:0] store_command_i,
  output logic        expired_o,       // combinational: the watchdog expires in this cycle
  output logic        halted_o,
  output logic        abandoned_o,
  output logic  [napier_pkg::ErrorCodeBits-1:0] code_o,
  output logic [31:0] address_o,
  output logic [23:0] command_o
);

  // Cycles since the last progress.
  logic [31:0] quiet_q;
  logic expired, raised;
  always_ff @(posedge clk_i) begin
    if (!rst_ni || progress_i || !busy_i) quiet_q <= '0;
    else quiet_q <= quiet_q + 32'd1;
  end
  assign expired = quiet_q == watchdog_i && watchdog_i != '0;

  assign expired_o = busy_i && expired;
  assign raised = busy_i
      && (fetch_valid_i || load_valid_i || exec_valid_i || store_valid_i || overflow_i || expired);
  always_ff @(posedge clk_i) begin
    if (!rst_ni || clear_i) begin
      halted_o <= 1'b0;
      abandoned_o <= 1'b0;
    end else begin
      if (raised) halted_o <= 1'b1;
      if (expired_o) abandoned_o <= 1'b1;
    end
  end

  // Every source's code, address and command, and the first in order.
  localparam int unsigned EntryBits = napier_pkg::ErrorCodeBits + 32 + 24;
  logic [4:0] valid_now, valid;  // overflow, store, exec, load, fetch
  logic [4*EntryBits-1:0] entries_now, entries;
  logic [EntryBits-1:0] first, kept;
  assign valid_now = {overflow_i, store_valid_i, exec_valid_i, load_valid_i, fetch_valid_i};
  assign entries_now = {store_code_i, store_address_i, store_command_i, exec_code_i, exec_address_i, exec_command_i,
                        load_code_i, load_address_i, load_command_i, fetch_code_i, fetch_address_i, fetch_command_i};
  always_comb begin
    if (valid[0]) first = entries[0 +: EntryBits];
    else if (valid[1]) first = entries[EntryBits +: EntryBits];
    else if (valid[2]) first = entries[2*EntryBits +: EntryBits];
    else if (valid[3]) first = entries[3*EntryBits +: EntryBits];
    else first = {valid[4] ? napier_pkg::ErrorTokenOverflow : napier_pkg::ErrorWatchdog, 56'd0};
  end
  if (Lean) begin : gen_lean
    assign valid = valid_now;
    assign entries = entries_now;
    always_ff @(posedge clk_i) begin
      if (!rst_ni || clear_i) kept <= {napier_pkg::ErrorNone, 56'd0};
      else if (raised && !halted_o) kept <= first;
    end
  end else begin : gen_early
    always_ff @(posedge clk_i) begin
      if (!halted_o) begin
        valid <= valid_now;
        entries <= entries_now;
      end
    end
    assign kept = halted_o ? first : {napier_pkg::ErrorNone, 56'd0};
  end
  assign {code_o, address_o, command_o} = kept;

endmodule
