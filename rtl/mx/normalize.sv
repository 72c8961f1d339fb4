// Shifts a number to the left until its top bit is set, at most by a given limit: shift = min(leading zeros, limit).
// The shift of zero is the limit, or 2^ShiftBits - 1 if limited_i is 0.
//
// value_i, limited_i, limit_i in cycle t -> value_o, shift_o in t + Latency; Latency = 3 if Bits > 32, else 2.

module normalize #(
  parameter int unsigned Bits = 28,
  localparam int unsigned ShiftBits = $clog2(Bits)
) (
  input  logic                 clk_i,
  input  logic [Bits-1:0]      value_i,
  input  logic                 limited_i,
  input  logic [ShiftBits-1:0] limit_i,
  output logic [Bits-1:0]      value_o,
  output logic [ShiftBits-1:0] shift_o
);

  // Level k shifts by 2^k. Below a level that could have shifted by the limit's bit but met a one, the limit is
  // farther than the one and counts no more. Registers stand behind the levels 5, 2 and 0.
  for (genvar k = ShiftBits; k >= 0; k--) begin : gen_level
    logic [Bits-1:0]      value;
    logic [ShiftBits-1:0] shift, limit;
    logic                 free;
    if (k == ShiftBits) begin : gen_input
      assign value = value_i;
      assign shift = '0;
      assign limit = limit_i;
      assign free = !limited_i;
    end else begin : gen_shift
      localparam int unsigned Step = 1 << k;
      logic [Bits-1:0]      value_d;
      logic [ShiftBits-1:0] shift_d;
      logic                 empty, go, free_d;
      assign empty = gen_level[k+1].value[Bits-1 -: Step] == '0;
      assign go = empty && (gen_level[k+1].free || gen_level[k+1].limit[k]);
      assign free_d = gen_level[k+1].free || (gen_level[k+1].limit[k] && !empty);
      assign value_d = go ? gen_level[k+1].value << Step : gen_level[k+1].value;
      assign shift_d = gen_level[k+1].shift | (ShiftBits'(go) << k);
      if (k == 0 || k == 2 || k == 5) begin : gen_register
        always_ff @(posedge clk_i) begin
          value <= value_d;
          shift <= shift_d;
          limit <= gen_level[k+1].limit;
          free <= free_d;
        end
      end else begin : gen_wire
        assign value = value_d;
        assign shift = shift_d;
        assign limit = gen_level[k+1].limit;
        assign free = free_d;
      end
    end
  end

  assign value_o = gen_level[0].value;
  assign shift_o = gen_level[0].shift;

  logic unused_last;
  assign unused_last = ^{gen_level[0].limit, gen_level[0].free};

endmodule
