// The serial board on a ULX3S: its crystal as clock, its FTDI as the host's line, a lamp for the interrupt.
//
// Reset is held for some cycles after configuration, when an ECP5's registers are 0, and while the button is pressed.
module ulx3s #(
  parameter int unsigned Divisor = 217,        // of the crystal's 25 MHz: 115,200 baud
  parameter int unsigned MemoryWords = 32768
) (
  input  logic clk_i,
  input  logic button_ni,
  input  logic rx_i,    // from the FTDI
  output logic tx_o,    // to the FTDI
  output logic lamp_o
);

  logic [7:0] reset_q;
  logic       rst_nq;
  logic [1:0] line_q;
  always_ff @(posedge clk_i) begin
    reset_q <= {reset_q[6:0], button_ni};
    rst_nq <= &reset_q;
    line_q <= {line_q[0], rx_i};
  end

  serial_board #(
    .Divisor(Divisor), .MemoryWords(MemoryWords)
  ) u_serial_board (
    .clk_i(clk_i), .rst_ni(rst_nq), .rx_i(line_q[1]), .tx_o(tx_o), .interrupt_o(lamp_o)
  );

endmodule
