#include "sim/control/fetch.hpp"

#include <algorithm>
#include <cstring>

#include "sw/spec/machine.hpp"

namespace napier::sim {

using spec::ErrorCode;

Fetch::Fetch(Context& context, CommandQueue& queue, MemoryPort& port, Fault& fault)
    : context_(context), queue_(queue), port_(port), fault_(fault),
      address_mask_(spec::address_mask(context.machine)),
      parts_(uint32_t(std::max(1, spec::command_bytes / spec::burst_bytes(context.machine)))),
      part_bytes_(uint32_t(spec::command_bytes) / parts_) {
    for (const spec::Command& command : spec::commands) used_bits_.push_back(spec::used_bits(command, context.machine));
}

void Fetch::reset() {
    active_ = Registered<bool>(false);
    flight_ = Registered<int>(0);
    errors_.clear();
    bad_ = false;
}

void Fetch::raise(Cycle cycle, ErrorCode code, uint32_t address, uint32_t index) {
    fault_.raise(Fault::Source::fetch, cycle, {uint32_t(code), address, index});
}

void Fetch::start(Cycle cycle, uint32_t address, uint32_t length) {
    address_ = address;
    length_ = length;
    issue_ = part_ = receive_ = receive_part_ = 0;
    active_.set(cycle, true);
    port_.poke_read(cycle + 1);
    if (address % spec::command_bytes != 0) return raise(cycle, ErrorCode::alignment, address, 0);
    if (length == 0) return raise(cycle, ErrorCode::zero_count, 0, 0);
}

bool Fetch::requests(Cycle cycle) const {
    return active_.at(cycle) && flight_.at(cycle) < context_.machine.fetch_ahead &&
           (part_ != 0 || queue_.room(cycle, flight_.at(cycle)));
}

BusBurst Fetch::burst() const {
    return {address(issue_, part_), part_bytes_ / uint32_t(context_.machine.beat_bytes), part_bytes_};
}

bool Fetch::issued(Cycle cycle) {
    flight_.add(cycle, 1);
    port_.poke_read(cycle + 1);
    if (++part_ != parts_) return true;
    part_ = 0;
    if (++issue_ == length_) active_.set(cycle, false);
    return true;
}

void Fetch::outside(Cycle cycle) { raise(cycle, ErrorCode::read_window, address(issue_, part_), issue_); }

void Fetch::joined(const MemoryModel::ReadBurst& read) {
    errors_.push_back(read.error);
    if (!read.error) return;
    const Cycle first_beat = context_.memory.beat_cycle(read, 0);
    if (first_beat == never) return;
    // Bursts come in order: this one is behind those that joined and have not come.
    const uint32_t behind = receive_ * parts_ + receive_part_ + uint32_t(errors_.size()) - 1;
    const uint32_t command = behind / parts_;
    const Cycle when = context_.memory.beat_cycle(read, read.first_error());
    raise(when, ErrorCode::read_response, address(command, behind % parts_), command);
}

void Fetch::landed(Cycle cycle) {
    flight_.add(cycle, -1);
    port_.poke_read(cycle + 1);
    bad_ = bad_ || errors_.front() != 0;
    errors_.pop_front();
    if (!bad_) take_part();
    if (++receive_part_ != parts_) return;
    receive_part_ = 0;
    if (!bad_) receive(cycle);
    ++receive_;
}

void Fetch::take_part() {
    const uint8_t* const bytes = context_.memory.at(address(receive_, receive_part_));
    std::memcpy(command_.data() + receive_part_ * part_bytes_, bytes, part_bytes_);
    if (context_.machine.checksums == 0) return;
    context_.checksums.fetch =
        add_burst(context_.checksums.fetch, uint32_t(context_.machine.beat_bytes), 0, bytes, part_bytes_);
}

// The command's last beat: its own bits, its opcode, and the counts of LOAD and STORE.
void Fetch::receive(Cycle cycle) {
    CommandWords words;
    std::memcpy(words.data(), command_.data(), sizeof words);
    const auto field = [&](const spec::Field& which) { return uint32_t(spec::get(words, which)); };
    const spec::Command* command = spec::find_command(field(spec::common::opcode));
    if (command == nullptr || !spec::within(words, used_bits_[size_t(command - spec::commands)])) {
        return raise(cycle, ErrorCode::bad_opcode, 0, receive_);
    }
    const auto opcode = spec::Opcode(field(spec::common::opcode));
    if (opcode != spec::Opcode::exec &&
        (field(spec::load::length) == 0 || field(spec::load::count_x) == 0 || field(spec::load::count_y) == 0)) {
        return raise(cycle, ErrorCode::zero_count, 0, receive_);
    }
    queue_.commit(cycle, Engine(int(opcode) - int(spec::Opcode::load)), receive_, words);
}

}  // namespace napier::sim
