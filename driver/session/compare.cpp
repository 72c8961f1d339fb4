#include "driver/session/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "driver/compile/compile.hpp"
#include "sw/golden/layer.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

std::string name_value(const TensorPlace& place, size_t index) {
    const size_t channels = static_cast<size_t>(place.channels), width = static_cast<size_t>(place.width);
    if (place.format != "int8") {
        const size_t pixel = static_cast<size_t>(place.pixel_bytes());
        return fmt::format("y {}, x {}, byte {} of the pixel", index / pixel / width, index / pixel % width,
                           index % pixel);
    }
    return fmt::format("y {}, x {}, channel {}", index / channels / width, index / channels % width, index % channels);
}

}  // namespace

RunRecord record_golden(const Model& model, const Program& program, std::span<const int8_t> input) {
    const golden::TensorValues values(input.begin(), input.end());
    std::vector<golden::TensorValues> own = golden::run_model(model, values);
    if (program.tensors.size() > own.size()) {
        const spec::Machine& machine = spec::find_machine(program.machine);
        std::vector<golden::TensorValues> all = golden::run_model(lowered(model, machine), values);
        std::move(own.begin(), own.end(), all.begin());
        own = std::move(all);
    }
    return {"golden", std::move(own), {}, {}};
}

RunRecord record_run(Session& session, const Program& program, std::span<const int8_t> input) {
    RunRecord record;
    record.who = session.device().name();
    record.times = session.run(input);
    record.tensors.resize(program.tensors.size());
    for (size_t i = 0; i < program.tensors.size(); ++i) {
        if (program.tensors[i].kept) record.tensors[i] = session.tensor(static_cast<int>(i));
    }
    record.memory = session.memory();
    return record;
}

std::optional<std::string> first_value_difference(const Program& program, const RunRecord& left,
                                                  const RunRecord& right) {
    for (const LayerMapping& layer : program.layers) {
        const std::vector<int8_t>& a = left.tensors[layer.output];
        const std::vector<int8_t>& b = right.tensors[layer.output];
        if (a.empty() || b.empty()) continue;
        const TensorPlace& place = program.tensors[layer.output];
        if (a.size() != b.size()) {
            return fmt::format("Layer '{}', tensor '{}': {} has {} values and {} has {}.", layer.name, place.name,
                               left.who, a.size(), right.who, b.size());
        }
        const size_t index = static_cast<size_t>(std::mismatch(a.begin(), a.end(), b.begin()).first - a.begin());
        if (index == a.size()) continue;
        return fmt::format("Layer '{}', tensor '{}', {} (byte {:#x}): {} has {} and {} has {}.", layer.name, place.name,
                           name_value(place, index), place.address_of(index), left.who, a[index], right.who, b[index]);
    }
    return {};
}

std::optional<std::string> first_time_difference(const Program& program, const RunRecord& left,
                                                 const RunRecord& right) {
    const std::vector<CommandTime>&a = left.times.commands, &b = right.times.commands;
    if (a.size() != b.size()) {
        return fmt::format("{} knows the times of {} commands and {} of {}.", left.who, a.size(), right.who, b.size());
    }
    for (size_t i = 0; i < a.size(); ++i) {
        if (a[i] == b[i]) continue;
        return fmt::format("The first difference in time is {}: {} runs it in cycles {} to {}, {} in {} to {}.",
                           describe_command(program, static_cast<uint32_t>(i)), left.who, a[i].start, a[i].end,
                           right.who, b[i].start, b[i].end);
    }
    for (int i = 0; i < spec::counter_count; ++i) {
        if (left.times.counters[i] == right.times.counters[i]) continue;
        return fmt::format("Counter {} is {} in {} and {} in {}.", spec::counters[i].name, left.times.counters[i],
                           left.who, right.times.counters[i], right.who);
    }
    return {};
}

std::optional<std::string> first_memory_difference(const RunRecord& left, const RunRecord& right,
                                                   uint32_t memory_base) {
    if (left.memory.empty() || right.memory.empty()) return {};
    if (left.memory.size() != right.memory.size()) {
        return fmt::format("The memory has {} bytes in {} and {} in {}.", left.memory.size(), left.who,
                           right.memory.size(), right.who);
    }
    for (size_t i = 0; i < left.memory.size(); ++i) {
        if (left.memory[i] == right.memory[i]) continue;
        return fmt::format("Byte {:#x} of memory is {:#04x} in {} and {:#04x} in {}.", memory_base + i, left.memory[i],
                           left.who, right.memory[i], right.who);
    }
    return {};
}

std::optional<std::string> first_difference(const Program& program, const RunRecord& left, const RunRecord& right) {
    if (auto text = first_value_difference(program, left, right)) return text;
    const bool both = !left.times.commands.empty() && !right.times.commands.empty();
    if (both) {
        if (auto text = first_time_difference(program, left, right)) return text;
    }
    return first_memory_difference(left, right, program.memory_base);
}

}  // namespace napier::driver
