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

  assign raised_o = busy_i
      && (fetch_valid_i || load_valid_i || exec_valid_i || store_valid_i || overflow_i || expired);
  always_ff @(posedge clk_i) begin
    if (!rst_ni || clear_i) begin
      halted_o <= 1'b0;
      abandoned_o <= 1'b0;
    end else if (raised_o && !halted_o) begin
      halted_o <= 1'b1;
      abandoned_o <= expired;
    end else if (busy_i && expired) begin
      abandoned_o <= 1'b1;
    end
  end

  // What every source says in this cycle, until there is a fault: the choice among them comes behind these registers.
  logic [3:0] valid_q;  // store, exec, load, fetch
  logic overflow_q;
  logic [napier_pkg::ErrorCodeBits-1:0] fetch_code_q, load_code_q, exec_code_q, store_code_q;
  logic [31:0] fetch_address_q, load_address_q, exec_address_q, store_address_q;
  logic [23:0] fetch_command_q, load_command_q, exec_command_q, store_command_q;
  always_ff @(posedge clk_i) begin
    if (!halted_o) begin
      valid_q <= {store_valid_i, exec_valid_i, load_valid_i, fetch_valid_i};
      overflow_q <= overflow_i;
      fetch_code_q <= fetch_code_i;
      fetch_address_q <= fetch_address_i;
      fetch_command_q <= fetch_command_i;
      load_code_q <= load_code_i;
      load_address_q <= load_address_i;
      load_command_q <= load_command_i;
      exec_code_q <= exec_code_i;
      exec_address_q <= exec_address_i;
      exec_command_q <= exec_command_i;
      store_code_q <= store_code_i;
      store_address_q <= store_address_i;
      store_command_q <= store_command_i;
    end
  end
  always_comb begin
    code_o = napier_pkg::ErrorNone;
    address_o = '0;
    command_o = '0;
    if (halted_o) begin
      if (valid_q[0]) begin
        code_o = fetch_code_q;
        address_o = fetch_address_q;
        command_o = fetch_command_q;
      end else if (valid_q[1]) begin
        code_o = load_code_q;
        address_o = load_address_q;
        command_o = load_command_q;
      end else if (valid_q[2]) begin
        code_o = exec_code_q;
        address_o = exec_address_q;
        command_o = exec_command_q;
      end else if (valid_q[3]) begin
        code_o = store_code_q;
        address_o = store_address_q;
        command_o = store_command_q;
      end else if (overflow_q) begin
        code_o = napier_pkg::ErrorTokenOverflow;
      end else begin
        code_o = napier_pkg::ErrorWatchdog;
      end
    end
  end

endmodule
