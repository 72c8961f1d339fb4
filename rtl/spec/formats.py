"""Writes what the array's RTL derives from the list of number formats: package functions and the module dot."""

from naming import BANNER, camel

TABLE_BITS = 8

FUNCTIONS = """\
  // Lanes of a PE in the format of that index; 0 if the operands do not fit.
  function automatic int unsigned format_lanes(int unsigned index, int unsigned activation_bits,
                                               int unsigned weight_bits);
    int unsigned by_activation;
    int unsigned by_weight;
    by_activation = activation_bits / 32'(FormatsActivationBits[index*8 +: 8]);
    by_weight = weight_bits / 32'(FormatsWeightBits[index*8 +: 8]);
    format_lanes = (by_activation < by_weight) ? by_activation : by_weight;
  endfunction

  // Lanes of them that the format fills in an array of so many rows: all, but of channels that share a scale no more
  // than one vector.
  function automatic int unsigned format_filled_lanes(int unsigned index, int unsigned activation_bits,
                                                      int unsigned weight_bits, int unsigned rows);
    int unsigned most;
    most = 32'(FormatsScaleVector[index*8 +: 8]) / rows;
    format_filled_lanes = format_lanes(index, activation_bits, weight_bits);
    if (FormatsScaleVector[index*8 +: 8] != 8'd0 && format_filled_lanes > most) begin
      format_filled_lanes = (most == 0) ? 1 : most;
    end
  endfunction

  // The most lanes of the formats in the mask.
  function automatic int unsigned lanes_max(int unsigned formats, int unsigned activation_bits,
                                            int unsigned weight_bits);
    lanes_max = 0;
    for (int unsigned f = 0; f < FormatCount; f++) begin
      if (((formats >> f) & 1) != 0 && format_lanes(f, activation_bits, weight_bits) > lanes_max) begin
        lanes_max = format_lanes(f, activation_bits, weight_bits);
      end
    end
  endfunction

  // Bits of the sum of the values of `lanes` lanes from lane `first` on, over `rows` rows, none of them negated,
  // in the format of the mask that needs most.
  function automatic int unsigned sum_bits(int unsigned formats, int unsigned activation_bits,
                                           int unsigned weight_bits, int unsigned first, int unsigned lanes,
                                           int unsigned rows);
    int unsigned most;
    sum_bits = 0;
    for (int unsigned f = 0; f < FormatCount; f++) begin
      most = format_lanes(f, activation_bits, weight_bits);
      if (((formats >> f) & 1) != 0 && most > first) begin
        most = (most - first < lanes) ? most - first : lanes;
        most = 32'(FormatsValueBits[f*8 +: 8]) + $clog2(most * rows);
        if (most > sum_bits) sum_bits = most;
      end
    end
  endfunction

  // Place of a format among those in the mask: how a machine names it inside.
  function automatic int unsigned format_place(int unsigned formats, int unsigned index);
    format_place = 0;
    for (int unsigned f = 0; f < FormatCount; f++) begin
      if (f < index && ((formats >> f) & 1) != 0) format_place = format_place + 1;
    end
  endfunction

  // Whether the codes of the format of that index are indices into a table.
  function automatic bit format_indexed(int unsigned index);
    format_indexed = FormatsHeldBits[index*8 +: 8] != FormatsWeightBits[index*8 +: 8];
  endfunction

  // Bits of the weights that a PE holds, in the format of the mask that needs most; a weight word has weight_bits.
  function automatic int unsigned held_bits(int unsigned formats, int unsigned activation_bits,
                                            int unsigned weight_bits);
    int unsigned bits;
    held_bits = weight_bits;
    for (int unsigned f = 0; f < FormatCount; f++) begin
      bits = format_lanes(f, activation_bits, weight_bits) * 32'(FormatsHeldBits[f*8 +: 8]);
      if (((formats >> f) & 1) != 0 && bits > held_bits) held_bits = bits;
    end
  endfunction

  // Entries of the tables that the formats of the mask look up, and bits of an entry; 0 without such a format.
  function automatic int unsigned table_entries(int unsigned formats);
    table_entries = 0;
    for (int unsigned f = 0; f < FormatCount; f++) begin
      if (((formats >> f) & 1) != 0 && format_indexed(f)) table_entries = 1 << FormatsWeightBits[f*8 +: 8];
    end
  endfunction
  function automatic int unsigned table_bits(int unsigned formats);
    table_bits = 0;
    for (int unsigned f = 0; f < FormatCount; f++) begin
      if (((formats >> f) & 1) != 0 && format_indexed(f)) table_bits = 32'(FormatsHeldBits[f*8 +: 8]);
    end
  endfunction

  // Bits of the integer scale of a column's sum over a pass, in the format of the mask that has most; 0: none has one.
  function automatic int unsigned scale_bits(int unsigned formats);
    scale_bits = 0;
    for (int unsigned f = 0; f < FormatCount; f++) begin
      if (((formats >> f) & 1) != 0 && 32'(FormatsScaleBits[f*8 +: 8]) > scale_bits) begin
        scale_bits = 32'(FormatsScaleBits[f*8 +: 8]);
      end
    end
  endfunction

  // Bytes of a palette word that are stored: a table, or a scale for each column; 0 without such a format.
  function automatic int unsigned palette_bytes(int unsigned formats, int unsigned columns);
    palette_bytes = table_entries(formats) * table_bits(formats) / 8;
    if (scale_bits(formats) > 0 && columns > palette_bytes) palette_bytes = columns;
  endfunction

  // Whether a format of the mask has lanes of several one-bit channels.
  function automatic bit has_one_bit_channels(int unsigned formats);
    has_one_bit_channels = 1'b0;
    for (int unsigned f = 0; f < FormatCount; f++) begin
      if (((formats >> f) & 1) != 0 && FormatsChannels[f*8 +: 8] != 8'd1) has_one_bit_channels = 1'b1;
    end
  endfunction

  // Bits of the widest code of a weight in the formats of the mask.
  function automatic int unsigned code_bits(int unsigned formats);
    code_bits = 0;
    for (int unsigned f = 0; f < FormatCount; f++) begin
      if (((formats >> f) & 1) != 0 && 32'(FormatsWeightBits[f*8 +: 8]) > code_bits) begin
        code_bits = 32'(FormatsWeightBits[f*8 +: 8]);
      end
    end
  endfunction

  // Bits of a channel's sum in the window engine, over `taps` taps; any term may be negated.
  function automatic int unsigned window_sum_bits(int unsigned formats, int unsigned taps);
    window_sum_bits = 1 + sum_bits(formats, 8, code_bits(formats), 0, 1, taps);
  endfunction

  // Bits of what a column of accumulators adds at once: a pass's sum, scaled, or the window engine's if it has taps.
  function automatic int unsigned engine_sum_bits(int unsigned formats, int unsigned activation_bits,
                                                  int unsigned weight_bits, int unsigned rows, int unsigned taps);
    engine_sum_bits = 1 + scale_bits(formats)
        + sum_bits(formats, activation_bits, weight_bits, 0, lanes_max(formats, activation_bits, weight_bits), rows);
    if (taps > 0 && window_sum_bits(formats, taps) > engine_sum_bits) engine_sum_bits = window_sum_bits(formats, taps);
  endfunction

  // Bits of a format's place, at least 1.
  function automatic int unsigned format_place_bits(int unsigned formats);
    format_place_bits = (format_place(formats, FormatCount) > 2)
        ? $clog2(format_place(formats, FormatCount)) : 1;
  endfunction"""

DOT = """\
// {banner}
// Products of one PE: the lanes of the chosen format, each a value and a bit that negates it (the PE adds
// (value ^ negate) + negate). Combinational. A machine of one format holds nothing of the others.
// Lanes that a format does not fill in an array of Rows rows give 0.

module dot #(
  parameter int unsigned ActivationBits = 16,
  parameter int unsigned WeightBits = 4,
  parameter int unsigned Formats = 2,  // bit mask by format code
  parameter int unsigned Rows = 1,
  localparam int unsigned LanesMax = napier_pkg::lanes_max(Formats, ActivationBits, WeightBits),
  localparam int unsigned HeldBits = napier_pkg::held_bits(Formats, ActivationBits, WeightBits),
  localparam int unsigned ValueBits = napier_pkg::sum_bits(Formats, ActivationBits, WeightBits, 0, 1, 1),
  localparam int unsigned PlaceBits = napier_pkg::format_place_bits(Formats)
) (
  input  logic [PlaceBits-1:0]          format_i,      // place of the format among the machine's
  input  logic [ActivationBits-1:0]     activations_i,
  input  logic [HeldBits-1:0]           weights_i,     // looked up, of a format of indices
  output logic [LanesMax*ValueBits-1:0] values_o,      // two's complement
  output logic [LanesMax-1:0]           negates_o
);

  localparam int unsigned Count = napier_pkg::format_place(Formats, napier_pkg::FormatCount);
  localparam int unsigned Bits = LanesMax * ValueBits;

  logic [Count*Bits-1:0]     values;
  logic [Count*LanesMax-1:0] negates;

{instances}

  // Some formats read fewer than a PE holds.
  logic unused_weights;
  assign unused_weights = ^weights_i;

  if (Count == 1) begin : gen_one
    logic unused_format;
    assign unused_format = ^format_i;
    assign values_o = values;
    assign negates_o = negates;
  end else begin : gen_choice
    assign values_o = values[format_i*Bits +: Bits];
    assign negates_o = negates[format_i*LanesMax +: LanesMax];
  end

endmodule
"""

INSTANCE = """\
  if (((Formats >> napier_pkg::{label}Index) & 1) != 0) begin : gen_{name}
    localparam int unsigned Place = napier_pkg::format_place(Formats, napier_pkg::{label}Index);{filled}
    dot_{name} #(
      .ActivationBits(ActivationBits), .WeightBits({bits}), .LanesMax(LanesMax), .ValueBits(ValueBits)
    ) u_dot (
      .activations_i(activations_i), .weights_i(weights_i{slice}),
      .values_o(values[Place*Bits +: Bits]), .negates_o(negates[Place*LanesMax +: LanesMax])
    );
  end"""


def by_code(description, key):
    """One flat vector of 8-bit entries, the format of code 0 lowest."""
    count = 1 + max(entry["code"] for entry in description["format"])
    values = {entry["code"]: entry[key] for entry in description["format"]}
    text = ", ".join(f"{TABLE_BITS}'d{values.get(code, 255)}" for code in reversed(range(count)))
    name = f"Formats{camel(key)}"
    return f"  localparam logic [{count * TABLE_BITS - 1}:0] {name} = {{{text}}};"


def package_lines(description):
    tables = [by_code(description, key) for key in ("activation_bits", "weight_bits", "held_bits", "channels",
                                                         "value_bits", "scale_bits", "scale_vector")]
    return ["  // The same by code, 8 bits each.", *tables, "", FUNCTIONS]


def weight_bits(entry):
    """Bits of a weight word that a format's module knows: all, or of the lanes that the format fills."""
    return "WeightBits" if entry["scale_vector"] == 0 else "FilledBits"


def filled(entry):
    """The line that counts them."""
    label = f"napier_pkg::Format{camel(entry['name'])}"
    return f"""
    localparam int unsigned FilledBits = {label}WeightBits
        * napier_pkg::format_filled_lanes({label}Index, ActivationBits, WeightBits, Rows);"""


def weights(entry):
    """What a format's module takes of the weights that a PE holds."""
    if entry["held_bits"] == entry["weight_bits"]:
        return f"[{weight_bits(entry)}-1:0]"
    index = f"napier_pkg::Format{camel(entry['name'])}Index"
    return f"[napier_pkg::held_bits(1 << {index}, ActivationBits, WeightBits)-1:0]"


def dot(description):
    instances = [INSTANCE.format(label=f"Format{camel(entry['name'])}", name=entry["name"], slice=weights(entry),
                                 bits=weight_bits(entry),
                                 filled=filled(entry) if entry["scale_vector"] > 0 else "")
                 for entry in description["format"]]
    return DOT.format(banner=BANNER, instances="\n\n".join(instances))
