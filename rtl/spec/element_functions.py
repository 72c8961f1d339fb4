"""Package functions over masks of microscaling elements: what the units of rtl/mx derive from the table."""

FUNCTIONS = """\
  // Of the elements in a mask (bit by code). An element is significand * 2^shift steps of 2^StepExponent.
  // Greatest significand.
  function automatic int unsigned element_significand_most(int unsigned elements);
    int unsigned most;
    element_significand_most = 0;
    for (int unsigned e = 0; e < ElementCount; e++) begin
      most = (ElementsExponentBits[e*8 +: 8] == 8'd0) ? 1 << ElementsMantissaBits[e*8 +: 8]
                                                      : (2 << ElementsMantissaBits[e*8 +: 8]) - 1;
      if (((elements >> e) & 1) != 0 && most > element_significand_most) element_significand_most = most;
    end
  endfunction

  // Greatest shift of a finite value.
  function automatic int unsigned element_shift_most(int unsigned elements);
    int unsigned most;
    element_shift_most = 0;
    for (int unsigned e = 0; e < ElementCount; e++) begin
      most = (ElementsExponentBits[e*8 +: 8] == 8'd0)
          ? 0 : (32'(ElementsMaximum[e*8 +: 8]) >> ElementsMantissaBits[e*8 +: 8]) - 1;
      if (((elements >> e) & 1) != 0 && most > element_shift_most) element_shift_most = most;
    end
  endfunction

  // Bits of the shift, special codes included; at least 1.
  function automatic int unsigned element_shift_bits(int unsigned elements);
    element_shift_bits = 1;
    for (int unsigned e = 0; e < ElementCount; e++) begin
      if (((elements >> e) & 1) != 0 && 32'(ElementsExponentBits[e*8 +: 8]) > element_shift_bits) begin
        element_shift_bits = 32'(ElementsExponentBits[e*8 +: 8]);
      end
    end
  endfunction

  // Bits of the widest element.
  function automatic int unsigned element_bits(int unsigned elements);
    element_bits = 0;
    for (int unsigned e = 0; e < ElementCount; e++) begin
      if (((elements >> e) & 1) != 0 && 32'(ElementsBits[e*8 +: 8]) > element_bits) begin
        element_bits = 32'(ElementsBits[e*8 +: 8]);
      end
    end
  endfunction

  // Is one of the special codes (0 none, 1 NaN, 2 infinity and NaN) among them?
  function automatic int unsigned element_specials(int unsigned elements);
    element_specials = 0;
    for (int unsigned e = 0; e < ElementCount; e++) begin
      if (((elements >> e) & 1) != 0 && 32'(ElementsSpecials[e*8 +: 8]) > element_specials) begin
        element_specials = 32'(ElementsSpecials[e*8 +: 8]);
      end
    end
  endfunction

  // Bits of the magnitude of a block's sum of products, any element of one mask times any of the other.
  function automatic int unsigned block_sum_bits(int unsigned elements_a, int unsigned elements_b);
    int unsigned bits;
    block_sum_bits = 0;
    for (int unsigned a = 0; a < ElementCount; a++) begin
      for (int unsigned b = 0; b < ElementCount; b++) begin
        bits = $clog2(BlockElements * element_significand_most(1 << a) * element_significand_most(1 << b) + 1)
            + element_shift_most(1 << a) + element_shift_most(1 << b);
        if (((elements_a >> a) & 1) != 0 && ((elements_b >> b) & 1) != 0 && bits > block_sum_bits) begin
          block_sum_bits = bits;
        end
      end
    end
  endfunction"""


def verilog():
    return FUNCTIONS.split("\n")
