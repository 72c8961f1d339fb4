// Performance counters, 32 bits each, in the order of the description; they wrap.
//
// A counter grows at the end of each cycle in which its input is high and count_i is; clear_i sets all to zero.
module counters (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        clear_i,
  input  logic        count_i,         // a program runs and nothing has failed
  input  logic  [1:0] commands_i,      // commands that end in this cycle
  // One bit a counter; that of `commands` is not used.
  input  logic [napier_pkg::CounterCount-1:0] event_i,
  input  logic  [3:0] index_i,
  output logic [31:0] value_o          // combinational
);

  logic [napier_pkg::CounterCount*32-1:0] count;

  for (genvar i = 0; i < napier_pkg::CounterCount; i++) begin : g_counter
    logic [1:0] more;
    logic [31:0] count_q;
    assign more = (i == napier_pkg::CounterCommands) ? commands_i : {1'b0, event_i[i]};
    always_ff @(posedge clk_i) begin
      if (!rst_ni || clear_i) count_q <= '0;
      else if (count_i) count_q <= count_q + 32'(more);
    end
    assign count[i*32 +: 32] = count_q;
  end

  always_comb begin
    value_o = '0;
    for (int unsigned i = 0; i < napier_pkg::CounterCount; i++) begin
      if (index_i == 4'(i)) value_o = count[i*32 +: 32];
    end
  end

endmodule
