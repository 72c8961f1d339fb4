// Bytes of five trits to ternary codes, two bits each, the first trit lowest. Combinational.
//
// A byte b holds the five digits behind the point of b/256 in base 3: the first digit is what 3*b has above its low
// eight bits, and those are the next b. Digit 0 is the weight 0, 1 is +1, 2 is -1.

module trits #(
  parameter int unsigned Bytes = 4
) (
  input  logic [Bytes*8-1:0]  packed_i,
  output logic [Bytes*10-1:0] codes_o
);

  for (genvar i = 0; i < Bytes; i++) begin : gen_byte
    for (genvar t = 0; t < 5; t++) begin : gen_trit
      logic [7:0] rest;
      logic [9:0] tripled;
      if (t == 0) begin : gen_first
        assign rest = packed_i[i*8 +: 8];
      end else begin : gen_next
        assign rest = gen_trit[t-1].tripled[7:0];
      end
      assign tripled = {2'b00, rest} + {1'b0, rest, 1'b0};
      assign codes_o[i*10 + t*2 +: 2] = {tripled[9], tripled[9] || tripled[8]};
    end
    logic unused_rest;
    assign unused_rest = ^gen_trit[4].tripled[7:0];
  end

endmodule
