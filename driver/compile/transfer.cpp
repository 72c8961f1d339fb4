#include "driver/compile/transfer.hpp"

#include <algorithm>

#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

// Longer rows become rows of about this length.
int64_t longest_row(const spec::Machine& machine) {
    return std::min(int64_t{1} << 20, (int64_t{1} << machine.length_bits) - 1);
}

int word_bytes(const spec::Machine& machine, Space space) {
    if (space == Space::output) return spec::output_word_bytes(machine);
    return spec::target_word_bytes(machine, static_cast<spec::load::Target>(space));
}

// True if the loop `outer` continues where `count` steps of these strides end.
bool continues(const Transfer& transfer, const Loop& outer, int64_t memory, int64_t buffer) {
    return outer.buffer_stride == buffer && (transfer.fill || outer.memory_stride == memory);
}

// Joins loops that run on without a gap.
Transfer join(Transfer transfer) {
    std::vector<Loop> loops;
    for (const Loop& loop : transfer.loops) {
        if (loop.count == 1) continue;
        if (loops.empty() && continues(transfer, loop, transfer.length, transfer.length)) {
            transfer.length *= loop.count;
        } else if (!loops.empty() && continues(transfer, loop, loops.back().memory_stride * loops.back().count,
                                               loops.back().buffer_stride * loops.back().count)) {
            loops.back().count *= loop.count;
        } else {
            loops.push_back(loop);
        }
    }
    transfer.loops = loops;
    return transfer;
}

void put_row(Draft& draft, const Transfer& transfer, int bytes) {
    spec::CommandWords& words = draft.words;
    if (draft.queue == Queue::store) {
        spec::set(words, spec::common::opcode, static_cast<int64_t>(spec::Opcode::store));
        spec::set(words, spec::store::address, transfer.memory);
        spec::set(words, spec::store::buffer_word, transfer.buffer / bytes);
        spec::set(words, spec::store::length, transfer.length);
        return;
    }
    spec::set(words, spec::common::opcode, static_cast<int64_t>(spec::Opcode::load));
    spec::set(words, spec::load::target, static_cast<int64_t>(transfer.space));
    spec::set(words, spec::load::fill, transfer.fill);
    spec::set(words, spec::load::packed, transfer.packed);
    spec::set(words, spec::load::fill_byte, transfer.fill ? transfer.fill_byte & 255 : 0);
    spec::set(words, spec::load::address, transfer.fill ? 0 : transfer.memory);
    spec::set(words, spec::load::buffer_word, transfer.buffer / bytes);
    spec::set(words, spec::load::buffer_byte, transfer.buffer % bytes);
    spec::set(words, spec::load::length, transfer.length);
}

void put_loops(Draft& draft, const Transfer& transfer, int bytes) {
    spec::CommandWords& words = draft.words;
    Loop loops[2] = {{1, 0, 0}, {1, 0, 0}};
    std::copy(transfer.loops.begin(), transfer.loops.end(), loops);
    const int64_t memory[2] = {transfer.fill ? 0 : loops[0].memory_stride, transfer.fill ? 0 : loops[1].memory_stride};
    namespace load = spec::load;  // the fields of the loops stand at the same place in LOAD and STORE
    const bool is_load = draft.queue == Queue::load;
    spec::set(words, is_load ? load::count_x : spec::store::count_x, loops[0].count);
    spec::set(words, is_load ? load::count_y : spec::store::count_y, loops[1].count);
    spec::set(words, is_load ? load::memory_stride_x : spec::store::memory_stride_x, memory[0]);
    spec::set(words, is_load ? load::memory_stride_y : spec::store::memory_stride_y, memory[1]);
    spec::set(words, is_load ? load::buffer_stride_x_word : spec::store::buffer_stride_x_word,
              loops[0].buffer_stride / bytes);
    spec::set(words, is_load ? load::buffer_stride_y_word : spec::store::buffer_stride_y_word,
              loops[1].buffer_stride / bytes);
    if (!is_load) return;
    spec::set(words, load::buffer_stride_x_byte, loops[0].buffer_stride % bytes);
    spec::set(words, load::buffer_stride_y_byte, loops[1].buffer_stride % bytes);
}

// A transfer of at most two loops as one command.
Draft make_command(const Transfer& transfer, const spec::Machine& machine, const CommandNote& note) {
    const int bytes = word_bytes(machine, transfer.space);
    Draft draft;
    draft.queue = transfer.space == Space::output ? Queue::store : Queue::load;
    draft.note = note;
    put_row(draft, transfer, bytes);
    put_loops(draft, transfer, bytes);
    const bool is_load = draft.queue == Queue::load;
    int64_t memory_end = transfer.memory + transfer.length;
    int64_t buffer_end = transfer.buffer + (is_load ? spec::buffer_length(draft.words, machine) : transfer.length);
    for (const Loop& loop : transfer.loops) {
        memory_end += (loop.count - 1) * loop.memory_stride;
        buffer_end += (loop.count - 1) * loop.buffer_stride;
    }
    draft.accesses.push_back({transfer.space, is_load, transfer.buffer / bytes, (buffer_end + bytes - 1) / bytes});
    if (!transfer.fill) draft.accesses.push_back({Space::memory, !is_load, transfer.memory, memory_end});
    return draft;
}

// The part of a transfer at [first, first + count) of its loop `index`.
Transfer part(Transfer transfer, size_t index, int64_t first, int64_t count) {
    Loop& loop = transfer.loops[index];
    transfer.memory += first * loop.memory_stride;
    transfer.buffer += first * loop.buffer_stride;
    loop.count = count;
    return transfer;
}

void emit_joined(const Transfer& transfer, const spec::Machine& machine, const CommandNote& note,
                 std::vector<Draft>& drafts) {
    for (size_t i = 0; i < transfer.loops.size(); ++i) {
        const int64_t limit = i < 2 ? spec::word_mask(machine) : 1;
        const int64_t count = transfer.loops[i].count;
        if (count <= limit) continue;
        for (int64_t first = 0; first < count; first += limit) {
            emit_joined(part(transfer, i, first, std::min(limit, count - first)), machine, note, drafts);
        }
        return;
    }
    Transfer command = transfer;
    std::erase_if(command.loops, [](const Loop& loop) { return loop.count == 1; });
    drafts.push_back(make_command(command, machine, note));
}

// A row of packed trits, in parts that fill whole beats.
void emit_packed(Transfer transfer, const spec::Machine& machine, const CommandNote& note, std::vector<Draft>& drafts) {
    const int64_t four = int64_t{4} * machine.beat_bytes, most = longest_row(machine) / four * four;
    for (int64_t left = transfer.length; left > 0; left -= transfer.length) {
        transfer.length = std::min(left, most);
        drafts.push_back(make_command(transfer, machine, note));
        transfer.memory += transfer.length;
        transfer.buffer += transfer.length / 4 * 5;
    }
}

}  // namespace

void emit(const Transfer& transfer, const spec::Machine& machine, const CommandNote& note,
          std::vector<Draft>& drafts) {
    if (transfer.packed) return emit_packed(transfer, machine, note, drafts);
    const Transfer joined = join(transfer);
    if (joined.length <= longest_row(machine)) return emit_joined(joined, machine, note, drafts);
    const int bytes = word_bytes(machine, transfer.space);
    const int64_t row = longest_row(machine) / bytes * bytes;
    const int64_t whole = joined.length / row, rest = joined.length % row;
    Transfer rows = joined;
    rows.length = row;
    rows.loops.insert(rows.loops.begin(), {whole, row, row});
    emit_joined(rows, machine, note, drafts);
    if (rest == 0) return;
    rows = joined;
    rows.length = rest;
    rows.memory += whole * row;
    rows.buffer += whole * row;
    emit_joined(rows, machine, note, drafts);
}

}  // namespace napier::driver
