// Turns EXEC commands into reads of weights and activations and into jobs of the post-processor, and owns the array's
// timing. a(p): the cycle in which pass p begins: its first activation and its first weight row are read. One of each a
// cycle from there on; the array needs no weight earlier.
//
//   event_start   >= hand-over of the command before; its fields are copied, the queue pops
//   a(first)      >= event_start + 1, and one past the end of the job that owns its accumulator half
//   a(p)          >= a(p-1) + pixels, + Rows and + Turn, of the pass before in whatever command
//   hand-over: to the pending slot in the cycle of the last activation, or when the slot is being emptied
//   take          >= the cycle after drained_i of its last activation, and one past the end of the job before
// each as early as that allows. Commands of the window engine (WindowSlots > 0): a pass is a pixel, its vectors are
// taps, one a cycle; the first pixel's come when the tap's WindowSlots weight words are read, one a cycle. There
//   a(p)          >= a(p-1) + taps and + WindowTurn, WindowSlots but at least 3: a pixel leaves in so many words,
//                    and an accumulator is read, added to and written in 3 cycles
//   a(p)          >= last tap + WindowTurn, behind a pixel with weights and behind a command's last
//   a(first)      >= one past the take of the command before, if that was for the other engine
// A command without finish ends in its take; one with finish then is the
// post-processor's.
//
// With one accumulator half commands do not overlap: the fields are read from the queue's head, which pops at the end
// of the command, and event_start waits for that. It saves the copies; the other rules are the same.
//
// After halt_i no command and no pass starts and no job is taken, and a pass that streams stops.

module executor #(
  parameter int unsigned Rows = 4,          // weight words of a pass
  parameter int unsigned Turn = 1,          // cycles an accumulator needs from one pass to the next
  parameter int unsigned ActivationBits = 16,
  parameter int unsigned WeightBits = 4,
  parameter int unsigned Formats = 2,
  parameter int unsigned ElementsA = 0,
  parameter int unsigned ElementsB = 0,
  parameter int unsigned Outputs = 0,
  parameter int unsigned Slots = napier_pkg::lanes_max(Formats, ActivationBits, WeightBits),  // of an activation word
  parameter int unsigned AccumulatorDepth = 128,
  parameter int unsigned AccumulatorHalves = 1,
  parameter int unsigned ActivationWords = 256,
  parameter int unsigned WeightWords = 256,
  parameter int unsigned PaletteWords = 0,
  parameter int unsigned ActivationTables = 0,
  parameter int unsigned WindowSlots = 0,   // accumulator words of a pixel of the window engine; 0: there is none
  parameter int unsigned WindowTaps = 0,
  parameter int unsigned WordBits = 16,
  localparam int unsigned PixelBits = $clog2(AccumulatorDepth),
  localparam int unsigned PlaceBits = napier_pkg::format_place_bits(Formats),
  localparam int unsigned ElementsBits = 2 * napier_pkg::ElementCodeBits,
  localparam int unsigned LaneBits = (Slots > 1) ? $clog2(Slots) : 1,
  localparam int unsigned TapBits = (WindowTaps > 1) ? $clog2(WindowTaps) : 1,
  localparam int unsigned PartBits = (WindowSlots > 1) ? $clog2(WindowSlots) : 1
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,
  // the exec queue
  input  logic                 command_valid_i,
  input  logic [511:0]         command_i,
  input  logic [23:0]          command_index_i,
  output logic                 command_ready_o,
  input  logic                 tokens_ready_i,
  output logic                 event_start_o,
  input  logic                 halt_i,
  output logic                 idle_o,
  output logic                 busy_o,
  output logic                 fault_valid_o,
  output logic [3:0]           fault_code_o,
  output logic [31:0]          fault_address_o,
  output logic [23:0]          fault_command_o,
  // weight, palette and activation buffers; data comes a cycle later
  output logic                 weight_read_o,
  output logic [15:0]          weight_word_o,
  output logic                 palette_read_o,   // with the first weights of a pass: a table, or its scales
  output logic [15:0]          palette_word_o,
  output logic                 vector_read_o,
  output logic [15:0]          vector_word_o,
  output logic                 weight_indexed_o, // beside all weights of a pass: they are indices
  output logic                 pass_scaled_o,    // likewise: the pass has scales
  // beside the activations as they come out of the buffer
  output logic                 vector_valid_o,
  output logic                 vector_first_o,   // of a pass
  output logic                 vector_last_o,    // of a command
  output logic                 vector_overwrite_o,
  output logic                 vector_triple_o,
  output logic                 vector_half_o,
  output logic                 vector_pad_o,
  output logic [7:0]           vector_pad_byte_o,
  output logic [LaneBits-1:0]  vector_lane_o,    // slot of the word that lane 0 takes
  output logic [PlaceBits-1:0] vector_format_o,
  output logic [ElementsBits-1:0] vector_elements_o, // element formats of activations (lower bits) and weights
  // the same for the window engine, with vector_overwrite_o to vector_format_o; its weights as they come out
  output logic                 window_valid_o,
  output logic                 window_first_o,   // tap of a pixel
  output logic                 window_last_o,    // tap of a pixel
  output logic                 window_begin_o,   // first pixel of a command
  output logic                 window_end_o,     // last tap of a command
  output logic                 window_max_o,
  output logic [TapBits-1:0]   window_tap_o,
  output logic                 window_load_o,    // of tap window_tap_o
  output logic [PartBits-1:0]  window_load_slot_o,
  output logic                 pass_o,           // a pass starts
  // the post-processor
  input  logic                 drained_i,        // the last accumulator of a command is written
  output logic                 job_valid_o,      // take: for one cycle
  output logic                 job_finish_o,
  output logic [511:0]         job_command_o,    // one half: steady until job_end_i
  output logic [23:0]          job_index_o,
  output logic [PixelBits-1:0] job_pixel_o,      // its last pixel
  output logic                 job_half_o,
  input  logic                 job_busy_i,       // works on a job with finish
  input  logic                 job_end_i         // the last cycle of it
);

  localparam bit          Overlap = AccumulatorHalves > 1;
  localparam int unsigned CountBits = $clog2(AccumulatorDepth + 1);
  localparam int unsigned WeightWordBits = $clog2(WeightWords);
  localparam int unsigned Wait = (Turn > Rows) ? Turn : Rows;
  localparam int unsigned WindowTurn = (WindowSlots > 3) ? WindowSlots : 3;
  localparam int unsigned RowCount = (WindowSlots > 0 && WindowTurn > Wait) ? WindowTurn : Wait;
  localparam int unsigned RowBits = (RowCount > 1) ? $clog2(RowCount) : 1;

  // The command in the array: a copy of its fields, or the queue's head.
  logic [511:0] fields;
  logic [23:0]  fields_index;
  logic         active_q;  // a command is in the array
  logic         done_q;    // and read its last activation, but the pending slot is full
  logic         working_q; // and did not: one register, as all that moves hangs on it
  logic         start, ends, offer, accept, pending, quiet, check_fault_q;

  assign quiet = !active_q && !pending && !job_busy_i;
  assign start = command_valid_i && tokens_ready_i && !halt_i && (Overlap ? !active_q || accept : quiet);
  assign event_start_o = start;

  // ------------------------------------------------------------------ passes
  logic               streaming_q;     // in the middle of a pass
  logic               first_q;         // first pass of the command
  logic [RowBits-1:0] row_q;           // cycles since the pass began: the weight row to read; 0: none, or the first
  logic               row_busy_q;      // it is not 0
  logic [WordBits-1:0] weight_word, weight_word_q, palette_word, palette_word_q;
  logic               scaled;          // the format's passes have scales
  logic               pass_open, pass_begin, vector, vector_turn, pixel_last, pass_last, half, half_busy, pad;
  logic [WordBits-1:0] slot;
  logic [PixelBits:0] pixel, pixel_q;  // this one; the one before

  // The window engine; windowed_q: the last pass was its. loads: weights of the first pixel's taps; part_q: which word
  // of a tap.
  logic                windowed, windowed_q, loads, max, running, row_ends;
  logic [PartBits-1:0] part_q;
  logic [TapBits:0]    tap_q;
  logic [PixelBits:0]  word_base, word_base_q;  // accumulator words before this pixel's; before the next one's

  assign windowed = WindowSlots > 0
      && fields[napier_pkg::ExecEngineLsb +: napier_pkg::ExecEngineBits] != napier_pkg::ExecEngineArray;
  assign max = windowed && fields[napier_pkg::ExecEngineLsb +: napier_pkg::ExecEngineBits]
      == napier_pkg::ExecEngineWindowMax;
  assign loads = windowed && first_q && !max;
  assign word_base = first_q ? '0 : word_base_q;

  // A command that is not legal has no pass: it stays at its first.
  assign pass_open = working_q && !streaming_q && !row_busy_q && !half_busy
      && !(first_q && pending && windowed != windowed_q);
  assign pass_begin = pass_open && !check_fault_q && !halt_i;
  assign pass_o = pass_begin;
  assign running = pass_begin || streaming_q;
  assign vector_turn = !(loads && 32'(part_q) + 1 < WindowSlots);
  assign vector = running && vector_turn;
  assign vector_read_o = vector;
  assign vector_word_o = 16'(slot) >> $clog2(Slots);
  assign pixel = streaming_q ? pixel_q + 1'b1 : '0;
  assign weight_read_o = (pass_begin && !windowed) || (running && loads)
      || (row_busy_q && !windowed_q && (Turn <= Rows || 32'(row_q) < Rows));
  assign row_ends = 32'(row_q) + 1 == ((pass_begin ? windowed : windowed_q) ? WindowTurn : Wait);
  assign weight_word = (first_q && !streaming_q && !row_busy_q) ? fields[napier_pkg::ExecWeightBaseLsb +: WordBits]
      : weight_word_q;
  assign weight_word_o = 16'(weight_word);
  assign palette_read_o = pass_begin;
  assign palette_word = (!first_q && scaled) ? palette_word_q : fields[napier_pkg::ExecPaletteBaseLsb +: WordBits];
  assign palette_word_o = 16'(palette_word);

  always_ff @(posedge clk_i) begin
    if (weight_read_o) weight_word_q <= weight_word + 1'b1;
    if (pass_begin) palette_word_q <= palette_word + 1'b1;
    if (vector) pixel_q <= pixel;
    if (pass_begin) windowed_q <= windowed;
    if (pass_begin) word_base_q <= word_base + (PixelBits+1)'(WindowSlots);
    if (start) tap_q <= '0;
    else if (vector) tap_q <= pixel_last ? '0 : tap_q + 1'b1;
    if (start) first_q <= 1'b1;
    else if (vector && pixel_last) first_q <= 1'b0;
    if (!rst_ni) begin
      {row_busy_q, row_q} <= '0;
      streaming_q <= 1'b0;
      part_q <= '0;
    end else begin
      if (pass_begin || row_busy_q) {row_busy_q, row_q} <= row_ends ? '0 : {1'b1, row_q + RowBits'(1)};
      if (windowed && vector && pixel_last && (pass_last || loads)) {row_busy_q, row_q} <= {1'b1, RowBits'(1)};
      streaming_q <= running && !(vector && pixel_last) && !halt_i;
      part_q <= (running && !vector) ? part_q + 1'b1 : '0;
    end
  end

  address_generator #(
    .CountBits(CountBits), .WordBits(WordBits)
  ) u_address_generator (
    .clk_i(clk_i),
    .load_i(start),
    .base_i(command_i[napier_pkg::ExecActivationBaseLsb +: WordBits]),
    .load_x_i(command_i[napier_pkg::ExecOriginXLsb +: WordBits]),
    .load_y_i(command_i[napier_pkg::ExecOriginYLsb +: WordBits]),
    .load_single_i({command_i[napier_pkg::ExecKernelHLsb +: 8] == 8'd1,
                    command_i[napier_pkg::ExecKernelWLsb +: 8] == 8'd1,
                    command_i[napier_pkg::ExecGroupCountLsb +: WordBits] == WordBits'(1),
                    command_i[napier_pkg::ExecOutHLsb +: CountBits] == CountBits'(1),
                    command_i[napier_pkg::ExecOutWLsb +: CountBits] == CountBits'(1)}),
    .origin_x_i(fields[napier_pkg::ExecOriginXLsb +: WordBits]),
    .pixel_stride_i(fields[napier_pkg::ExecPixelStrideLsb +: WordBits]),
    .row_stride_i(fields[napier_pkg::ExecRowStrideLsb +: WordBits]),
    .tap_stride_x_i(fields[napier_pkg::ExecTapStrideXLsb +: WordBits]),
    .tap_stride_y_i(fields[napier_pkg::ExecTapStrideYLsb +: WordBits]),
    .group_stride_i(fields[napier_pkg::ExecGroupStrideLsb +: WordBits]),
    .group_count_i(fields[napier_pkg::ExecGroupCountLsb +: WordBits]),
    .out_w_i(fields[napier_pkg::ExecOutWLsb +: CountBits]),
    .out_h_i(fields[napier_pkg::ExecOutHLsb +: CountBits]),
    .kernel_w_i(fields[napier_pkg::ExecKernelWLsb +: 8]),
    .kernel_h_i(fields[napier_pkg::ExecKernelHLsb +: 8]),
    .stride_x_i(fields[napier_pkg::ExecStrideXLsb +: 8]),
    .stride_y_i(fields[napier_pkg::ExecStrideYLsb +: 8]),
    .dilation_x_i(fields[napier_pkg::ExecDilationXLsb +: 8]),
    .dilation_y_i(fields[napier_pkg::ExecDilationYLsb +: 8]),
    .limit_w_i(fields[napier_pkg::ExecLimitWLsb +: WordBits]),
    .limit_h_i(fields[napier_pkg::ExecLimitHLsb +: WordBits]),
    .step_i(vector),
    .slot_o(slot),
    .pad_o(pad),
    .pixel_last_o(pixel_last),
    .pass_last_o(pass_last)
  );

  // ------------------------------------------------------------------ commands in and out
  logic [PixelBits-1:0] last_pixel;

  assign ends = vector && pixel_last && pass_last;
  assign offer = ends || done_q;
  always_comb begin
    last_pixel = (done_q || !Overlap) ? pixel_q[PixelBits-1:0] : pixel[PixelBits-1:0];
    if (windowed) last_pixel = word_base_q[PixelBits-1:0] - 1'b1;
    if (windowed && pass_begin) last_pixel = word_base[PixelBits-1:0] + PixelBits'(WindowSlots - 1);
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      {active_q, done_q, working_q} <= '0;
    end else begin
      active_q <= start || (active_q && !accept);
      working_q <= start || (working_q && !ends);
      done_q <= offer && !accept;
    end
  end

  if (Overlap) begin : gen_copy
    always_ff @(posedge clk_i) begin
      vector_pad_byte_o <= fields[napier_pkg::ExecPadByteLsb +: 8];
      if (start) begin
        fields <= command_i;
        fields_index <= command_index_i;
      end
    end
    assign command_ready_o = start;
  end else begin : gen_head
    assign vector_pad_byte_o = fields[napier_pkg::ExecPadByteLsb +: 8];
    assign fields = command_i;
    assign fields_index = command_index_i;
    assign command_ready_o = job_end_i || (job_valid_o && !job_finish_o);
  end

  job_slot #(
    .PixelBits(PixelBits), .AccumulatorHalves(AccumulatorHalves)
  ) u_job_slot (
    .clk_i(clk_i), .rst_ni(rst_ni), .halt_i(halt_i),
    .offer_i(offer), .command_i(fields), .index_i(fields_index),
    .pixel_i(last_pixel),
    .accept_o(accept), .pending_o(pending), .half_o(half), .half_busy_o(half_busy), .drained_i(drained_i),
    .job_valid_o(job_valid_o), .job_finish_o(job_finish_o), .job_command_o(job_command_o),
    .job_index_o(job_index_o), .job_pixel_o(job_pixel_o), .job_half_o(job_half_o),
    .job_busy_i(job_busy_i), .job_end_i(job_end_i)
  );

  assign busy_o = !quiet;
  assign idle_o = halt_i ? !streaming_q && !job_busy_i : quiet;

  // ------------------------------------------------------------------ beside the activations
  logic [PlaceBits-1:0] place;
  logic [LaneBits-1:0]  lane;
  logic                 indexed;

  always_comb begin
    place = '0;
    indexed = 1'b0;
    scaled = 1'b0;
    lane = napier_pkg::is_real(Formats) ? slot[LaneBits-1:0] & LaneBits'(Slots - 1) : '0;
    for (int unsigned f = 0; f < napier_pkg::FormatCount; f++) begin
      if (((Formats >> f) & 1) != 0 && fields[napier_pkg::ExecFormatLsb +: napier_pkg::ExecFormatBits] == 4'(f)) begin
        place = PlaceBits'(napier_pkg::format_place(Formats, f));
        lane = slot[LaneBits-1:0]
            & LaneBits'(Slots - napier_pkg::format_filled_lanes(f, ActivationBits, WeightBits, Rows));
        indexed = napier_pkg::format_indexed(f);
        scaled = !windowed && napier_pkg::scale_bits(1 << f) != 0;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (pass_begin) weight_indexed_o <= indexed;
    if (pass_begin) pass_scaled_o <= scaled;
    vector_first_o <= pass_begin && !windowed;
    vector_overwrite_o <= (first_q || windowed) && fields[napier_pkg::ExecStartLsb];
    vector_triple_o <= (first_q || windowed) && fields[napier_pkg::ExecTripleLsb];
    window_first_o <= tap_q == '0;
    window_last_o <= pixel_last;
    window_begin_o <= first_q;
    window_end_o <= pass_last;
    window_max_o <= max;
    window_tap_o <= tap_q[TapBits-1:0];
    window_load_slot_o <= part_q;
    vector_half_o <= half;
    vector_pad_o <= pad;
    vector_lane_o <= lane;
    vector_format_o <= place;
    vector_elements_o <= {fields[napier_pkg::ExecElementBLsb +: napier_pkg::ElementCodeBits],
                          fields[napier_pkg::ExecElementALsb +: napier_pkg::ElementCodeBits]};
    if (!rst_ni) begin
      vector_valid_o <= 1'b0;
      vector_last_o <= 1'b0;
      window_valid_o <= 1'b0;
      window_load_o <= 1'b0;
    end else begin
      vector_valid_o <= vector && !windowed;
      vector_last_o <= ends && !windowed;
      window_valid_o <= vector && windowed;
      window_load_o <= running && loads;
    end
  end

  // ------------------------------------------------------------------ faults
  // In the order of legality: the fields when the first pass would begin; too many pixels in the pixel past the last
  // accumulator; words out of a buffer with the last vector of their pass, its scales' first, then its weights'. They
  // know nothing of a halt, which a fault has come before.
  logic        check_fault, opens, moves, too_deep, too_many;
  logic [3:0]  check_code, check_code_q;
  logic [31:0] check_address, check_address_q;
  logic        vector_outside, weights_outside, scales_outside, outside;
  logic        bad_q;       // an earlier word of this pass is outside: bad_word_q
  logic [WordBits-1:0] bad_word_q, first_word;  // first_word: of the pass's weights
  logic [15:0] word;        // the first outside of those up to this vector

  command_check #(
    .Formats(Formats), .ElementsA(ElementsA), .ElementsB(ElementsB), .Outputs(Outputs),
    .AccumulatorDepth(AccumulatorDepth), .PaletteWords(PaletteWords), .ActivationTables(ActivationTables),
    .WindowTaps(WindowTaps)
  ) u_command_check (
    .command_i(command_i), .fault_o(check_fault), .code_o(check_code), .address_o(check_address)
  );
  always_ff @(posedge clk_i) begin
    if (start) begin
      check_fault_q <= check_fault;
      check_code_q <= check_code;
      check_address_q <= check_address;
    end
  end

  assign opens = pass_open && !check_fault_q;
  assign moves = (opens || streaming_q) && vector_turn;
  assign too_many = windowed ? 32'(tap_q) == WindowTaps : pixel == (PixelBits+1)'(AccumulatorDepth);
  assign too_deep = !streaming_q && windowed && 32'(word_base) + WindowSlots > AccumulatorDepth;
  // The following count in a cycle with running alone, and need not know whether it is one.
  assign vector_outside = vector_turn && !pad && 32'(vector_word_o) >= ActivationWords;
  assign first_word = windowed ? fields[napier_pkg::ExecWeightBaseLsb +: WordBits] : weight_word;
  assign weights_outside = windowed ? loads && 32'(weight_word_o) >= WeightWords
      : !streaming_q && ((weight_word_o >> WeightWordBits) != '0
                         || weight_word_o[WeightWordBits-1:0] > WeightWordBits'(WeightWords - Rows));
  assign scales_outside = !streaming_q && scaled && 32'(palette_word_o) + 1 > PaletteWords;
  assign outside = scales_outside || weights_outside || vector_outside || (streaming_q && bad_q);

  always_comb begin
    word = vector_word_o;
    if (streaming_q && bad_q) word = 16'(bad_word_q);
    if (weights_outside) word = (32'(first_word) < WeightWords) ? 16'(WeightWords) : 16'(first_word);
    if (scales_outside) word = palette_word_o;
  end

  always_ff @(posedge clk_i) begin
    if (running) bad_q <= outside;
    bad_word_q <= word[WordBits-1:0];
  end

  assign fault_valid_o = (pass_open && check_fault_q) || (opens && too_deep)
      || (moves && (too_many || (pixel_last && outside)));
  assign fault_code_o = check_fault_q ? check_code_q : napier_pkg::ErrorBufferRange;
  assign fault_address_o = check_fault_q ? check_address_q : too_deep ? AccumulatorDepth
      : too_many ? (windowed ? WindowTaps : AccumulatorDepth) : 32'(word);
  assign fault_command_o = fields_index;

endmodule
