// What can be wrong with an EXEC before it runs. Combinational; the first fault in the order of the error codes.
// Words out of a buffer, and more pixels than accumulators or taps than weights in all, show only while it runs.

module command_check #(
  parameter int unsigned Formats = 2,
  parameter int unsigned ElementsA = 0,  // of a machine of blocks, masks of element formats
  parameter int unsigned ElementsB = 0,
  parameter int unsigned Outputs = 0,    // and what its outputs may be
  parameter int unsigned AccumulatorDepth = 128,
  parameter int unsigned PaletteWords = 0,
  parameter int unsigned ActivationTables = 0,
  parameter int unsigned WindowTaps = 0  // of a machine with a window engine
) (
  input  logic [511:0] command_i,
  output logic         fault_o,
  output logic [3:0]   code_o,
  output logic [31:0]  address_o
);

  localparam int unsigned CountBits = $clog2(AccumulatorDepth + 1);

  logic [15:0] group_count, out_w, out_h, palette_base;
  logic [7:0]  kernel_w, kernel_h;
  logic [3:0]  format;
  logic [1:0]  engine;
  logic [napier_pkg::ExecTableBits-1:0] activation_table;
  logic        bad_format, zero_count, indexed, bad_table, bad_activation_table, too_many;
  logic        unused_fields;

  assign format = command_i[napier_pkg::ExecFormatLsb +: napier_pkg::ExecFormatBits];
  assign engine = command_i[napier_pkg::ExecEngineLsb +: napier_pkg::ExecEngineBits];
  assign group_count = command_i[napier_pkg::ExecGroupCountLsb +: napier_pkg::ExecGroupCountBits];
  assign out_w = command_i[napier_pkg::ExecOutWLsb +: napier_pkg::ExecOutWBits];
  assign out_h = command_i[napier_pkg::ExecOutHLsb +: napier_pkg::ExecOutHBits];
  assign kernel_w = command_i[napier_pkg::ExecKernelWLsb +: napier_pkg::ExecKernelWBits];
  assign kernel_h = command_i[napier_pkg::ExecKernelHLsb +: napier_pkg::ExecKernelHBits];
  assign palette_base = command_i[napier_pkg::ExecPaletteBaseLsb +: napier_pkg::ExecPaletteBaseBits];
  assign activation_table = command_i[napier_pkg::ExecTableLsb +: napier_pkg::ExecTableBits];
  assign unused_fields = ^{command_i, palette_base, activation_table, indexed, engine};

  if (napier_pkg::is_real(Formats)) begin : gen_real
    // An operand that has no elements names element 0; the clamps are numbers.
    logic       bad_elements, low_nan, high_nan;
    logic [2:0] element_a, element_b, element_output;
    assign element_a = command_i[napier_pkg::ExecElementALsb +: napier_pkg::ExecElementABits];
    assign element_b = command_i[napier_pkg::ExecElementBLsb +: napier_pkg::ExecElementBBits];
    assign element_output = command_i[napier_pkg::ExecElementOutputLsb +: napier_pkg::ExecElementOutputBits];
    assign bad_elements = (((ElementsA == 0 ? 1 : ElementsA) >> element_a) & 1) == 0
        || (((ElementsB == 0 ? 1 : ElementsB) >> element_b) & 1) == 0 || ((Outputs >> element_output) & 1) == 0;
    assign low_nan = command_i[napier_pkg::ExecFloatLowLsb +: 15] > 15'h7F80;
    assign high_nan = command_i[napier_pkg::ExecFloatHighLsb +: 15] > 15'h7F80;
    assign bad_format = ((Formats >> format) & 1) == 0 || bad_elements || low_nan || high_nan;
  end else begin : gen_integer
    assign bad_format = ((Formats >> format) & 1) == 0
        || (WindowTaps > 0 && engine > napier_pkg::ExecEngineWindowMax)
        || (command_i[napier_pkg::ExecOutputSignsLsb] && !napier_pkg::has_one_bit_channels(Formats));
  end
  assign zero_count = group_count == '0 || out_w == '0 || out_h == '0 || kernel_w == '0 || kernel_h == '0;
  always_comb begin
    indexed = 1'b0;
    for (int unsigned f = 0; f < napier_pkg::FormatCount; f++) begin
      if (napier_pkg::format_indexed(f) && format == 4'(f)) indexed = 1'b1;
    end
  end
  if (PaletteWords == 0) begin : gen_no_tables
    assign bad_table = 1'b0;
  end else begin : gen_tables
    assign bad_table = indexed && 32'(palette_base) >= PaletteWords;
  end
  assign bad_activation_table = ActivationTables > 0 && command_i[napier_pkg::ExecTabledLsb]
      && 32'(activation_table) >= ActivationTables;
  assign too_many = (out_w >> CountBits) != '0 || (out_h >> CountBits) != '0;

  assign fault_o = bad_format || zero_count || bad_table || bad_activation_table || too_many;
  assign code_o = bad_format ? napier_pkg::ErrorBadFormat
      : zero_count ? napier_pkg::ErrorZeroCount : napier_pkg::ErrorBufferRange;
  assign address_o = (bad_format || zero_count) ? '0 : bad_table ? 32'(palette_base)
      : bad_activation_table ? 32'(activation_table)
      : (WindowTaps > 0 && engine != napier_pkg::ExecEngineArray) ? WindowTaps : AccumulatorDepth;

endmodule
