// Exact product of two decoded elements as a fixed-point number: value_o + negate_o, counted in the product of their
// steps. negate_o is left to a carry of the adders behind, unless Whole: then value_o is the product and negate_o is 0.
//
// nan_o: an infinity times zero. infinite_o: an infinity times anything else; sign_o is its sign.
// Inputs in cycle t -> outputs in t + 2, one product a cycle. MagnitudeBits hold the greatest finite product; special
// operands give any value.

module mx_product #(
  parameter int unsigned ASignificandBits = 2,
  parameter int unsigned BSignificandBits = 2,
  parameter int unsigned AShiftBits = 2,
  parameter int unsigned BShiftBits = 2,
  parameter int unsigned ShiftMost = 4,       // of both together, of finite operands
  parameter int unsigned MagnitudeBits = 8,
  parameter bit Whole = 1'b0,
  parameter bit Special = 1'b1,
  parameter bit UseMultiplier = 1'b0
) (
  input  logic                        clk_i,
  input  logic                        a_sign_i,
  input  logic [ASignificandBits-1:0] a_significand_i,
  input  logic [AShiftBits-1:0]       a_shift_i,
  input  logic                        a_infinite_i,
  input  logic                        b_sign_i,
  input  logic [BSignificandBits-1:0] b_significand_i,
  input  logic [BShiftBits-1:0]       b_shift_i,
  input  logic                        b_infinite_i,
  output logic [MagnitudeBits:0]      value_o,
  output logic                        negate_o,
  output logic                        sign_o,
  output logic                        nan_o,
  output logic                        infinite_o
);

  localparam int unsigned ProductBits = ASignificandBits + BSignificandBits;
  localparam int unsigned Levels = $clog2(ShiftMost + 1);
  localparam int unsigned ShiftBits = (Levels > 0) ? Levels : 1;

  logic [ProductBits-1:0] product, product_q;
  logic [ShiftBits-1:0]   shift_q;
  logic                   sign_q;
  logic [MagnitudeBits:0] value;

  mx_multiply #(
    .ABits(ASignificandBits), .BBits(BSignificandBits), .UseMultiplier(UseMultiplier)
  ) u_multiply (
    .a_i(a_significand_i), .b_i(b_significand_i), .product_o(product)
  );

  always_ff @(posedge clk_i) begin
    product_q <= product;
    shift_q <= ShiftBits'(a_shift_i) + ShiftBits'(b_shift_i);
    sign_q <= a_sign_i ^ b_sign_i;
  end

  // Not read where nothing shifts.
  logic unused_shift;
  assign unused_shift = ^shift_q;

  // The product of the greatest significands may have fewer bits than they have together.
  logic [MagnitudeBits-1:0] magnitude;
  logic                     unused_product;
  assign unused_product = product_q[ProductBits-1];
  if (Levels == 0) begin : gen_fixed
    assign magnitude = MagnitudeBits'(product_q);
  end else begin : gen_shifted
    assign magnitude = MagnitudeBits'(product_q) << shift_q;
  end
  assign value = {1'b0, magnitude} ^ {(MagnitudeBits+1){sign_q}};

  always_ff @(posedge clk_i) begin
    value_o <= Whole ? value + (MagnitudeBits+1)'(sign_q) : value;
    negate_o <= !Whole && sign_q;
  end

  if (Special) begin : gen_special
    logic nan_q, infinite_q;
    always_ff @(posedge clk_i) begin
      nan_q <= (a_infinite_i && b_significand_i == '0) || (b_infinite_i && a_significand_i == '0);
      infinite_q <= a_infinite_i || b_infinite_i;
      nan_o <= nan_q;
      infinite_o <= infinite_q;
      sign_o <= sign_q;
    end
  end else begin : gen_finite
    logic unused_special;
    assign unused_special = ^{a_infinite_i, b_infinite_i};
    assign nan_o = 1'b0;
    assign infinite_o = 1'b0;
    assign sign_o = 1'b0;
  end

endmodule
