// The product of two numbers in two's complement, for the formats that multiply. Combinational.
// The weight is rewritten in digits of base 4, each -1, 0, 1 or 2, the highest one -2 to 2: half as many rows as bits,
// and a bit of a row is a function of four (a digit's odd and sign, two bits of the activation). A row of a negative
// digit is inverted; the one that is missing comes in as a carry, that of the lowest digit through the adder tree of
// the PE: (value ^ negate) + negate is the product. Written as `*` it would take twice the logic.

module dot_multiply #(
  parameter int unsigned ABits = 8,
  parameter int unsigned WBits = 8  // 4, 8, 16 ...
) (
  input  logic signed [ABits-1:0]       a_i,
  input  logic        [WBits-1:0]       w_i,
  output logic signed [ABits+WBits-1:0] value_o,
  output logic                          negate_o
);

  localparam int unsigned Digits = WBits / 2;

  for (genvar digit = 0; digit < Digits; digit++) begin : gen_digit
    localparam bit Highest = digit + 1 == Digits;
    logic                  high, low, carry, odd, sign, minus;  // carry: from the digit below
    logic signed [ABits:0] once, twice, row;
    assign high = w_i[2*digit + 1];
    assign low = w_i[2*digit];
    if (digit == 0) begin : gen_no_carry
      assign carry = 1'b0;
    end else begin : gen_carry
      assign carry = gen_digit[digit-1].high & (gen_digit[digit-1].low | gen_digit[digit-1].carry);
    end
    assign odd = low ^ carry;
    assign sign = odd ? high : high ^ low;  // of an odd digit; of an even one: it is not zero
    assign minus = Highest ? high : odd & high;
    assign once = (ABits+1)'(a_i);
    assign twice = {a_i, 1'b0};
    if (Highest) begin : gen_highest
      assign row = (odd ? once : twice & {(ABits+1){sign}}) ^ {(ABits+1){high}};
    end else begin : gen_lower
      assign row = odd ? once ^ {(ABits+1){sign}} : twice & {(ABits+1){sign}};
    end
  end

  // A heap of adders: node n is the sum of node 2n and of node 2n+1, which is as many digits higher as node 2n has;
  // the leaves Digits.. are the rows. Ones below the right term carry its lowest digit's minus to where it belongs.
  for (genvar node = 2*Digits - 1; node >= 1; node--) begin : gen_part
    localparam int unsigned Span = Digits >> ($clog2(node + 1) - 1);
    localparam int unsigned First = node * Span - Digits;
    localparam int unsigned Bits = (Span == 1) ? ABits + 1 : ABits + 2*Span;
    logic signed [Bits-1:0] sum;
    if (Span == 1) begin : gen_leaf
      assign sum = gen_digit[First].row;
    end else begin : gen_sum
      logic                   minus;
      logic signed [Bits-1:0] right;
      assign minus = gen_digit[First + Span/2].minus;
      assign right = Bits'(signed'({gen_part[2*node+1].sum, {Span{minus}}}));
      assign sum = Bits'(gen_part[2*node].sum) + right + Bits'(minus);
    end
  end

  assign negate_o = gen_digit[0].minus;
  assign value_o = gen_part[1].sum ^ {(ABits+WBits){negate_o}};

endmodule
