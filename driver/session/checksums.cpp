#include "driver/session/checksums.hpp"

#include <zlib.h>

#include <algorithm>

#include "driver/compile/compile.hpp"
#include "sw/spec/command.hpp"

namespace napier::driver {
namespace {

// Sums rows as the bursts that carry them: a burst ends at the row's end or at the next multiple of its longest size.
class RowSum {
public:
    RowSum(const spec::Machine& machine, uint32_t base, std::span<const uint8_t> memory)
        : beat_bytes_(static_cast<uint32_t>(machine.beat_bytes)),
          burst_bytes_(static_cast<uint32_t>(spec::burst_bytes(machine))), base_(base), memory_(memory) {}

    void add(uint32_t address, uint32_t length) {
        const uint64_t first = uint64_t{address} - base_;
        if (address < base_ || first + length > memory_.size()) return;
        for (uint32_t done = 0; done < length;) {
            const uint32_t count = std::min(length - done, burst_bytes_ - (address + done) % burst_bytes_);
            add_burst(address + done, memory_.subspan(first + done, count));
            done += count;
        }
    }
    uint32_t sum() const { return sum_; }

private:
    void add_burst(uint32_t address, std::span<const uint8_t> bytes) {
        static constexpr uint8_t zeros[64] = {};
        const size_t before = address % beat_bytes_, rest = (before + bytes.size()) % beat_bytes_;
        uLong sum = crc32_z(sum_, zeros, before);
        sum = crc32_z(sum, bytes.data(), bytes.size());
        sum_ = ~static_cast<uint32_t>(crc32_z(sum, zeros, rest == 0 ? 0 : beat_bytes_ - rest));
    }

    uint32_t beat_bytes_, burst_bytes_, base_;
    std::span<const uint8_t> memory_;
    uint32_t sum_ = 0;
};

// LOAD and STORE have these fields in the same places.
void add_rows(const spec::CommandWords& words, uint32_t address_mask, RowSum& sum) {
    namespace load = spec::load;
    const auto field = [&](const spec::Field& which) { return static_cast<uint32_t>(spec::get(words, which)); };
    for (uint32_t y = 0; y < field(load::count_y); ++y) {
        for (uint32_t x = 0; x < field(load::count_x); ++x) {
            const uint32_t address =
                field(load::address) + y * field(load::memory_stride_y) + x * field(load::memory_stride_x);
            sum.add(address & address_mask, field(load::length));
        }
    }
}

}  // namespace

uint32_t fetch_checksum(const Program& program, const ProgramPart& part, const spec::Machine& machine) {
    const std::vector<uint8_t> bytes = command_bytes(program);
    RowSum sum(machine, program.program_address, bytes);
    for (uint32_t i = part.first; i < part.first + part.count; ++i) {
        sum.add(program.program_address + i * spec::command_bytes, spec::command_bytes);
    }
    return sum.sum();
}

bool memory_tells_traffic(const Program& program) {
    return std::all_of(program.tensors.begin(), program.tensors.end(),
                       [](const TensorPlace& place) { return place.kept; });
}

TrafficChecksums traffic_checksums(const Program& program, const ProgramPart& part, const spec::Machine& machine,
                                   std::span<const uint8_t> memory) {
    const uint32_t mask = spec::address_mask(machine);
    RowSum loads(machine, program.memory_base, memory), stores = loads;
    for (uint32_t i = part.first; i < part.first + part.count; ++i) {
        const spec::CommandWords& words = program.commands[i];
        const auto opcode = static_cast<spec::Opcode>(spec::get(words, spec::common::opcode));
        if (opcode == spec::Opcode::store) add_rows(words, mask, stores);
        if (opcode == spec::Opcode::load && spec::get(words, spec::load::fill) == 0) add_rows(words, mask, loads);
    }
    return {loads.sum(), stores.sum()};
}

}  // namespace napier::driver
