#include <algorithm>

#include "driver/verify/program_generator.hpp"

namespace napier::driver {

using namespace spec::exec;
using spec::CommandWords;
using spec::get;
using spec::set;

namespace {

constexpr int attempts = 20;
constexpr int64_t most_vectors = 3000;  // activation vectors of one EXEC
constexpr int64_t turn = 11;            // cycles of a pass with few pixels, of real numbers, about

void set16(const spec::Machine& machine, CommandWords& words, const spec::Field& field, int64_t value) {
    if (field.is_signed) set(words, field, int16_t(value));
    else set(words, field, field.wraps ? value & 0xffff : value & spec::kept_mask(machine, field));
}

// First word and stride of `pixels` words inside a buffer of `words`.
struct Words {
    int64_t base, stride;
};
Words place_words(int64_t pixels, int64_t words, Random& random) {
    int64_t stride = random.chance(60) ? 1 : random.between(-2, 4);
    if ((pixels - 1) * std::abs(stride) >= words) stride = pixels <= words ? 1 : 0;
    const int64_t span = (pixels - 1) * std::abs(stride);
    const int64_t least = random.chance(40) ? 0 : random.below(words - span);
    return {stride < 0 ? least + span : least, stride};
}

}  // namespace

void ProgramBuilder::choose_shape(CommandWords& words) {
    const int64_t most_pixels = tile_open() ? tile_pixels_ : machine_.accumulator_depth;
    int64_t height = random_.small(1, std::min<int64_t>(most_pixels, 16));
    int64_t width = random_.chance(10) ? most_pixels / height : random_.small(1, most_pixels / height);
    if (random_.chance(50)) std::swap(height, width);
    if (tile_open() && random_.chance(60)) width = tile_pixels_, height = 1;
    const int64_t pass_words = spec::pass_words(machine_);
    const int64_t most_passes =
        std::max<int64_t>(1, std::min<int64_t>(machine_.weight_words / pass_words, most_vectors / (height * width)));
    const int64_t kernel_y = std::min(most_passes, random_.small(1, 5));
    const int64_t kernel_x = std::min(most_passes / kernel_y, random_.small(1, random_.chance(5) ? 11 : 5));
    const int64_t groups = random_.small(1, std::min<int64_t>(most_passes / kernel_y / kernel_x, 40));
    set(words, out_h, height);
    set(words, out_w, width);
    set(words, kernel_h, kernel_y);
    set(words, kernel_w, kernel_x);
    set(words, group_count, groups);
    if (machine_.palette_words > 0) set(words, palette_base, random_.below(machine_.palette_words));
    set(words, weight_base, random_.below(machine_.weight_words - kernel_y * kernel_x * groups * pass_words + 1));
}

// A command of the window engine: its passes are output pixels, its pixels taps. No longer than an open tile.
void ProgramBuilder::choose_window(CommandWords& words) {
    const int64_t slots = spec::window_slots(machine_);
    const int64_t most = (tile_open() ? tile_pixels_ : machine_.accumulator_depth) / slots;
    if (most == 0) return;
    set(words, engine, int64_t(random_.chance(70) ? Engine::window_sum : Engine::window_max));
    const int64_t height = random_.small(1, std::min<int64_t>(machine_.window_taps, 5));
    set(words, out_h, height);
    set(words, out_w, random_.small(1, std::min<int64_t>(machine_.window_taps / height, 11)));
    const int64_t rows = random_.small(1, most), columns = random_.small(1, most / rows);
    set(words, kernel_h, rows);
    set(words, kernel_w, columns);
    set(words, group_count, random_.chance(80) ? 1 : random_.small(1, most / rows / columns));
    const bool sums = Engine(get(words, engine)) == Engine::window_sum;
    const int64_t weights = sums ? slots * get(words, out_h) * get(words, out_w) : 0;
    set(words, weight_base, random_.below(machine_.weight_words - weights + 1));
}

// Strides as the compiler makes them: an image of `width` positions of group_count * lanes slots.
void ProgramBuilder::choose_convolution(CommandWords& words, int lanes) {
    const int64_t position = get(words, group_count) * lanes;
    const int64_t step_x = random_.between(1, 3), step_y = random_.between(1, 3);
    const int64_t spread_x = random_.between(1, 3), spread_y = random_.between(1, 3);
    const int64_t reach_x = (get(words, out_w) - 1) * step_x + (get(words, kernel_w) - 1) * spread_x + 1;
    const int64_t reach_y = (get(words, out_h) - 1) * step_y + (get(words, kernel_h) - 1) * spread_y + 1;
    const int64_t left = random_.between(0, std::min<int64_t>(reach_x, 4)),
                  top = random_.between(0, std::min<int64_t>(reach_y, 4));
    const int64_t image_w = std::max<int64_t>(1, reach_x - left - random_.between(-1, 3));
    const int64_t image_h = std::max<int64_t>(1, reach_y - top - random_.between(-1, 3));
    set(words, stride_x, step_x), set(words, stride_y, step_y);
    set(words, dilation_x, spread_x), set(words, dilation_y, spread_y);
    set16(machine_, words, origin_x, -left), set16(machine_, words, origin_y, -top);
    set(words, limit_w, image_w), set(words, limit_h, image_h);
    set16(machine_, words, pixel_stride, step_x * position);
    set16(machine_, words, row_stride, step_y * image_w * position);
    set16(machine_, words, tap_stride_x, spread_x * position);
    set16(machine_, words, tap_stride_y, spread_y * image_w * position);
    set16(machine_, words, group_stride, lanes);
}

void ProgramBuilder::choose_any_strides(CommandWords& words) {
    const int64_t most = random_.pick({2, 8, 40});
    for (const auto* field : {&pixel_stride, &row_stride, &tap_stride_x, &tap_stride_y, &group_stride})
        set16(machine_, words, *field, random_.between(random_.chance(30) ? -most : 0, most));
    for (const auto* field : {&stride_x, &stride_y, &dilation_x, &dilation_y})
        set(words, *field, random_.chance(5) ? random_.below(256) : random_.between(0, 4));
    const bool far = random_.chance(5);
    for (const auto* field : {&origin_x, &origin_y})
        set16(machine_, words, *field, far ? int64_t(random_.next()) : random_.between(-4, 8));
    for (const auto* field : {&limit_w, &limit_h})
        set(words, *field,
            random_.chance(20) ? random_.below(int64_t{1} << (machine_.word_bits - 1)) : random_.between(0, 12));
}

// False if the accesses span more slots than the buffer has.
bool ProgramBuilder::choose_activation_base(CommandWords& words) {
    const int64_t slots = int64_t{machine_.activation_words} * spec::slots_in_word(machine_);
    const auto range = activation_range(machine_, words);
    if (!range) return set16(machine_, words, activation_base, int64_t(random_.next())), true;
    const int64_t free = slots - (range->greatest - range->least);
    if (free <= 0) return false;
    set16(machine_, words, activation_base, random_.below(free) - range->least);
    return true;
}

void ProgramBuilder::choose_finish(CommandWords& words) {
    const int64_t sets = Engine(get(words, engine)) == Engine::array ? 1 : spec::window_slots(machine_);
    const int64_t pixels = tile_words(words);
    const Words output = place_words(pixels, machine_.output_words, random_);
    set16(machine_, words, output_base, output.base), set16(machine_, words, output_stride, output.stride);
    const int64_t parameters = sets * machine_.columns / machine_.post_lanes;
    set(words, parameter_base, random_.below(machine_.parameter_words - parameters + 1));
    if (spec::is_real(machine_)) return choose_real_finish(words);
    const Words other = place_words(pixels, machine_.residual_words, random_);
    set16(machine_, words, residual_base, other.base), set16(machine_, words, residual_stride, other.stride);
    const int64_t low = random_.chance(60) ? -128 : random_.between(-128, 127);
    set(words, clamp_low, low);
    set(words, clamp_high, random_.chance(60) ? 127 : random_.between(random_.chance(90) ? low : -128, 127));
    set(words, output_zero, random_.chance(40) ? 0 : random_.between(-128, 127));
    set(words, residual_zero, random_.chance(40) ? 0 : random_.between(-128, 127));
    set(words, residual_significand,
        random_.chance(30)   ? random_.below(4)
        : random_.chance(80) ? random_.below(1 << 24)
                             : (1 << 24) - 1);
    set(words, residual, random_.chance(30));
    set(words, rectify, random_.chance(30));
    set(words, tabled, machine_.activation_tables > 0 && random_.chance(40));
    if (machine_.activation_tables > 0) set(words, table, random_.below(machine_.activation_tables));
    set(words, output_signs, spec::has_one_bit_channels(machine_) && random_.chance(20));
}

// A code of the mask; 0 if it is empty.
int64_t ProgramBuilder::choose_code(uint32_t mask) {
    int64_t code = random_.below(8);
    while (mask != 0 && (mask >> code & 1) == 0) code = (code + 1) % 8;
    return mask == 0 ? 0 : code;
}

void ProgramBuilder::choose_real_finish(CommandWords& words) {
    const auto bound = [&](int64_t infinite, int64_t plain) {
        if (random_.chance(40)) return infinite;
        if (random_.chance(60)) return plain;
        const int64_t any = random_.below(0x10000);
        return (any & 0x7f80) == 0x7f80 ? plain : any;
    };
    set(words, float_low, bound(0xff80, random_.pick({0x0000, 0x8000, 0xbf80, 0xc0c0})));
    set(words, float_high, bound(0x7f80, random_.pick({0x3f80, 0x40c0, 0x0000, 0x4480})));
    set(words, element_a, choose_code(machine_.elements_a));
    set(words, element_b, choose_code(machine_.elements_b));
    set(words, element_output, choose_code(machine_.outputs));
    set(words, scale_rule, random_.below(4));
}

// As many passes as the palette buffer holds scales for, and where these stand.
void ProgramBuilder::fit_scales(CommandWords& words) {
    const int64_t most = machine_.palette_words;
    set(words, kernel_h, std::min<int64_t>(get(words, kernel_h), most));
    set(words, kernel_w, std::min<int64_t>(get(words, kernel_w), most / get(words, kernel_h)));
    const int64_t taps = get(words, kernel_h) * get(words, kernel_w);
    set(words, group_count, std::min<int64_t>(get(words, group_count), most / taps));
    set(words, palette_base, random_.below(most - taps * get(words, group_count) + 1));
}

CommandWords ProgramBuilder::random_exec() {
    CommandWords words{};
    set(words, spec::common::opcode, int64_t(spec::Opcode::exec));
    set(words, start, !tile_open());
    set(words, spec::exec::finish, random_.chance(75));
    choose_shape(words);
    if (spec::is_real(machine_)) {
        set(words, spec::exec::format, spec::real_format(machine_)->code);
        if (random_.chance(60)) choose_convolution(words, 1);
        else choose_any_strides(words);
        choose_finish(words);
        return words;
    }
    int code = int(random_.below(std::size(spec::formats)));
    while (!spec::has_format(machine_, spec::formats[code])) code = (code + 1) % int(std::size(spec::formats));
    set(words, spec::exec::format, spec::formats[code].code);
    if (spec::window_slots(machine_) > 0 && random_.chance(35)) choose_window(words);
    else if (spec::is_scaled(spec::formats[code])) fit_scales(words);
    set(words, triple, random_.chance(tile_open() ? 50 : 10));
    set(words, pad_byte, random_.chance(50) ? random_.pick({0, 0x80, 0x7f}) : random_.below(256));
    if (random_.chance(60)) choose_convolution(words, spec::lanes(machine_, spec::formats[code]));
    else choose_any_strides(words);
    choose_finish(words);
    return words;
}

// Accumulators of a column that the EXEC has.
int64_t ProgramBuilder::tile_words(const CommandWords& words) const {
    if (Engine(get(words, engine)) == Engine::array) return get(words, out_w) * get(words, out_h);
    return get(words, kernel_h) * get(words, kernel_w) * get(words, group_count) * spec::window_slots(machine_);
}

// Bytes of an output word that the EXEC writes.
int64_t ProgramBuilder::pixel_bytes(const CommandWords& words) const {
    if (!spec::is_real(machine_)) return machine_.columns;
    for (const spec::Scalar& scalar : spec::scalars) {
        if (get(words, element_output) == scalar.code) return machine_.columns * scalar.bits / 8;
    }
    return spec::output_word_bytes(machine_);
}

void ProgramBuilder::add_exec() {
    for (int i = 0; i < attempts; ++i) {
        CommandWords words = random_exec();
        if (!choose_activation_base(words)) continue;
        const Footprint touched = footprint(machine_, words);
        if (!touched.inside) continue;
        const int64_t pixels = tile_words(words), vectors = get(words, out_w) * get(words, out_h);
        append(words, touched);
        const int64_t passes = get(words, kernel_h) * get(words, kernel_w) * get(words, group_count);
        work_ += std::max<int64_t>(vectors, spec::is_real(machine_) ? turn : machine_.rows) * passes;
        if (get(words, spec::exec::finish) == 0) {
            tile_pixels_ = pixels;
            return;
        }
        tile_pixels_ = 0;
        for (uint32_t word : touched.written[int(Place::output)]) written_[int(Place::output)][word] = true;
        const int16_t stride = int16_t(get(words, output_stride));
        const bool array = Engine(get(words, engine)) == Engine::array;
        tiles_.push_back({get(words, output_base), stride, array ? get(words, out_w) : pixels,
                          array ? get(words, out_h) : 1, pixel_bytes(words)});
        return;
    }
}

}  // namespace napier::driver
