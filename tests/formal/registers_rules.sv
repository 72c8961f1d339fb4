// Rules of registers: an AXI4-Lite slave, the start and end of a run.
//
// Assumed: nothing of the host. Of the machine: what has halted stays so until a soft reset.
module registers_rules #(
  parameter int unsigned Checksums = 1
) (
  input logic        clk_i,
  input logic        rst_ni,
  input logic [11:0] awaddr_i,
  input logic        awvalid_i,
  input logic [31:0] wdata_i,
  input logic  [3:0] wstrb_i,
  input logic        wvalid_i,
  input logic        bready_i,
  input logic [11:0] araddr_i,
  input logic        arvalid_i,
  input logic        rready_i,
  input logic        finished_i,
  input logic        halted_i,
  input logic        quiet_i,
  input logic        draining_i,
  input logic [31:0] error_address_i,
  input logic        counter_ready_i,
  input logic [31:0] counter_value_i
);

  logic awready, wready, bvalid, arready, rvalid, interrupt, start, soft_reset, busy;
  logic [1:0] bresp, rresp;
  logic [31:0] rdata, program_address, watchdog;
  logic [23:0] program_length;
  logic [19:0] read_base, write_base;
  logic [20:0] read_limit, write_limit;
  logic [3:0] counter_index;
  registers #(
    .AddressBits(18), .IndexBits(12), .Checksums(Checksums), .Identity(32'h12345678)
  ) u_registers (
    .clk_i(clk_i), .rst_ni(rst_ni), .awaddr_i(awaddr_i), .awvalid_i(awvalid_i), .awready_o(awready),
    .wdata_i(wdata_i), .wstrb_i(wstrb_i), .wvalid_i(wvalid_i), .wready_o(wready),
    .bresp_o(bresp), .bvalid_o(bvalid), .bready_i(bready_i),
    .araddr_i(araddr_i), .arvalid_i(arvalid_i), .arready_o(arready),
    .rdata_o(rdata), .rresp_o(rresp), .rvalid_o(rvalid), .rready_i(rready_i), .interrupt_o(interrupt),
    .start_o(start), .soft_reset_o(soft_reset), .busy_o(busy),
    .finished_i(finished_i), .halted_i(halted_i), .quiet_i(quiet_i), .draining_i(draining_i),
    .error_code_i(error_address_i[3:0]), .error_address_i(error_address_i), .error_command_i(error_address_i[23:0]),
    .program_address_o(program_address), .program_length_o(program_length),
    .read_base_o(read_base), .read_limit_o(read_limit), .write_base_o(write_base), .write_limit_o(write_limit),
    .watchdog_o(watchdog),
    .fetch_checksum_i(error_address_i), .load_checksum_i(error_address_i), .store_checksum_i(error_address_i),
    .counter_index_o(counter_index), .counter_ready_i(counter_ready_i), .counter_value_i(counter_value_i)
  );

  // What the host reads as settings of a run.
  localparam int unsigned SettingBits = 32 + 24 + 20 + 21 + 20 + 21 + 32;
  logic [SettingBits-1:0] settings;
  assign settings = {program_address, program_length, read_base, read_limit, write_base, write_limit, watchdog};

  logic write, read, read_only, reading_known;
  assign write = awvalid_i && awready;
  assign read = arvalid_i && arready;
  assign read_only = awaddr_i == napier_pkg::RegStatus || awaddr_i == napier_pkg::RegVersion
      || awaddr_i == napier_pkg::RegIdentity || awaddr_i == napier_pkg::RegErrorCode
      || awaddr_i == napier_pkg::RegErrorAddress || awaddr_i == napier_pkg::RegErrorCommand
      || awaddr_i >= napier_pkg::RegCounters && awaddr_i != napier_pkg::RegJob;
  assign reading_known = araddr_i[1:0] == '0 && araddr_i < napier_pkg::RegCounters + 12'(4 * napier_pkg::CounterCount)
      || Checksums != 0 && araddr_i[1:0] == '0 && araddr_i >= napier_pkg::RegJob
      && araddr_i <= napier_pkg::RegStoreChecksum;

  // The cycle before.
  logic begun_q, rst_q, bvalid_q, bready_q, rvalid_q, rready_q, write_q, partial_q, read_only_q, read_q, known_q;
  logic busy_q, halted_q, draining_q, start_q, soft_reset_q, finished_q, stop_q, write_start_q, write_reset_q;
  logic [1:0] bresp_q, rresp_q;
  logic [31:0] rdata_q;
  logic [SettingBits-1:0] settings_q;
  logic interrupt_q, status_write_q, enable_write_q;
  initial begun_q = 1'b0;
  always_ff @(posedge clk_i) begin
    begun_q <= 1'b1;
    rst_q <= rst_ni;
    bvalid_q <= bvalid;
    bready_q <= bready_i;
    bresp_q <= bresp;
    rvalid_q <= rvalid;
    rready_q <= rready_i;
    rdata_q <= rdata;
    rresp_q <= rresp;
    write_q <= write;
    partial_q <= wstrb_i != '1;
    read_only_q <= read_only;
    read_q <= read;
    known_q <= reading_known;
    busy_q <= busy;
    halted_q <= halted_i;
    draining_q <= draining_i;
    start_q <= start;
    soft_reset_q <= soft_reset;
    finished_q <= finished_i;
    stop_q <= halted_i && quiet_i;
    write_start_q <= write && wstrb_i == '1 && awaddr_i == napier_pkg::RegControl
        && wdata_i[napier_pkg::ControlStartBit];
    write_reset_q <= write && wstrb_i == '1 && awaddr_i == napier_pkg::RegControl
        && wdata_i[napier_pkg::ControlResetBit];
    settings_q <= settings;
    interrupt_q <= interrupt;
    status_write_q <= write && awaddr_i == napier_pkg::RegInterruptStatus;
    enable_write_q <= write && awaddr_i == napier_pkg::RegInterruptEnable;
  end
  always_comb begin
    assume (begun_q || !rst_ni);
    assume (!begun_q || !rst_q || soft_reset_q || !halted_q || halted_i);
  end

  always_comb begin
    if (begun_q && !rst_q) begin
      // In the cycle after a reset, from any state, no answer stands, no run is on and no interrupt is raised.
      reset_clears: assert (!bvalid && !rvalid && !busy && !start && !soft_reset && !interrupt && watchdog == '0);
    end
    if (begun_q && rst_q) begin
      // An answer to a write stands until it is taken.
      write_answer_waits: assert (!bvalid_q || bready_q || bvalid);
      // While it stands it says the same.
      write_answer_is_steady: assert (!bvalid_q || bready_q || bresp == bresp_q);
      // An answer to a read stands until it is taken.
      read_answer_waits: assert (!rvalid_q || rready_q || rvalid);
      // While it stands its data and response stay the same.
      read_answer_is_steady: assert (!rvalid_q || rready_q || (rdata == rdata_q && rresp == rresp_q));
      // A write is answered in the next cycle, and nothing but a write is.
      write_answered_once: assert (bvalid == (write_q || (bvalid_q && !bready_q)));
      // A read is answered in the next cycle, and nothing but a read is.
      read_answered_once: assert (rvalid == (read_q || (rvalid_q && !rready_q)));
      // A write with a partial strobe or to a read-only register is answered SLVERR.
      bad_write_is_refused: assert (!write_q || !(partial_q || read_only_q) || bresp == 2'b10);
      // A read without a register is answered SLVERR and 0; any other OKAY.
      read_response_tells_registers: assert (!read_q || (known_q ? rresp == '0 : (rresp == 2'b10 && rdata == '0)));
      // Settings change only by a whole write while no run is on: windows and program stand during a run.
      settings_stand_while_busy: assert (settings == settings_q || (write_q && !busy_q && !partial_q));
      // The start pulse comes a cycle after a write of the start bit, when nothing was on, halted or draining.
      start_only_when_asked: assert (!start || (write_start_q && !write_reset_q && !busy_q && !halted_q
          && !draining_q));
      // Such a write is not lost, but for one in the cycle of a reset's pulse.
      start_when_asked: assert (start || !write_start_q || write_reset_q || busy_q || halted_q || draining_q
                                || soft_reset_q);
      // The reset pulse comes a cycle after a write of the reset bit, and only then.
      soft_reset_exactly_when_asked: assert (soft_reset == write_reset_q);
      // Start and reset are pulses of one cycle, never both.
      start_is_a_pulse: assert (!(start && (start_q || soft_reset)));
      // A run begins with the start pulse and with nothing else.
      busy_begins_with_start: assert (!busy || busy_q || start);
      // A run ends when the machine has finished, has halted and is quiet, or by a reset.
      busy_ends_with_the_run: assert (busy || !busy_q || finished_q || stop_q || soft_reset);
      // The interrupt rises only at a run's end or by a write of its enable.
      interrupt_rises_for_a_reason: assert (!interrupt || interrupt_q || (busy_q && (finished_q || stop_q))
          || enable_write_q);
      // The interrupt falls only by the host's write or by a reset.
      interrupt_waits_for_the_host: assert (interrupt || !interrupt_q || status_write_q || enable_write_q);
    end
    if (begun_q) begin
      // Address and data of a write are taken together, and only when both are there.
      address_and_data_together: assert (awready == wready && (!awready || (awvalid_i && wvalid_i)));
      // No write is taken while an answer waits.
      one_write_at_a_time: assert (!(write && bvalid));
      // No read is taken while an answer waits.
      one_read_at_a_time: assert (!(read && rvalid));
    end
    reach_run: cover (begun_q && rst_ni && busy && !start);
    reach_interrupt: cover (begun_q && interrupt);
    reach_refused_write: cover (begun_q && bvalid && bresp == 2'b10);
    reach_waiting_answers: cover (begun_q && rst_q && bvalid && bvalid_q && rvalid && rvalid_q && !write_q && !read_q);
  end

endmodule
