// Rules of fault: the first error stands, the watchdog is exact.
//
// Assumed: nothing.
module fault_rules (
  input logic        clk_i,
  input logic        rst_ni,
  input logic        clear_i,
  input logic        busy_i,
  input logic        progress_i,
  input logic [31:0] watchdog_i,
  input logic        overflow_i,
  input logic  [3:0] valid_i,          // store, exec, load, fetch
  input logic [15:0] codes_i,
  input logic [31:0] address_i,
  input logic [23:0] command_i
);

  logic raised, watchdog_expired, halted, abandoned;
  logic [napier_pkg::ErrorCodeBits-1:0] code;
  logic [31:0] address;
  logic [23:0] command;
  // Addresses and commands of the sources differ, so that a mix is seen.
  fault u_fault (
    .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(clear_i), .busy_i(busy_i), .progress_i(progress_i),
    .watchdog_i(watchdog_i), .overflow_i(overflow_i),
    .fetch_valid_i(valid_i[0]), .fetch_code_i(codes_i[3:0]), .fetch_address_i(address_i),
    .fetch_command_i(command_i),
    .load_valid_i(valid_i[1]), .load_code_i(codes_i[7:4]), .load_address_i(address_i ^ 32'd1),
    .load_command_i(command_i ^ 24'd1),
    .exec_valid_i(valid_i[2]), .exec_code_i(codes_i[11:8]), .exec_address_i(address_i ^ 32'd2),
    .exec_command_i(command_i ^ 24'd2),
    .store_valid_i(valid_i[3]), .store_code_i(codes_i[15:12]), .store_address_i(address_i ^ 32'd3),
    .store_command_i(command_i ^ 24'd3),
    .expired_o(watchdog_expired), .halted_o(halted), .abandoned_o(abandoned), .code_o(code), .address_o(address),
    .command_o(command)
  );

  // The first source in the order fetch, load, exec, store; cycles since the last progress.
  logic [1:0] source, source_q;
  logic [31:0] quiet_q;
  logic expired;
  assign source = valid_i[0] ? 2'd0 : valid_i[1] ? 2'd1 : valid_i[2] ? 2'd2 : 2'd3;
  assign expired = watchdog_i != '0 && quiet_q == watchdog_i;
  assign raised = busy_i && (valid_i != '0 || overflow_i || expired);

  logic begun_q, rst_q, clear_q, raised_q, halted_q, abandoned_q, overflow_q, expired_q;
  logic [31:0] watchdog_q;
  logic [3:0] valid_q, first_code_q, code_q;
  logic [31:0] address_q, stood_address_q;
  logic [23:0] command_q, stood_command_q;
  initial begun_q = 1'b0;
  always_ff @(posedge clk_i) begin
    begun_q <= 1'b1;
    rst_q <= rst_ni;
    clear_q <= clear_i;
    raised_q <= raised;
    halted_q <= halted;
    abandoned_q <= abandoned;
    overflow_q <= overflow_i;
    expired_q <= expired && busy_i;
    watchdog_q <= watchdog_i;
    valid_q <= valid_i;
    source_q <= source;
    first_code_q <= codes_i[source*4 +: 4];
    address_q <= address_i;
    command_q <= command_i;
    code_q <= code;
    stood_address_q <= address;
    stood_command_q <= command;
    if (!rst_ni || progress_i || !busy_i) quiet_q <= '0;
    else quiet_q <= quiet_q + 32'd1;
  end
  always_comb begin
    assume (begun_q || !rst_ni);
  end

  logic fresh;                         // the first fault of a run came in the cycle before
  assign fresh = rst_q && !clear_q && raised_q && !halted_q;
  always_comb begin
    if (begun_q && (!rst_q || clear_q)) begin
      // In the cycle after a reset, from any state, or a soft reset, there is no error.
      reset_clears: assert (!halted && !abandoned && code == napier_pkg::ErrorNone && address == '0 && command == '0);
    end
    if (begun_q && rst_q && !clear_q) begin
      // What has halted stays so.
      halt_stays: assert (!halted_q || halted);
      // The first error stays with its address and command, whatever comes later.
      first_error_stays: assert (!halted_q || (code == code_q && address == stood_address_q
          && command == stood_command_q));
      // The machine halts exactly in the cycle after a fault: of a source, an overflow or the watchdog.
      halt_exactly_after_a_fault: assert (halted == (halted_q || raised_q));
      // Of the sources in one cycle the first of fetch, load, exec, store is reported, with what is its own.
      first_source_is_reported: assert (!fresh || valid_q == '0 || (code == first_code_q
          && address == (address_q ^ 32'(source_q)) && command == (command_q ^ 24'(source_q))));
      // A token overflow comes after these and has no address; the watchdog is the last.
      overflow_then_watchdog: assert (!fresh || valid_q != '0 || (address == '0 && command == '0
          && code == (overflow_q ? napier_pkg::ErrorTokenOverflow : napier_pkg::ErrorWatchdog)));
      // The bus is given up exactly after the watchdog expired in a run.
      given_up_exactly_after_the_watchdog: assert (abandoned == (abandoned_q || expired_q));
    end
    if (begun_q && rst_q) begin
      // The watchdog expires in p + 1 + watchdog, p the last cycle with progress; 0 turns it off.
      watchdog_is_exact: assert (watchdog_expired == (busy_i && expired));
    end
    reach_watchdog: cover (begun_q && halted && code == napier_pkg::ErrorWatchdog && watchdog_q == 32'd5);
    reach_store_fault: cover (begun_q && fresh && source_q == 2'd3 && valid_q[3]);
  end

endmodule
