#include "driver/profile/activity.hpp"

#include <algorithm>

#include "sw/spec/command.hpp"

namespace napier::driver {
namespace {

constexpr int bits_per_byte = 8;

uint64_t unsigned_field(const spec::CommandWords& words, const spec::Field& field) {
    return static_cast<uint64_t>(spec::get(words, field));
}

// Beats of a row of bytes that starts at any address.
uint64_t beats(uint64_t address, uint64_t length, const spec::Machine& machine) {
    const uint64_t beat = static_cast<uint64_t>(machine.beat_bytes);
    return (address % beat + length + beat - 1) / beat;
}

// Beats of all rows of a LOAD or STORE. Fields have the same names in both.
template <typename Fields>
uint64_t row_beats(const spec::CommandWords& words, const spec::Machine& machine, const Fields& fields) {
    uint64_t sum = 0;
    for (uint64_t y = 0; y < unsigned_field(words, fields.count_y); ++y) {
        for (uint64_t x = 0; x < unsigned_field(words, fields.count_x); ++x) {
            const uint64_t address = unsigned_field(words, fields.address) +
                                     x * static_cast<uint64_t>(spec::get(words, fields.stride_x)) +
                                     y * static_cast<uint64_t>(spec::get(words, fields.stride_y));
            sum += beats(address & spec::address_mask(machine), unsigned_field(words, fields.length), machine);
        }
    }
    return sum;
}

struct RowFields {
    const spec::Field &address, &length, &count_x, &count_y, &stride_x, &stride_y;
};

void add_load(const spec::CommandWords& words, const spec::Machine& machine, Activity& activity) {
    namespace load = spec::load;
    const RowFields fields{load::address, load::length, load::count_x, load::count_y, load::memory_stride_x,
                           load::memory_stride_y};
    const uint64_t bytes = static_cast<uint64_t>(spec::buffer_length(words, machine)) *
                           unsigned_field(words, load::count_x) * unsigned_field(words, load::count_y);
    if (spec::get(words, load::fill) == 0) activity.read_beats += row_beats(words, machine, fields);
    switch (static_cast<load::Target>(spec::get(words, load::target))) {
        case load::Target::activation: activity.activation.written += bytes; break;
        case load::Target::weight:
        case load::Target::palette: activity.weight.written += bytes; break;
        case load::Target::parameter: activity.parameter.written += bytes; break;
        case load::Target::table:
            activity.table.written += bytes / static_cast<uint64_t>(spec::activation_table_word_bytes(machine)) *
                                      static_cast<uint64_t>(spec::activation_table_word_entries * machine.post_lanes);
            break;
        default: activity.residual.written += bytes; break;
    }
}

void add_store(const spec::CommandWords& words, const spec::Machine& machine, Activity& activity) {
    namespace store = spec::store;
    const RowFields fields{store::address, store::length, store::count_x, store::count_y, store::memory_stride_x,
                           store::memory_stride_y};
    activity.write_beats += row_beats(words, machine, fields);
    activity.output.read += unsigned_field(words, store::length) * unsigned_field(words, store::count_x) *
                            unsigned_field(words, store::count_y);
}

// How many of `count` outputs have their tap inside the input, along one axis.
uint64_t inside(int64_t origin, int64_t stride, int64_t offset, int64_t limit, uint64_t count) {
    uint64_t found = 0;
    for (uint64_t o = 0; o < count; ++o) {
        const int64_t place = origin + static_cast<int64_t>(o) * stride + offset;
        found += place >= 0 && place < limit;
    }
    return found;
}

// Vectors that are read from the activation buffer; the others are padding.
uint64_t read_vectors(const spec::CommandWords& words) {
    namespace exec = spec::exec;
    uint64_t sum = 0;
    for (int64_t ky = 0; ky < spec::get(words, exec::kernel_h); ++ky) {
        const uint64_t rows = inside(spec::get(words, exec::origin_y), spec::get(words, exec::stride_y),
                                     ky * spec::get(words, exec::dilation_y), spec::get(words, exec::limit_h),
                                     unsigned_field(words, exec::out_h));
        for (int64_t kx = 0; kx < spec::get(words, exec::kernel_w); ++kx) {
            sum += rows * inside(spec::get(words, exec::origin_x), spec::get(words, exec::stride_x),
                                 kx * spec::get(words, exec::dilation_x), spec::get(words, exec::limit_w),
                                 unsigned_field(words, exec::out_w));
        }
    }
    return sum * unsigned_field(words, exec::group_count);
}

const spec::Format& format_of(uint32_t code) {
    for (const spec::Format& format : spec::formats) {
        if (static_cast<uint32_t>(format.code) == code) return format;
    }
    return spec::formats[0];
}

// Bytes and outputs of the post-processor, for so many accumulators of each column.
void add_finish(const spec::CommandWords& words, const spec::Machine& machine, uint64_t pixels, Activity& activity) {
    const uint64_t columns = static_cast<uint64_t>(machine.columns);
    const uint64_t groups = pixels * columns / static_cast<uint64_t>(machine.post_lanes);
    const bool has_residual = spec::get(words, spec::exec::residual) != 0;
    activity.post_groups += groups;
    activity.outputs += pixels * columns;
    activity.residuals += has_residual ? pixels * columns : 0;
    activity.accumulator.read += pixels * columns * static_cast<uint64_t>(machine.accumulator_bits) / bits_per_byte;
    activity.parameter.read += groups * static_cast<uint64_t>(machine.post_lanes * spec::parameter_bytes);
    activity.residual.read += has_residual ? pixels * columns : 0;
    activity.output.written += pixels * columns;
    if (spec::get(words, spec::exec::tabled) == 0 || machine.activation_tables == 0) return;
    activity.table.read += pixels * columns * static_cast<uint64_t>(spec::activation_table_word_entries);
}

// A command of the window engine: `pixels` windows of `taps` vectors; the first reads the weights of all.
void add_window(const spec::CommandWords& words, const spec::Machine& machine, uint64_t pixels, uint64_t taps,
                Activity& activity) {
    namespace exec = spec::exec;
    const uint64_t slots = static_cast<uint64_t>(spec::window_slots(machine)), turn = std::max<uint64_t>(slots, 3);
    const bool sums = exec::Engine(spec::get(words, exec::engine)) == exec::Engine::window_sum;
    const uint64_t sum_bytes = pixels * static_cast<uint64_t>(machine.window_channels * machine.accumulator_bits) /
                               bits_per_byte;
    activity.vectors += pixels * taps;
    activity.window_vectors += pixels * taps;
    activity.passes += pixels;
    activity.window_pixels += pixels;
    activity.pass_cycles += (sums ? taps * slots + turn - 1 : std::max(taps, turn)) +
                            (pixels - 1) * std::max(taps, turn);
    activity.weight.read += sums ? taps * slots * static_cast<uint64_t>(spec::weight_word_bytes(machine)) : 0;
    activity.activation.read += read_vectors(words) * static_cast<uint64_t>(machine.window_channels);
    activity.accumulator.read += spec::get(words, exec::start) != 0 ? 0 : sum_bytes;
    activity.accumulator.written += sum_bytes;
    if (spec::get(words, exec::finish) != 0) add_finish(words, machine, pixels * slots, activity);
}

void add_exec(const spec::CommandWords& words, const spec::Machine& machine, Activity& activity) {
    namespace exec = spec::exec;
    const spec::Format& format = format_of(static_cast<uint32_t>(spec::get(words, exec::format)));
    const uint64_t pixels = unsigned_field(words, exec::out_w) * unsigned_field(words, exec::out_h);
    const uint64_t passes = unsigned_field(words, exec::kernel_w) * unsigned_field(words, exec::kernel_h) *
                            unsigned_field(words, exec::group_count);
    if (exec::Engine(spec::get(words, exec::engine)) != exec::Engine::array) {
        return add_window(words, machine, passes, pixels, activity);
    }
    const uint64_t rows = static_cast<uint64_t>(machine.rows), columns = static_cast<uint64_t>(machine.columns);
    const uint64_t accumulator_bytes = columns * static_cast<uint64_t>(machine.accumulator_bits) / bits_per_byte;
    const uint64_t kept = spec::get(words, exec::start) != 0 ? passes - 1 : passes;  // passes that read a sum first
    activity.vectors += pixels * passes;
    activity.passes += passes;
    activity.pass_cycles += passes * std::max(pixels, rows);
    activity.weight.read += passes * rows * static_cast<uint64_t>(spec::weight_word_bytes(machine));
    if (spec::is_indexed(format) || spec::is_scaled(format)) {
        activity.weight.read += passes * static_cast<uint64_t>(spec::palette_word_bytes(machine));
    }
    activity.activation.read += read_vectors(words) * rows * static_cast<uint64_t>(spec::lanes(machine, format));
    activity.accumulator.read += kept * pixels * accumulator_bytes;
    activity.accumulator.written += passes * pixels * accumulator_bytes;
    if (spec::get(words, exec::finish) != 0) add_finish(words, machine, pixels, activity);
}

// The beats of a layer that what is carried for this purpose counts with.
uint64_t& carried_beats(Role role, Activity& activity) {
    switch (role) {
        case Role::input:
        case Role::padding: return activity.input_beats;
        case Role::residual: return activity.residual_beats;
        case Role::output: return activity.output_beats;
        default: return activity.weight_beats;
    }
}

}  // namespace

void Activity::Bytes::add(const Bytes& other) {
    read += other.read;
    written += other.written;
}

void Activity::add(const Activity& other) {
    commands += other.commands;
    vectors += other.vectors;
    window_vectors += other.window_vectors;
    window_pixels += other.window_pixels;
    passes += other.passes;
    pass_cycles += other.pass_cycles;
    post_groups += other.post_groups;
    read_beats += other.read_beats;
    write_beats += other.write_beats;
    weight_beats += other.weight_beats;
    input_beats += other.input_beats;
    residual_beats += other.residual_beats;
    output_beats += other.output_beats;
    command_beats += other.command_beats;
    outputs += other.outputs;
    residuals += other.residuals;
    activation.add(other.activation);
    weight.add(other.weight);
    parameter.add(other.parameter);
    residual.add(other.residual);
    output.add(other.output);
    accumulator.add(other.accumulator);
    table.add(other.table);
}

std::vector<Activity> activities(const Program& program, const spec::Machine& machine) {
    std::vector<Activity> layers(program.layers.size());
    for (size_t i = 0; i < program.commands.size(); ++i) {
        const spec::CommandWords& words = program.commands[i];
        Activity& layer = layers[static_cast<size_t>(program.notes[i].layer)];
        ++layer.commands;
        layer.command_beats += static_cast<uint64_t>(spec::command_bytes / machine.beat_bytes);
        layer.read_beats += static_cast<uint64_t>(spec::command_bytes / machine.beat_bytes);
        const uint64_t before = layer.read_beats + layer.write_beats;
        switch (static_cast<spec::Opcode>(spec::get(words, spec::common::opcode))) {
            case spec::Opcode::load: add_load(words, machine, layer); break;
            case spec::Opcode::store: add_store(words, machine, layer); break;
            default: add_exec(words, machine, layer); break;
        }
        carried_beats(program.notes[i].role, layer) += layer.read_beats + layer.write_beats - before;
    }
    return layers;
}

}  // namespace napier::driver
