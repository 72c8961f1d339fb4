#include "driver/compile/real/emit.hpp"

#include <algorithm>

#include "driver/compile/transfer.hpp"
#include "sw/formats/block.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

namespace exec = spec::exec;

// What the activation buffer holds: positions of the input, and slots of each.
struct Held {
    Span y, x, slots;
    int word = 0;
    int64_t words = 0;
};

// Output pixels.
struct RealTile {
    int index = 0;
    Span y, x;
    int pixels() const { return y.count() * x.count(); }
};

std::vector<RealTile> tiles_of(const RealPlan& plan) {
    std::vector<RealTile> tiles;
    for (int y = 0; y < plan.y.output; y += plan.tile_h) {
        for (int x = 0; x < plan.x.output; x += plan.tile_w) {
            tiles.push_back({static_cast<int>(tiles.size()), {y, std::min(plan.y.output, y + plan.tile_h)},
                             {x, std::min(plan.x.output, x + plan.tile_w)}});
        }
    }
    return tiles;
}

class RealEmitter {
public:
    RealEmitter(int layer, const RealPlan& plan, int input_pixel, int output_pixel, const LayerAddresses& addresses,
                Buffers& buffers, std::vector<Step>& steps)
        : layer_(layer), plan_(plan), machine_(*plan.machine), input_pixel_(input_pixel), output_pixel_(output_pixel),
          addresses_(addresses), buffers_(buffers), steps_(steps), boxes_(plan.boxes()) {}

    void run() {
        for (const RealTile& tile : tiles_of(plan_)) {
            for (size_t i = 0; i < plan_.columns.size(); ++i) emit_columns(tile, static_cast<int>(i));
        }
    }

private:
    CommandNote note(Role role, const RealTile& tile, int column_tile = -1) const {
        return {layer_, role, tile.index, column_tile};
    }
    int pass_words() const { return spec::pass_words(machine_); }

    void emit_columns(const RealTile& tile, int column) {
        int64_t pass = 0;
        for (size_t i = 0; i < boxes_.size(); ++i) {
            steps_.emplace_back();
            const bool first = i == 0, last = i + 1 == boxes_.size();
            const int weight = load_weights(tile, column, pass, boxes_[i]);
            if (last) load_parameters(tile, column);
            if (!plan_.whole_input) load_part(tile, column, boxes_[i].front());
            else if (first && column == 0) load_whole(tile);
            emit_boxes(tile, column, boxes_[i], weight, first, last);
            for (const PassBox& box : boxes_[i]) pass += box.passes();
            if (last) store(tile, column);
        }
    }

    // Copies words of constants to their buffer.
    void load_constants(Space space, int word, int64_t words, int word_bytes, int64_t memory, const CommandNote& note) {
        Transfer transfer;
        transfer.space = space;
        transfer.memory = memory;
        transfer.buffer = int64_t{word} * word_bytes;
        transfer.length = words * word_bytes;
        emit(transfer, machine_, note, steps_.back().loads);
    }

    // The word of the first of these boxes' passes, which begin with number `pass` of the column tile.
    int load_weights(const RealTile& tile, int column, int64_t pass, const std::vector<PassBox>& boxes) {
        const int bytes = spec::weight_word_bytes(machine_);
        const int64_t before = (column * plan_.passes() + pass) * pass_words();
        if (plan_.weights_resident) {
            if (is_first()) {
                const int64_t words = static_cast<int64_t>(plan_.columns.size()) * plan_.passes() * pass_words();
                load_constants(Space::weight, buffers_.weight.place(words), words, bytes, addresses_.weights,
                               note(Role::weights, tile));
            }
            return buffers_.weight.begin() + static_cast<int>(before);
        }
        int64_t words = 0;
        for (const PassBox& box : boxes) words += box.passes() * pass_words();
        load_constants(Space::weight, buffers_.weight.place(words), words, bytes, addresses_.weights + before * bytes,
                       note(Role::weights, tile, column));
        return buffers_.weight.begin();
    }

    void load_parameters(const RealTile& tile, int column) {
        const int bytes = spec::parameter_word_bytes(machine_);
        const int64_t each = plan_.parameter_words();
        if (plan_.parameters_resident) {
            if (have_parameters_) return;
            have_parameters_ = true;
            const int64_t words = each * static_cast<int64_t>(plan_.columns.size());
            return load_constants(Space::parameter, buffers_.parameter.place(words), words, bytes,
                                  addresses_.parameters, note(Role::parameters, tile));
        }
        load_constants(Space::parameter, buffers_.parameter.place(each), each, bytes,
                       addresses_.parameters + column * each * bytes, note(Role::parameters, tile, column));
    }

    void load_whole(const RealTile& tile) {
        load(tile, {plan_.y.positions(tile.y), plan_.x.positions(tile.x), {0, plan_.in_slots}});
    }
    void load_part(const RealTile& tile, int column, const PassBox& box) {
        const int first = plan_.columns[size_t(column)].group * plan_.group_slots + box.group;
        load(tile, {part_of(plan_.y, box.ky, 1).positions(tile.y), part_of(plan_.x, box.kx, 1).positions(tile.x),
                    {first, first + box.groups}});
    }

    void load(const RealTile& tile, Held held) {
        const int slots = spec::slots_in_word(machine_), slot_bytes = spec::slot_bytes(machine_);
        const bool blocks = spec::has_blocks(machine_);
        const int64_t count = held.slots.count(), positions = int64_t{held.y.count()} * held.x.count();
        held.words = (positions * count + slots - 1) / slots;
        held.word = buffers_.activation.place(held.words);
        held_ = held;
        if (held.words == 0) return;
        const int bytes = blocks ? formats::packed_bytes(spec::elements[plan_.element_a]) : slot_bytes;
        const int64_t row = int64_t{input_pixel_} * plan_.x.input;
        Transfer transfer;
        transfer.memory = addresses_.input + held.y.begin * row + int64_t{held.x.begin} * input_pixel_ +
                          int64_t{held.slots.begin} * bytes;
        transfer.buffer = int64_t{held.word} * spec::activation_word_bytes(machine_);
        transfer.length = blocks ? bytes : bytes * count;
        const Loop x{held.x.count(), input_pixel_, count * slot_bytes};
        const Loop y{held.y.count(), row, count * slot_bytes * held.x.count()};
        if (blocks) transfer.loops = {{count, bytes, slot_bytes}, x, y};
        else transfer.loops = {x, y};
        emit(transfer, machine_, note(Role::input, tile), steps_.back().loads);
    }

    void emit_boxes(const RealTile& tile, int column, const std::vector<PassBox>& boxes, int64_t weight, bool first,
                    bool last) {
        for (size_t i = 0; i < boxes.size(); ++i) {
            Draft draft;
            draft.queue = Queue::exec;
            draft.note = note(Role::compute, tile, column);
            spec::CommandWords& words = draft.words;
            spec::set(words, spec::common::opcode, static_cast<int64_t>(spec::Opcode::exec));
            spec::set(words, exec::format, spec::real_format(machine_)->code);
            spec::set(words, exec::start, first && i == 0);
            spec::set(words, exec::element_a, plan_.element_a);
            spec::set(words, exec::element_b, plan_.element_b);
            spec::set(words, exec::element_output, plan_.output);
            spec::set(words, exec::weight_base, weight);
            put_walk(tile, column, boxes[i], words);
            const int64_t end = weight + boxes[i].passes() * pass_words();
            draft.accesses = {{Space::weight, false, weight, end},
                              {Space::activation, false, held_.word, held_.word + held_.words}};
            if (last && i + 1 == boxes.size()) put_finish(tile, column, draft);
            weight = end;
            steps_.back().execs.push_back(draft);
        }
    }

    void put_walk(const RealTile& tile, int column, const PassBox& box, spec::CommandWords& words) const {
        const auto modulo = [&](int64_t slot) { return slot & spec::word_mask(machine_); };
        const Axis &y = plan_.y, &x = plan_.x;
        const int64_t pixel = held_.slots.count(), row = pixel * held_.x.count();
        const int origin_y = y.first_input(tile.y.begin) + box.ky * y.dilation;
        const int origin_x = x.first_input(tile.x.begin) + box.kx * x.dilation;
        const int slot = plan_.columns[size_t(column)].group * plan_.group_slots + box.group - held_.slots.begin;
        spec::set(words, exec::activation_base,
                  modulo(int64_t{held_.word} * spec::slots_in_word(machine_) + (origin_y - held_.y.begin) * row +
                         (origin_x - held_.x.begin) * pixel + slot));
        spec::set(words, exec::pixel_stride, modulo(x.step() * pixel));
        spec::set(words, exec::row_stride, modulo(y.step() * row));
        spec::set(words, exec::tap_stride_x, modulo(x.dilation * pixel));
        spec::set(words, exec::tap_stride_y, modulo(y.dilation * row));
        spec::set(words, exec::group_stride, 1);
        spec::set(words, exec::group_count, box.groups);
        spec::set(words, exec::kernel_w, box.columns);
        spec::set(words, exec::kernel_h, box.rows);
        spec::set(words, exec::out_w, tile.x.count());
        spec::set(words, exec::out_h, tile.y.count());
        spec::set(words, exec::origin_x, origin_x);
        spec::set(words, exec::origin_y, origin_y);
        spec::set(words, exec::stride_x, x.step());
        spec::set(words, exec::stride_y, y.step());
        spec::set(words, exec::dilation_x, x.kernel == 1 ? 1 : x.dilation);
        spec::set(words, exec::dilation_y, y.kernel == 1 ? 1 : y.dilation);
        spec::set(words, exec::limit_w, x.input);
        spec::set(words, exec::limit_h, y.input);
    }

    void put_finish(const RealTile& tile, int column, Draft& draft) {
        const int pixels = tile.pixels(), output = buffers_.output.place(pixels);
        int parameter = buffers_.parameter.begin();
        if (plan_.parameters_resident) parameter += column * plan_.parameter_words();
        spec::CommandWords& words = draft.words;
        spec::set(words, exec::finish, 1);
        spec::set(words, exec::output_base, output);
        spec::set(words, exec::output_stride, 1);
        spec::set(words, exec::parameter_base, parameter);
        spec::set(words, exec::scale_rule, plan_.scale_rule);
        spec::set(words, exec::float_low, plan_.float_low);
        spec::set(words, exec::float_high, plan_.float_high);
        draft.accesses.push_back({Space::parameter, false, parameter, parameter + plan_.parameter_words()});
        draft.accesses.push_back({Space::output, true, output, output + pixels});
    }

    void store(const RealTile& tile, int column) {
        const RealColumns& columns = plan_.columns[size_t(column)];
        int64_t bytes = 0, before = 0;
        if (plan_.output < spec::element_count) {
            bytes = formats::packed_bytes(spec::elements[plan_.output]);
            before = columns.first / spec::block_elements * bytes;
        }
        for (const spec::Scalar& scalar : spec::scalars) {
            if (plan_.output != scalar.code) continue;
            bytes = columns.count * scalar.bits / 8;
            before = columns.first * scalar.bits / 8;
        }
        const int64_t row = int64_t{output_pixel_} * plan_.x.output, word = spec::output_word_bytes(machine_);
        Transfer transfer;
        transfer.space = Space::output;
        transfer.memory = addresses_.output + tile.y.begin * row + int64_t{tile.x.begin} * output_pixel_ + before;
        transfer.buffer = buffers_.output.begin() * word;
        transfer.length = bytes;
        transfer.loops = {{tile.x.count(), output_pixel_, word}, {tile.y.count(), row, word * tile.x.count()}};
        emit(transfer, machine_, note(Role::output, tile, column), steps_.back().stores);
    }

    // True in the first step of the layer; the step is already in the list.
    bool is_first() const { return steps_.size() == first_ + 1; }

    const int layer_;
    const RealPlan& plan_;
    const spec::Machine& machine_;
    const int input_pixel_, output_pixel_;
    const LayerAddresses& addresses_;
    Buffers& buffers_;
    std::vector<Step>& steps_;
    const std::vector<std::vector<PassBox>> boxes_;
    const size_t first_ = steps_.size();
    bool have_parameters_ = false;
    Held held_;
};

}  // namespace

void emit_real_layer(int layer, const RealPlan& plan, int input_pixel, int output_pixel,
                     const LayerAddresses& addresses, Buffers& buffers, std::vector<Step>& steps) {
    RealEmitter(layer, plan, input_pixel, output_pixel, addresses, buffers, steps).run();
}

}  // namespace napier::driver
