// AXI4-Lite slave: the registers of the description, the run state, the interrupt.
//
// Write: address and data are taken together, in the first cycle in which both are valid and no response waits; the
// response comes a cycle later. Read: taken when no answer waits and, of a counter, when it is that counter's turn,
// answered a cycle later. A partial strobe, an offset
// without a register, a write to a read-only one, or of a run's settings while busy_o, changes nothing and is answered
// SLVERR.
//
// With the control write taken in cycle 0, start_o or soft_reset_o is high in cycle 1 alone, and so is the first cycle
// of busy_o.
// A start is ignored if busy, halted or draining; reset wins over start. busy_o falls in the cycle after finished_i, or
// after halted_i with quiet_i; then `done` or `error` is set and the interrupt status with it.
module registers #(
  parameter int unsigned AddressBits = 32,
  parameter int unsigned IndexBits = 24,
  parameter int unsigned Checksums = 0,
  parameter logic [31:0] Identity = 32'h0
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic [11:0] awaddr_i,
  input  logic        awvalid_i,
  output logic        awready_o,
  input  logic [31:0] wdata_i,
  input  logic  [3:0] wstrb_i,
  input  logic        wvalid_i,
  output logic        wready_o,
  output logic  [1:0] bresp_o,
  output logic        bvalid_o,
  input  logic        bready_i,
  input  logic [11:0] araddr_i,
  input  logic        arvalid_i,
  output logic        arready_o,
  output logic [31:0] rdata_o,
  output logic  [1:0] rresp_o,
  output logic        rvalid_o,
  input  logic        rready_i,
  output logic        interrupt_o,

  output logic        start_o,
  output logic        soft_reset_o,
  output logic        busy_o,
  input  logic        finished_i,      // everything of the program has ended
  input  logic        halted_i,        // a fault has stopped the machine
  input  logic        quiet_i,         // the bus has no more to say, or is not waited for
  input  logic        draining_i,      // answers are still to come
  input  logic  [napier_pkg::ErrorCodeBits-1:0] error_code_i,
  input  logic [31:0] error_address_i,
  input  logic [23:0] error_command_i,

  output logic [31:0] program_address_o,
  output logic [23:0] program_length_o,
  output logic [19:0] read_base_o,     // pages of 4 KiB
  output logic [20:0] read_limit_o,    // up to 2^20: the whole address space
  output logic [19:0] write_base_o,
  output logic [20:0] write_limit_o,
  output logic [31:0] watchdog_o,

  input  logic [31:0] fetch_checksum_i,
  input  logic [31:0] load_checksum_i,
  input  logic [31:0] store_checksum_i,

  output logic  [3:0] counter_index_o,
  input  logic        counter_ready_i, // counter_value_i is that counter's
  input  logic [31:0] counter_value_i
);

  localparam logic [1:0] Okay = 2'b00;
  localparam logic [1:0] SlaveError = 2'b10;

  // Writes.
  logic write, write_whole, write_setting;
  assign write = awvalid_i && wvalid_i && !bvalid_o;
  assign awready_o = write;
  assign wready_o = write;
  assign write_whole = write && wstrb_i == 4'hf;
  assign write_setting = write_whole && !busy_o;

  logic set_address, set_length, set_read_base, set_read_limit, set_write_base, set_write_limit, set_watchdog;
  logic set_control, set_enable, clear_status;
  assign set_control = write_whole && awaddr_i == napier_pkg::RegControl;
  assign set_enable = write_whole && awaddr_i == napier_pkg::RegInterruptEnable;
  assign clear_status = write_whole && awaddr_i == napier_pkg::RegInterruptStatus;
  assign set_address = write_setting && awaddr_i == napier_pkg::RegProgramAddress;
  assign set_length = write_setting && awaddr_i == napier_pkg::RegProgramLength;
  assign set_read_base = write_setting && awaddr_i == napier_pkg::RegReadBase;
  assign set_read_limit = write_setting && awaddr_i == napier_pkg::RegReadLimit;
  assign set_write_base = write_setting && awaddr_i == napier_pkg::RegWriteBase;
  assign set_write_limit = write_setting && awaddr_i == napier_pkg::RegWriteLimit;
  assign set_watchdog = write_setting && awaddr_i == napier_pkg::RegWatchdog;

  logic write_known;
  logic set_job;
  assign write_known = set_control | set_enable | clear_status | set_address | set_length | set_read_base
      | set_read_limit | set_write_base | set_write_limit | set_watchdog | set_job;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      bvalid_o <= 1'b0;
    end else if (write) begin
      bvalid_o <= 1'b1;
      bresp_o <= write_known ? Okay : SlaveError;
    end else if (bready_i) begin
      bvalid_o <= 1'b0;
    end
  end

  // The windows are kept inverted, as the comparisons need them.
  logic [AddressBits-13:0] read_base, read_base_nq, write_base, write_base_nq;
  logic [AddressBits-12:0] read_limit, read_limit_nq, write_limit, write_limit_nq;
  assign read_base = ~read_base_nq;
  assign read_limit = ~read_limit_nq;
  assign write_base = ~write_base_nq;
  assign write_limit = ~write_limit_nq;
  assign read_base_o = 20'(read_base);
  assign read_limit_o = 21'(read_limit);
  assign write_base_o = 20'(write_base);
  assign write_limit_o = 21'(write_limit);
  always_ff @(posedge clk_i) begin
    if (set_address) program_address_o <= 32'(wdata_i[AddressBits-1:0]);
    if (set_length) program_length_o <= 24'(wdata_i[IndexBits-1:0]);
    if (set_read_base) read_base_nq <= ~wdata_i[AddressBits-13:0];
    if (set_read_limit) read_limit_nq <= ~wdata_i[AddressBits-12:0];
    if (set_write_base) write_base_nq <= ~wdata_i[AddressBits-13:0];
    if (set_write_limit) write_limit_nq <= ~wdata_i[AddressBits-12:0];
    if (!rst_ni) watchdog_o <= '0;
    else if (set_watchdog) watchdog_o <= wdata_i;
  end

  // Run state.
  logic done_q, stop;
  assign stop = halted_i && quiet_i;
  always_ff @(posedge clk_i) begin
    start_o <= 1'b0;
    soft_reset_o <= 1'b0;
    if (!rst_ni) begin
      busy_o <= 1'b0;
      done_q <= 1'b0;
    end else if (set_control && wdata_i[napier_pkg::ControlResetBit]) begin
      soft_reset_o <= 1'b1;
      busy_o <= 1'b0;
      done_q <= 1'b0;
    end else if (set_control && wdata_i[napier_pkg::ControlStartBit] && !busy_o && !halted_i && !draining_i
                 && !soft_reset_o) begin
      start_o <= 1'b1;
      busy_o <= 1'b1;
      done_q <= 1'b0;
    end else if (busy_o && (finished_i || stop)) begin
      busy_o <= 1'b0;
      done_q <= !stop;
    end
  end

  // Interrupts.
  logic done_enable_q, error_enable_q, done_status_q, error_status_q;
  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      done_enable_q <= 1'b0;
      error_enable_q <= 1'b0;
      done_status_q <= 1'b0;
      error_status_q <= 1'b0;
    end else begin
      if (set_enable) begin
        done_enable_q <= wdata_i[napier_pkg::InterruptEnableDoneBit];
        error_enable_q <= wdata_i[napier_pkg::InterruptEnableErrorBit];
      end
      if (busy_o && finished_i && !stop) done_status_q <= 1'b1;
      else if (clear_status && wdata_i[napier_pkg::InterruptStatusDoneBit]) done_status_q <= 1'b0;
      if (busy_o && stop) error_status_q <= 1'b1;
      else if (clear_status && wdata_i[napier_pkg::InterruptStatusErrorBit]) error_status_q <= 1'b0;
    end
  end
  assign interrupt_o = (done_status_q && done_enable_q) || (error_status_q && error_enable_q);

  // Reads.
  logic [31:0] status, enable, interrupt_status, read_data;
  logic read_known, read_counter;
  assign read_counter = araddr_i >= napier_pkg::RegCounters
      && araddr_i < napier_pkg::RegCounters + 12'(4 * napier_pkg::CounterCount) && araddr_i[1:0] == '0;
  assign counter_index_o = araddr_i[5:2] - napier_pkg::RegCounters[5:2];

  always_comb begin
    status = '0;
    status[napier_pkg::StatusBusyBit] = busy_o;
    status[napier_pkg::StatusDoneBit] = done_q;
    status[napier_pkg::StatusErrorBit] = halted_i && !busy_o;
    status[napier_pkg::StatusDrainingBit] = draining_i && !busy_o;
    enable = '0;
    enable[napier_pkg::InterruptEnableDoneBit] = done_enable_q;
    enable[napier_pkg::InterruptEnableErrorBit] = error_enable_q;
    interrupt_status = '0;
    interrupt_status[napier_pkg::InterruptStatusDoneBit] = done_status_q;
    interrupt_status[napier_pkg::InterruptStatusErrorBit] = error_status_q;
  end

  // What shows that a program ran as the host meant it.
  logic [31:0] job_data;
  logic read_job;
  if (Checksums != 0) begin : gen_job
    logic [31:0] job_q, completed_q;
    assign set_job = write_setting && awaddr_i == napier_pkg::RegJob;
    always_ff @(posedge clk_i) begin
      if (!rst_ni) job_q <= '0;
      else if (set_job) job_q <= wdata_i;
      if (busy_o) completed_q <= job_q;
    end
    always_comb begin
      read_job = 1'b1;
      case (araddr_i)
        napier_pkg::RegJob: job_data = job_q;
        napier_pkg::RegCompletedJob: job_data = completed_q & {32{done_q}};
        napier_pkg::RegFetchChecksum: job_data = fetch_checksum_i & {32{done_q}};
        napier_pkg::RegLoadChecksum: job_data = load_checksum_i & {32{done_q}};
        napier_pkg::RegStoreChecksum: job_data = store_checksum_i & {32{done_q}};
        default: begin
          job_data = '0;
          read_job = 1'b0;
        end
      endcase
    end
  end else begin : gen_no_job
    logic unused_checksums;
    assign unused_checksums = ^{fetch_checksum_i, load_checksum_i, store_checksum_i};
    assign set_job = 1'b0;
    assign job_data = '0;
    assign read_job = 1'b0;
  end

  always_comb begin
    read_known = 1'b1;
    case (araddr_i)
      napier_pkg::RegControl: read_data = '0;
      napier_pkg::RegStatus: read_data = status;
      napier_pkg::RegInterruptEnable: read_data = enable;
      napier_pkg::RegInterruptStatus: read_data = interrupt_status;
      napier_pkg::RegProgramAddress: read_data = program_address_o;
      napier_pkg::RegProgramLength: read_data = 32'(program_length_o);
      napier_pkg::RegReadBase: read_data = 32'(read_base_o);
      napier_pkg::RegReadLimit: read_data = 32'(read_limit_o);
      napier_pkg::RegWriteBase: read_data = 32'(write_base_o);
      napier_pkg::RegWriteLimit: read_data = 32'(write_limit_o);
      napier_pkg::RegWatchdog: read_data = watchdog_o;
      napier_pkg::RegErrorCode: read_data = 32'(error_code_i);
      napier_pkg::RegErrorAddress: read_data = error_address_i;
      napier_pkg::RegErrorCommand: read_data = 32'(error_command_i);
      napier_pkg::RegVersion: read_data = napier_pkg::Version;
      napier_pkg::RegIdentity: read_data = Identity;
      default: begin
        read_data = read_job ? job_data : counter_value_i;
        read_known = read_counter || read_job;
      end
    endcase
  end

  assign arready_o = !rvalid_o && (counter_ready_i || !read_counter);
  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      rvalid_o <= 1'b0;
    end else if (arvalid_i && arready_o) begin
      rvalid_o <= 1'b1;
      rdata_o <= read_known ? read_data : '0;
      rresp_o <= read_known ? Okay : SlaveError;
    end else if (rready_i) begin
      rvalid_o <= 1'b0;
    end
  end

endmodule
