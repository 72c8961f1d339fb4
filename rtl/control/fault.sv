// First error, watchdog, halt.
//
// Sources in order of priority within a cycle: fetch, load, exec, store, token overflow, watchdog. A fault in cycle t
// (while busy) sets halted_o and the error registers in t + 1; nothing but clear_i changes them. Overflow and watchdog
// have no address and no command: both read 0.
// Watchdog: with the last progress (or start) in cycle p, the fault comes in cycle p + 1 + watchdog; 0 turns it off. It
// watches a halted machine drain, too: abandoned_o, from the cycle after it expired on, says that the bus is not to be
// waited for.
module fault (
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
  output logic        raised_o,        // combinational: a fault in this cycle
  output logic        halted_o,
  output logic        abandoned_o,
  output logic  [napier_pkg::ErrorCodeBits-1:0] code_o,
  output logic [31:0] address_o,
  output logic [23:0] command_o
);

  // Cycles since the last progress.
  logic [31:0] quiet_q;
  logic expired;
  always_ff @(posedge clk_i) begin
    if (!rst_ni || progress_i || !busy_i) quiet_q <= '0;
    else quiet_q <= quiet_q + 32'd1;
  end
  assign expired = quiet_q == watchdog_i && watchdog_i != '0;

  logic [napier_pkg::ErrorCodeBits-1:0] code;
  logic [31:0] address;
  logic [23:0] command;
  always_comb begin
    address = '0;
    command = '0;
    if (fetch_valid_i) begin
      code = fetch_code_i;
      address = fetch_address_i;
      command = fetch_command_i;
    end else if (load_valid_i) begin
      code = load_code_i;
      address = load_address_i;
      command = load_command_i;
    end else if (exec_valid_i) begin
      code = exec_code_i;
      address = exec_address_i;
      command = exec_command_i;
    end else if (store_valid_i) begin
      code = store_code_i;
      address = store_address_i;
      command = store_command_i;
    end else if (overflow_i) begin
      code = napier_pkg::ErrorTokenOverflow;
    end else begin
      code = napier_pkg::ErrorWatchdog;
    end
  end

  assign raised_o = busy_i
      && (fetch_valid_i || load_valid_i || exec_valid_i || store_valid_i || overflow_i || expired);
  always_ff @(posedge clk_i) begin
    if (!rst_ni || clear_i) begin
      halted_o <= 1'b0;
      abandoned_o <= 1'b0;
      code_o <= napier_pkg::ErrorNone;
      address_o <= '0;
      command_o <= '0;
    end else if (raised_o && !halted_o) begin
      halted_o <= 1'b1;
      code_o <= code;
      address_o <= address;
      command_o <= command;
      abandoned_o <= expired;
    end else if (busy_i && expired) begin
      abandoned_o <= 1'b1;
    end
  end

endmodule
