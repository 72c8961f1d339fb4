"""All groups of rules."""

from group import Fault, Group

TOKENS = Group("tokens", ("control/tokens",), (
    Fault("rtl/control/tokens.sv", "a token that is given and taken in one cycle stays", "give[i] != take[i]",
          "give[i] || take[i]", "ready_exactly_with_all_tokens"),
    Fault("rtl/control/tokens.sv", "a full counter says nothing of the first token too many",
          "count_q == {Bits{1'b1}};", "count_q == {Bits{1'b1}} && i != 5;", "overflow_exactly_when_full"),
), depth=80)

REGISTERS = Group("registers", ("control/registers",), (
    Fault("rtl/control/registers.sv", "a second write overwrites an answer that waits",
          "awvalid_i && wvalid_i && !bvalid_o;", "awvalid_i && wvalid_i;", "one_write_at_a_time"),
    Fault("rtl/control/registers.sv", "a read's answer is gone after a cycle", "end else if (rready_i) begin",
          "end else begin", "read_answer_waits"),
    Fault("rtl/control/registers.sv", "settings change during a run", "write_whole && !busy_o;", "write_whole;",
          "settings_stand_while_busy"),
    Fault("rtl/control/registers.sv", "a reset leaves a run on",
          "busy_o <= 1'b0;\n      done_q <= 1'b0;\n    end else if (set_control && "
          "wdata_i[napier_pkg::ControlResetBit])",
          "done_q <= 1'b0;\n    end else if (set_control && wdata_i[napier_pkg::ControlResetBit])", "reset_clears"),
), parameters=({"Checksums": 1}, {"Checksums": 0}))

MEMORY_PORT = Group("memory_port", ("memory/memory_port",), (
    Fault("rtl/memory/memory_port.sv", "a waiting write address is dropped by a halt",
          "if (!rst_ni) awvalid_o <= 1'b0;", "if (!rst_ni || halt_i) awvalid_o <= 1'b0;", "write_address_waits"),
    Fault("rtl/memory/memory_port.sv", "the next read is taken over one that waits",
          "&& !read_check_q && (!arvalid_o || arready_i);", "&& !read_check_q;", "read_address_is_steady"),
    Fault("rtl/memory/memory_port.sv", "the page at the write limit counts as inside",
          "{1'b0, write_page} < write_limit_i", "{1'b0, write_page} <= write_limit_i",
          "write_is_inside_the_window"),
    Fault("rtl/memory/memory_port.sv", "a checked read is issued in a halt",
          "read_check_q && read_inside && !stopped;", "read_check_q && read_inside;", "no_read_after_a_halt"),
    Fault("rtl/memory/memory_port.sv", "a soft reset waits for one burst only",
          "drain_q <= (drain_q || flush_i) && draining_o;", "drain_q <= flush_i && draining_o;",
          "nothing_handed_on_while_stopped"),
), parameters=({}, {"Lean": 1}))

ROW_WALKER = Group("row_walker", ("memory/row_walker",), (
    Fault("rtl/memory/row_walker.sv", "a row's first burst is as long as the others",
          "row_first_o ? 8'(32'(low) >> LaneBits) : '0", "'0", "burst_stays_in_its_block"),
    Fault("rtl/memory/row_walker.sv", "later bursts of a row keep its first lane",
          "row_first_o ? row_q[BurstLsb-1:0] : {BurstLsb{1'b0}}", "row_q[BurstLsb-1:0]", "bursts_of_a_row_adjoin"),
    Fault("rtl/memory/row_walker.sv", "a line begins where the last row ended", "row_q <= line_next;",
          "row_q <= row_q + stride_y_q;", "rows_begin_where_the_loops_say"),
    Fault("rtl/memory/row_walker.sv", "the last row of any line is the last",
          "row_last_o && x_last && y_q == WordBits'(1);", "row_last_o && x_last;", "last_is_the_last_row"),
), parameters=({}, {"Lean": 1}, {"BeatBytes": 32, "BurstBeats": 2, "AddressBits": 14}))

WRITE_CHANNEL = Group("write_channel", (
    "memory/storer", "memory/row_walker", "memory/beat_aligner", "memory/memory_port"
), (
    Fault("rtl/memory/storer.sv", "a beat is lost when the bus stalls", "assign room = !wvalid_o || wready_i;",
          "assign room = 1'b1;", "write_beat_is_steady"),
    Fault("rtl/memory/storer.sv", "a halt cuts a burst off", "assign read = reading_q && (!pending_q || room);",
          "assign read = reading_q && (!pending_q || room) && !halt_i;", "owed_data_comes"),
    Fault("rtl/memory/storer.sv", "a STORE ends with its first answer",
          "active_q && !issuing_q && flight_q == CountBits'(1) && answer_good;",
          "active_q && !issuing_q && answer_good;", "end_with_the_last_answer"),
    Fault("rtl/memory/storer.sv", "a soft reset drops the beats of an issued burst",
          "if (!power_rst_ni) pending_q <= 1'b0;", "if (!rst_ni) pending_q <= 1'b0;", "last_on_the_last_beat"),
    Fault("rtl/memory/storer.sv", "last comes with the beat before", "pending_last_q <= read_last;",
          "pending_last_q <= left_q == LeftBits'(1);", "last_on_the_last_beat"),
))

READ_CHANNEL = Group("read_channel", (
    "memory/loader", "memory/row_walker", "memory/beat_aligner", "memory/beat_lanes", "memory/trits",
    "memory/memory_port"
), (
    Fault("rtl/memory/loader.sv", "one burst too many is in flight", "flight_q != CountBits'(OutstandingReads);",
          "flight_q <= CountBits'(OutstandingReads);", "bursts_in_flight_are_bounded"),
    Fault("rtl/memory/loader.sv", "a LOAD ends with any burst's last beat",
          "beat && beat_last && beat_command_last && !beat_fault;", "beat && beat_last && !beat_fault;",
          "end_with_the_last_beat"),
    Fault("rtl/memory/loader.sv", "the word past a buffer's end is written", "low && 16'(base_word) >= words;",
          "low && 16'(base_word) > words;", "writes_stay_in_the_buffer"),
    Fault("rtl/memory/loader.sv", "a fill overtakes what is in flight", "&& !halt_i && (!fill_q || flight_q == '0);",
          "&& !halt_i;", "fill_waits_for_reads"),
    Fault("rtl/memory/loader.sv", "the next descriptor is read a beat late", "descriptors[out_next];",
          "descriptors[out_q];", "end_with_the_last_beat"),
))

COMMAND_QUEUE = Group("command_queue", ("control/command_queue", "memory/ram"), (
    Fault("rtl/control/command_queue.sv", "the reader moves on with what comes in, not with what goes out",
          "if (out) head_q <=", "if (in) head_q <=", "commands_come_out_as_they_went_in"),
    Fault("rtl/control/command_queue.sv", "a head loses its last beat", "beat_valid_o[q] && out_last_q",
          "beat_valid_o[q] && step_last", "head_is_whole"),
    Fault("rtl/control/command_queue.sv", "all queues share the places of the first",
          "{write_queue_i, tail[write_queue_i*PlaceBits +: PlaceBits],", "{write_queue_i, tail[0 +: PlaceBits],",
          "commands_come_out_as_they_went_in"),
), parameters=({"BeatBytes": 64, "FetchAhead": 1}, {}, {"Lean": 1}))

FAULT = Group("fault", ("control/fault",), (
    Fault("rtl/control/fault.sv", "a later error overwrites the first", "if (!halted_o) begin",
          "if (!halted_o || raised) begin",
          "first_error_stays"),
    Fault("rtl/control/fault.sv", "the watchdog is a cycle early", "quiet_q == watchdog_i &&",
          "quiet_q + 32'd1 == watchdog_i &&", "watchdog_is_exact"),
    Fault("rtl/control/fault.sv", "a store's fault has the command of exec", "store_address_i, store_command_i, exec",
          "store_address_i, exec_command_i, exec", "first_source_is_reported"),
), prepare="lcorr", slow=True)

JOB_SLOT = Group("job_slot", ("array/job_slot",), (
    Fault("rtl/array/job_slot.sv", "a job is taken before its accumulators are written",
          "pending_q && drained_q != '0 && ", "pending_q && ", "job_only_when_written"),
    Fault("rtl/array/job_slot.sv", "the slot is overwritten", "offer_i && (!pending_q || job_valid_o);", "offer_i;",
          "accepted_only_into_a_free_slot"),
    Fault("rtl/array/job_slot.sv", "the end frees the array's half", "busy_q[job_half_q] <= 1'b0;",
          "busy_q[half_q] <= 1'b0;", "busy_exactly_while_owned"),
))

GROUPS = (TOKENS, REGISTERS, MEMORY_PORT, ROW_WALKER, WRITE_CHANNEL, READ_CHANNEL, COMMAND_QUEUE, FAULT, JOB_SLOT)
