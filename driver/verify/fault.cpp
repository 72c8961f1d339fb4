#include "driver/verify/fault.hpp"

#include <algorithm>

namespace napier::driver {
namespace {

constexpr uint32_t any_of(std::initializer_list<Cause> causes) {
    uint32_t bits = 0;
    for (Cause cause : causes) bits |= 1u << int(cause);
    return bits;
}

using enum Cause;
constexpr uint32_t bus = any_of({machine}), silent = any_of({machine, checksum, completion, deadline}),
                   last = any_of({machine, checksum, completion, deadline, protocol}),
                   registers = any_of({unreachable, identity, setting, stopped, completion, deadline, machine,
                                       checksum});

constexpr FaultRow rows[] = {
    {FaultKind::read_error, "error response to a read burst", false, false, false, false, bus},
    {FaultKind::read_error_beat, "error response to one beat", false, false, false, false, bus},
    {FaultKind::write_error, "error response to a write", false, false, false, false, bus},
    {FaultKind::read_never, "read never answered", false, false, false, false, bus},
    {FaultKind::write_never, "write never answered", false, false, false, false, bus},
    {FaultKind::read_late, "read answered late", false, false, true, false, bus},
    {FaultKind::write_late, "write answered late", false, false, true, false, bus},
    {FaultKind::last_early, "last a beat early", true, true, true, false, last},
    {FaultKind::last_missing, "last missing", true, true, true, false, last},
    {FaultKind::write_dropped, "write answered and dropped", false, true, true, false, silent},
    {FaultKind::write_doubled, "write done twice, the second time late", false, true, true, false, silent},
    {FaultKind::read_corrupted, "bit of read data flipped", false, true, true, false, silent},
    {FaultKind::write_corrupted, "bit of write data flipped", false, true, false, false, silent},
    {FaultKind::interrupt_lost, "interrupt lost", false, false, true, false, 0},
    {FaultKind::interrupt_spurious, "interrupt without a reason", false, false, true, false, 0},
    {FaultKind::interrupt_early, "interrupt early, again and again", false, false, true, false, 0},
    {FaultKind::interrupt_stuck, "interrupt stuck", false, false, true, false, any_of({unreachable, deadline})},
    {FaultKind::registers_gone, "registers gone until a reset", false, false, true, false, registers},
    {FaultKind::read_all_ones, "one register read as all ones", false, false, true, false, registers},
    {FaultKind::read_stale, "register reads stale", false, false, true, false, registers},
    {FaultKind::write_lost, "register write lost", false, false, true, false, registers},
    {FaultKind::reset, "hard reset in some cycle", false, false, false, false, any_of({stopped})},
    {FaultKind::allocation, "allocation fails", false, false, true, true, 0},
    {FaultKind::short_file, "program file cut short", false, false, false, true, 0},
    {FaultKind::full_disk, "disk full", false, false, false, true, 0},
};

}  // namespace

const FaultRow& fault_row(FaultKind kind) {
    return *std::find_if(std::begin(rows), std::end(rows), [&](const FaultRow& row) { return row.kind == kind; });
}

Fault random_fault(FaultKind kind, const RunShape& shape, Random& random) {
    constexpr int64_t longest_delay = 6000;  // cycles
    constexpr int64_t most_often = 40;       // reads, interrupts
    const auto below = [&](uint64_t count) { return uint64_t(random.below(int64_t(std::max<uint64_t>(count, 1)))); };
    Fault fault{kind, 0, uint64_t(random.below(1 << 16))};
    switch (kind) {
        case FaultKind::write_error:
        case FaultKind::write_never:
        case FaultKind::write_dropped:
        case FaultKind::write_doubled:
        case FaultKind::write_corrupted: fault.place = below(shape.write_bursts); break;
        case FaultKind::read_late: fault.place = below(shape.read_bursts); break;
        case FaultKind::write_late: fault.place = below(shape.write_bursts); break;
        case FaultKind::interrupt_lost:
        case FaultKind::interrupt_spurious:
        case FaultKind::interrupt_early:
        case FaultKind::interrupt_stuck:
        case FaultKind::reset: fault.place = below(shape.cycles); break;
        case FaultKind::registers_gone:
        case FaultKind::read_all_ones:
        case FaultKind::read_stale: fault.place = below(shape.register_reads); break;
        case FaultKind::write_lost: fault.place = below(shape.register_writes); break;
        case FaultKind::allocation: fault.place = below(shape.allocations); break;
        case FaultKind::short_file:
        case FaultKind::full_disk: fault.place = below(shape.file_bytes); break;
        default: fault.place = below(shape.read_bursts); break;
    }
    const bool late = kind == FaultKind::read_late || kind == FaultKind::write_late;
    const bool often = kind == FaultKind::read_stale || kind == FaultKind::interrupt_early;
    if (late) fault.amount = uint64_t(random.small(1, longest_delay));
    if (often) fault.amount = uint64_t(random.small(1, most_often));
    return fault;
}

}  // namespace napier::driver
