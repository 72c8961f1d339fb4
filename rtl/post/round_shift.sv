// y = value / 2^shift, rounded to nearest, ties to even, as a number of ResultBits bits or the flag that it is beyond.
//
// Two's complement in and out. Pipeline: value_i, shift_i in cycle t -> results in t + 3.
// A right shift by 32, 16, 8, 4, 2, 1 in turn. With half a bit behind the point, ResultBits bits before it and at most
// r places still to go, what lies above bit ResultBits + r can only make the result too large: each stage keeps no more
// and notes the rest in one flag. What falls out below is noted in another, sticky.

module round_shift #(
  parameter int unsigned ValueBits = 49,
  parameter int unsigned ShiftBits = 6,
  parameter int unsigned ResultBits = 9
) (
  input  logic                  clk_i,
  input  logic [ValueBits-1:0]  value_i,
  input  logic [ShiftBits-1:0]  shift_i,
  output logic [ResultBits:0]   result_o,   // one bit more: rounding up may carry
  output logic                  beyond_o,   // |y| does not fit in ResultBits bits: result_o means nothing
  output logic                  negative_o  // sign of the value
);

  // After stage k (shift by 2^(ShiftBits-k)) the value has ResultBits + 2^(ShiftBits-k) bits; before the first, all.
  // Wires of one stage lie in a vector of the widest.
  localparam int unsigned Wide = ((ValueBits + 1) > (ResultBits + (1 << ShiftBits)))
      ? ValueBits + 1 : ResultBits + (1 << ShiftBits);
  localparam int unsigned Half = ShiftBits / 2;  // stages before the first register

  logic [ShiftBits-1:0] shift_q;
  logic [ResultBits:0]  shifted_q;
  logic                 sticky_q, beyond_q, negative_q, up;

  for (genvar k = 0; k <= ShiftBits; k++) begin : gen_stage
    localparam int unsigned Kept = (k == 0) ? Wide : ResultBits + (1 << (ShiftBits - k));
    logic [Kept-1:0] value;
    logic            sticky, beyond, negative;
    if (k == 0) begin : gen_in
      assign value = Wide'(signed'({value_i, 1'b0}));
      assign sticky = 1'b0;
      assign beyond = 1'b0;
      assign negative = value_i[ValueBits-1];
    end else begin : gen_shift
      localparam int unsigned Before = (k == 1) ? Wide : ResultBits + (1 << (ShiftBits - k + 1));
      localparam int unsigned Amount = 1 << (ShiftBits - k);
      logic [Before-1:0]      from;
      logic                   go, from_sticky, from_beyond, from_negative, above;
      if (k == Half + 1) begin : gen_register
        always_ff @(posedge clk_i) begin
          from <= gen_stage[k-1].value;
          from_sticky <= gen_stage[k-1].sticky;
          from_beyond <= gen_stage[k-1].beyond;
          from_negative <= gen_stage[k-1].negative;
        end
      end else begin : gen_wire
        assign from = gen_stage[k-1].value;
        assign from_sticky = gen_stage[k-1].sticky;
        assign from_beyond = gen_stage[k-1].beyond;
        assign from_negative = gen_stage[k-1].negative;
      end
      assign go = (k <= Half) ? shift_i[ShiftBits-k] : shift_q[ShiftBits-k];
      assign above = from[Before-1:Kept-1] != {(Before-Kept+1){from_negative}};
      assign value = go ? from[Amount +: Kept] : from[Kept-1:0];
      assign sticky = from_sticky || (go && from[Amount-1:0] != '0);
      assign beyond = from_beyond || (!go && above);
      assign negative = from_negative;
    end
  end

  assign up = shifted_q[0] && (sticky_q || shifted_q[1]);

  always_ff @(posedge clk_i) begin
    shift_q <= shift_i;
    shifted_q <= gen_stage[ShiftBits].value;
    sticky_q <= gen_stage[ShiftBits].sticky;
    beyond_q <= gen_stage[ShiftBits].beyond;
    negative_q <= gen_stage[ShiftBits].negative;
    result_o <= (ResultBits+1)'(signed'(shifted_q[ResultBits:1])) + (ResultBits+1)'(up);
    beyond_o <= beyond_q;
    negative_o <= negative_q;
  end

endmodule
