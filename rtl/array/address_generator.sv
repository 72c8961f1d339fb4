// Walks a command's passes and pixels: the slot of each activation vector, and whether it is padding.
//
// load_i starts a command: base, origins. step_i in cycle t says that the vector described in t was used; the next one
// stands in t + 1, that of the next pass after the last pixel. Slots, x and y are modulo 2^WordBits; a vector is data
// where x < limit_w and y < limit_h as unsigned numbers.
// The level that advances (pixel, row, group, tap in x, tap in y) chooses the operands of one adder for slots; the sum
// is the new base of that level and of all inside it.

module address_generator #(
  parameter int unsigned CountBits = 8,  // of the pixels in x and in y
  parameter int unsigned WordBits = 16
) (
  input  logic                 clk_i,
  input  logic                 load_i,
  input  logic [WordBits-1:0]  base_i,       // with load_i
  input  logic [WordBits-1:0]  load_x_i,     // origin_x, with load_i
  input  logic [WordBits-1:0]  load_y_i,     // origin_y, with load_i
  input  logic           [4:0] load_single_i, // with load_i: kernel_h, kernel_w, group_count, out_h, out_w are one
  input  logic [WordBits-1:0]  origin_x_i,   // from here on: fields of the command, steady after load_i
  input  logic [WordBits-1:0]  pixel_stride_i,
  input  logic [WordBits-1:0]  row_stride_i,
  input  logic [WordBits-1:0]  tap_stride_x_i,
  input  logic [WordBits-1:0]  tap_stride_y_i,
  input  logic [WordBits-1:0]  group_stride_i,
  input  logic [WordBits-1:0]  group_count_i,
  input  logic [CountBits-1:0] out_w_i,
  input  logic [CountBits-1:0] out_h_i,
  input  logic [7:0]           kernel_w_i,
  input  logic [7:0]           kernel_h_i,
  input  logic [7:0]           stride_x_i,
  input  logic [7:0]           stride_y_i,
  input  logic [7:0]           dilation_x_i,
  input  logic [7:0]           dilation_y_i,
  input  logic [WordBits-1:0]  limit_w_i,
  input  logic [WordBits-1:0]  limit_h_i,
  input  logic                 step_i,
  output logic [WordBits-1:0]  slot_o,
  output logic                 pad_o,
  output logic                 pixel_last_o,  // last pixel of the pass
  output logic                 pass_last_o    // last pass of the command
);

  // Which level advances with a step: of each count, whether this is the last; what it is when it begins again; and the
  // number after the next one, which says whether the next will be the last.
  logic [CountBits-1:0] ox_q, oy_q;
  logic [WordBits-1:0]  group_q;
  logic [7:0]           kx_q, ky_q;
  logic                 ox_last_q, oy_last_q, group_last_q, kx_last_q, ky_last_q;
  logic [3:0]           single_q;
  logic                 row, pass, tap_x, tap_y;

  assign row = ox_last_q;            // the row ends
  assign pass = row && oy_last_q;    // the pass ends
  assign tap_x = group_last_q;       // its group is the last: the next pass is of the next tap
  assign tap_y = tap_x && kx_last_q;
  assign pixel_last_o = pass;
  assign pass_last_o = tap_y && ky_last_q;

  always_ff @(posedge clk_i) begin
    if (load_i) begin
      single_q <= load_single_i[3:0];
      {ky_last_q, kx_last_q, group_last_q, oy_last_q, ox_last_q} <= load_single_i;
    end else if (step_i) begin
      ox_last_q <= row ? single_q[0] : ox_q == out_w_i;
      if (row) oy_last_q <= pass ? single_q[1] : oy_q == out_h_i;
      if (pass) group_last_q <= tap_x ? single_q[2] : group_q == group_count_i;
      if (pass && tap_x) kx_last_q <= tap_y ? single_q[3] : kx_q == kernel_w_i;
      if (pass && tap_y) ky_last_q <= ky_q == kernel_h_i;
    end
    if (load_i || (step_i && row)) ox_q <= CountBits'(2);
    else if (step_i) ox_q <= ox_q + 1'b1;
    if (load_i || (step_i && pass)) oy_q <= CountBits'(2);
    else if (step_i && row) oy_q <= oy_q + 1'b1;
    if (load_i || (step_i && pass && tap_x)) group_q <= WordBits'(2);
    else if (step_i && pass) group_q <= group_q + 1'b1;
    if (load_i || (step_i && pass && tap_y)) kx_q <= 8'd2;
    else if (step_i && pass && tap_x) kx_q <= kx_q + 1'b1;
    if (load_i) ky_q <= 8'd2;
    else if (step_i && pass && tap_y) ky_q <= ky_q + 1'b1;
  end

  // Slots.
  logic [WordBits-1:0] slot_q, row_q, pass_q, tap_x_q, tap_y_q;
  logic [WordBits-1:0] from, stride, slot_next;

  always_comb begin
    if (!row) begin
      from = slot_q;
      stride = pixel_stride_i;
    end else if (!pass) begin
      from = row_q;
      stride = row_stride_i;
    end else if (!tap_x) begin
      from = pass_q;
      stride = group_stride_i;
    end else if (!tap_y) begin
      from = tap_x_q;
      stride = tap_stride_x_i;
    end else begin
      from = tap_y_q;
      stride = tap_stride_y_i;
    end
  end

  assign slot_next = load_i ? base_i : from + stride;

  always_ff @(posedge clk_i) begin
    if (load_i || step_i) slot_q <= slot_next;
    if (load_i || (step_i && row)) row_q <= slot_next;
    if (load_i || (step_i && pass)) pass_q <= slot_next;
    if (load_i || (step_i && pass && tap_x)) tap_x_q <= slot_next;
    if (load_i || (step_i && pass && tap_y)) tap_y_q <= slot_next;
  end

  assign slot_o = slot_q;

  // Input coordinates: x_q, y_q of this pixel, x_pass_q, y_pass_q of the pass's first.
  // At most one of them is stepped at a time; the others go back to where their pass or row began.
  logic [WordBits-1:0] x_q, x_pass_q, y_q, y_pass_q;
  logic [WordBits-1:0] step_from, step_sum;
  logic [7:0]          step_size;

  always_comb begin
    if (!row) begin
      step_from = x_q;
      step_size = stride_x_i;
    end else if (!pass) begin
      step_from = y_q;
      step_size = stride_y_i;
    end else if (!tap_y) begin
      step_from = x_pass_q;
      step_size = dilation_x_i;
    end else begin
      step_from = y_pass_q;
      step_size = dilation_y_i;
    end
  end

  assign step_sum = step_from + WordBits'(step_size);

  always_ff @(posedge clk_i) begin
    if (load_i) begin
      x_q <= load_x_i;
      x_pass_q <= load_x_i;
      y_q <= load_y_i;
      y_pass_q <= load_y_i;
    end else if (step_i) begin
      if (!row || (pass && tap_x && !tap_y)) x_q <= step_sum;
      else x_q <= (pass && tap_y) ? origin_x_i : x_pass_q;
      if (pass && tap_x) x_pass_q <= tap_y ? origin_x_i : step_sum;
      if (row) y_q <= (pass && !tap_y) ? y_pass_q : step_sum;
      if (pass && tap_y) y_pass_q <= step_sum;
    end
  end

  assign pad_o = !(x_q < limit_w_i && y_q < limit_h_i);

endmodule
