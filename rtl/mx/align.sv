// Shifts a number to the right; the lowest bit of the result is set if a one was lost or stands there.
//
// value_i, shift_i in cycle t -> value_o in t + 2. A shift of Bits or more leaves the lowest bit alone.

module align #(
  parameter int unsigned Bits = 27,
  localparam int unsigned ShiftBits = $clog2(Bits + 1)
) (
  input  logic                 clk_i,
  input  logic [Bits-1:0]      value_i,
  input  logic [ShiftBits-1:0] shift_i,
  output logic [Bits-1:0]      value_o
);

  // Level k shifts by 2^k, the widest first. Registers stand behind the levels 3 and 0.
  for (genvar k = ShiftBits; k >= 0; k--) begin : gen_level
    logic [Bits-1:0]      value;
    logic [ShiftBits-1:0] shift;
    logic                 sticky;
    if (k == ShiftBits) begin : gen_input
      assign value = value_i;
      assign shift = shift_i;
      assign sticky = 1'b0;
    end else begin : gen_shift
      localparam int unsigned Step = 1 << k;
      logic [Bits-1:0] value_d;
      logic            go, sticky_d;
      assign go = gen_level[k+1].shift[k];
      assign value_d = go ? gen_level[k+1].value >> Step : gen_level[k+1].value;
      assign sticky_d = gen_level[k+1].sticky || (go && gen_level[k+1].value[Step-1:0] != '0);
      if (k == 0 || k == 3) begin : gen_register
        always_ff @(posedge clk_i) begin
          value <= value_d;
          shift <= gen_level[k+1].shift;
          sticky <= sticky_d;
        end
      end else begin : gen_wire
        assign value = value_d;
        assign shift = gen_level[k+1].shift;
        assign sticky = sticky_d;
      end
    end
  end

  assign value_o = {gen_level[0].value[Bits-1:1], gen_level[0].value[0] | gen_level[0].sticky};

  logic unused_last;
  assign unused_last = ^gen_level[0].shift;

endmodule
