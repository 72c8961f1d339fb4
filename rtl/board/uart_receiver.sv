// Bytes from a UART line: a start bit, eight bits, the lowest first, a stop bit; Divisor cycles each.
//
// valid_o is high for one cycle with each byte, behind the middle of its stop bit. A byte whose stop bit is low is
// dropped and broken_o high instead. The line is sampled in the middle of each bit; a start bit that is over by then is
// none.
module uart_receiver #(
  parameter int unsigned Divisor = 16
) (
  input  logic       clk_i,
  input  logic       rst_ni,
  input  logic       rx_i,
  output logic       valid_o,
  output logic [7:0] data_o,
  output logic       broken_o
);

  localparam int unsigned CountBits = $clog2(Divisor);

  if (Divisor < 4) begin : g_bad_divisor
    $error("A bit has fewer than 4 cycles.");
  end

  // The line belongs to another clock: two registers before anything looks at it, a third to see it fall.
  logic [2:0] line_q;
  logic line, falls;
  assign line = line_q[1];
  assign falls = !line_q[1] && line_q[2];

  logic active_q, sample;
  logic [CountBits-1:0] count_q;
  logic [3:0] bit_q;                   // 0: start, 1 to 8: data, 9: stop
  assign sample = active_q && count_q == '0;
  always_ff @(posedge clk_i) begin
    valid_o <= rst_ni && sample && bit_q == 4'd9 && line;
    broken_o <= rst_ni && sample && bit_q == 4'd9 && !line;
  end
  always_ff @(posedge clk_i) begin
    if (!rst_ni) line_q <= '1;
    else line_q <= {line_q[1:0], rx_i};
    if (!rst_ni) active_q <= 1'b0;
    else if (!active_q) active_q <= falls;
    else if (sample && (bit_q == 4'd9 || (bit_q == 4'd0 && line))) active_q <= 1'b0;
    if (!active_q) begin
      count_q <= CountBits'(Divisor / 2 - 1);
      bit_q <= '0;
    end else begin
      count_q <= sample ? CountBits'(Divisor - 1) : count_q - CountBits'(1);
      if (sample) bit_q <= bit_q + 4'd1;
    end
    if (sample && bit_q != 4'd9) data_o <= {line, data_o[7:1]};
  end

endmodule
