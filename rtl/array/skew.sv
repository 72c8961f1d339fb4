// Delays item i by i cycles (Reverse: by Count - 1 - i): a vector enters, or leaves, the array along a diagonal.

module skew #(
  parameter int unsigned Count = 4,
  parameter int unsigned Bits = 8,
  parameter bit          Reverse = 1'b0
) (
  input  logic                  clk_i,
  input  logic [Count*Bits-1:0] items_i,
  output logic [Count*Bits-1:0] items_o
);

  logic unused_clk;  // of a single item
  assign unused_clk = clk_i;

  for (genvar i = 0; i < Count; i++) begin : gen_item
    localparam int unsigned Delay = Reverse ? Count - 1 - i : i;
    if (Delay == 0) begin : gen_wire
      assign items_o[i*Bits +: Bits] = items_i[i*Bits +: Bits];
    end else begin : gen_delay
      logic [Delay*Bits-1:0] line_q;
      if (Delay == 1) begin : gen_one
        always_ff @(posedge clk_i) line_q <= items_i[i*Bits +: Bits];
      end else begin : gen_more
        always_ff @(posedge clk_i) line_q <= {line_q[(Delay-1)*Bits-1:0], items_i[i*Bits +: Bits]};
      end
      assign items_o[i*Bits +: Bits] = line_q[(Delay-1)*Bits +: Bits];
    end
  end

endmodule
