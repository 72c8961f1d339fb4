// Bytes to a UART line: a start bit, eight bits, the lowest first, a stop bit; Divisor cycles each.
//
// A byte is taken in a cycle with valid_i and ready_o high, and its start bit begins in the next. The line rests high.
module uart_transmitter #(
  parameter int unsigned Divisor = 16
) (
  input  logic       clk_i,
  input  logic       rst_ni,
  input  logic       valid_i,
  input  logic [7:0] data_i,
  output logic       ready_o,
  output logic       tx_o
);

  localparam int unsigned CountBits = $clog2(Divisor);

  logic [8:0] shift_q;                 // what follows the bit on the line
  logic [3:0] left_q;                  // bits not yet over
  logic [CountBits-1:0] count_q;
  assign ready_o = left_q == '0;
  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      left_q <= '0;
      tx_o <= 1'b1;
    end else if (ready_o) begin
      if (valid_i) begin
        left_q <= 4'd10;
        tx_o <= 1'b0;
      end
    end else if (count_q == '0) begin
      left_q <= left_q - 4'd1;
      tx_o <= shift_q[0];
    end
    if (ready_o) shift_q <= {1'b1, data_i};
    else if (count_q == '0) shift_q <= {1'b1, shift_q[8:1]};
    if (ready_o || count_q == '0) count_q <= CountBits'(Divisor - 1);
    else count_q <= count_q - CountBits'(1);
  end

endmodule
