#include "driver/compile/host_file.hpp"

#include <array>
#include <bit>
#include <stdexcept>

namespace napier::driver {
namespace {

using nlohmann::ordered_json;

constexpr size_t value_bytes = 4;
constexpr const char* rotary = "RotaryEmbedding";
constexpr const char* recurrence = "LinearRecurrence";
constexpr const char* gather = "Gather";

template <typename Work>
auto tables_of(Work& work) {
    return std::array{&work.gain, &work.offset, &work.mask, &work.cosines, &work.sines};
}

struct Sizes {
    uint64_t pixels, channels;
};

Sizes sizes_of(const TensorPlace& place) {
    return {static_cast<uint64_t>(place.height) * static_cast<uint64_t>(place.width),
            static_cast<uint64_t>(place.channels)};
}

// True if a table of that place may have so many values.
bool can_have(size_t table, uint64_t values, const HostWork& work, const Sizes& sizes) {
    const uint64_t of_group = sizes.channels / static_cast<uint64_t>(work.groups);
    switch (table) {
        case 0: case 1: return values == 0 || values == sizes.channels;
        case 2: return values == 0 || values == sizes.pixels * of_group || values == sizes.pixels * sizes.channels;
        default: return values == (work.function == rotary ? sizes.pixels * (of_group / 2) : 0);
    }
}

// Whole rows, of Gather alone.
bool can_have_rows(uint64_t values, const HostWork& work, const Sizes& sizes) {
    if (work.function != gather) return values == 0;
    return values > 0 && values % sizes.channels == 0 && values / sizes.channels <= greatest_rows;
}

// The tensors that it reads besides its input.
void check_others(const HostWork& work, const Program& program, const TensorPlace& input) {
    const auto is_bytes = [&](int index) {
        const auto number = static_cast<size_t>(index);
        return index >= 0 && number < program.tensors.size() && program.tensors[number].format == "int8" &&
               !program.tensors[number].one_bit && program.tensors[number].channels == input.channels;
    };
    const auto has_shape = [&](int index, int height, int width) {
        return program.tensors[size_t(index)].height == height && program.tensors[size_t(index)].width == width;
    };
    const bool reads_second = work.function == "Mul" || work.function == recurrence;
    const bool second = is_bytes(work.second) && has_shape(work.second, input.height, input.width);
    if (reads_second ? !second : work.second != -1) throw std::out_of_range("host second");
    const bool initial = work.function == recurrence && is_bytes(work.initial) && has_shape(work.initial, 1, 1);
    if (work.initial != -1 && !initial) throw std::out_of_range("host initial");
}

// A step that reads or writes more than there is must not come out of a file.
void check_step(const HostStep& step, const Program& program, uint64_t first, uint64_t commands) {
    const auto none = [](int index, size_t count) { return index < 0 || static_cast<size_t>(index) >= count; };
    if (step.command < first || step.command > commands) throw std::out_of_range("host command");
    if (none(step.layer, program.layers.size())) throw std::out_of_range("host layer");
    const LayerMapping& layer = program.layers[static_cast<size_t>(step.layer)];
    if (none(layer.input, program.tensors.size())) throw std::out_of_range("host input");
    if (none(layer.output, program.tensors.size())) throw std::out_of_range("host output");
    const TensorPlace &input = program.tensors[static_cast<size_t>(layer.input)],
                      &output = program.tensors[static_cast<size_t>(layer.output)];
    const auto fits = [&](const TensorPlace& place, int channels) {
        return place.height == input.height && place.width == input.width && place.channels == channels &&
               place.format == "int8" && !place.one_bit;
    };
    const bool reads_indices = step.work.function == gather;
    if (!fits(input, reads_indices ? index_bytes : output.channels) || !fits(output, output.channels)) {
        throw std::out_of_range("host tensor");
    }
    check_others(step.work, program, input);
    if (input.height < 1 || input.width < 1 || output.channels < 1) throw std::out_of_range("host tensor");
    if (step.work.groups < 1 || input.channels % step.work.groups != 0) throw std::out_of_range("host groups");
    if (step.clamp_low < -128 || step.clamp_high > 127 || step.clamp_low > step.clamp_high) {
        throw std::out_of_range("host clamp");
    }
}

}  // namespace

ordered_json host_json(const std::vector<HostStep>& steps) {
    ordered_json list = ordered_json::array();
    for (const HostStep& step : steps) {
        ordered_json sizes = ordered_json::array();
        for (const std::vector<float>* table : tables_of(step.work)) sizes.push_back(table->size());
        list.push_back({{"command", step.command}, {"layer", step.layer}, {"function", step.work.function},
                        {"second", step.work.second}, {"initial", step.work.initial},
                        {"groups", step.work.groups}, {"factor", step.work.factor},
                        {"epsilon", step.work.epsilon}, {"clamp_low", step.clamp_low},
                        {"clamp_high", step.clamp_high}, {"values", sizes},
                        {"rows", step.work.rows.size()}});
    }
    return list;
}

void read_host(const ordered_json& json, Program& program, uint64_t commands, uint64_t bytes) {
    uint64_t first = 0;
    for (const ordered_json& item : json) {
        HostStep step;
        step.command = item.at("command").get<uint32_t>();
        step.layer = item.at("layer").get<int>();
        step.work.function = item.at("function").get<std::string>();
        step.work.second = item.at("second").get<int>();
        step.work.initial = item.at("initial").get<int>();
        step.work.groups = item.at("groups").get<int>();
        step.work.factor = item.at("factor").get<float>();
        step.work.epsilon = item.at("epsilon").get<float>();
        step.clamp_low = item.at("clamp_low").get<int>();
        step.clamp_high = item.at("clamp_high").get<int>();
        check_step(step, program, first, commands);
        first = step.command;
        const Sizes sizes = sizes_of(program.tensors[static_cast<size_t>(
            program.layers[static_cast<size_t>(step.layer)].output)]);
        size_t number = 0;
        for (std::vector<float>* table : tables_of(step.work)) {
            const uint64_t values = item.at("values").at(number).get<uint64_t>();
            if (!can_have(number, values, step.work, sizes)) throw std::out_of_range("host values");
            if (values > bytes / value_bytes) throw std::out_of_range("host values");
            bytes -= values * value_bytes;
            table->resize(values);
            ++number;
        }
        const uint64_t rows = item.at("rows").get<uint64_t>();
        if (!can_have_rows(rows, step.work, sizes) || rows > bytes) throw std::out_of_range("host rows");
        bytes -= rows;
        step.work.rows.resize(rows);
        program.host.push_back(std::move(step));
    }
}

void append_host_values(const std::vector<HostStep>& steps, std::vector<uint8_t>& bytes) {
    for (const HostStep& step : steps) {
        for (const std::vector<float>* table : tables_of(step.work)) {
            for (const float value : *table) {
                const auto bits = std::bit_cast<uint32_t>(value);
                for (size_t i = 0; i < value_bytes; ++i) bytes.push_back(static_cast<uint8_t>(bits >> 8 * i));
            }
        }
        bytes.insert(bytes.end(), step.work.rows.begin(), step.work.rows.end());
    }
}

bool read_host_values(std::span<const uint8_t> bytes, std::vector<HostStep>& steps) {
    size_t next = 0;
    for (HostStep& step : steps) {
        for (std::vector<float>* table : tables_of(step.work)) {
            if (table->size() > (bytes.size() - next) / value_bytes) return false;
            for (float& value : *table) {
                uint32_t bits = 0;
                for (size_t i = 0; i < value_bytes; ++i) bits |= uint32_t{bytes[next++]} << 8 * i;
                value = std::bit_cast<float>(bits);
            }
        }
        if (step.work.rows.size() > bytes.size() - next) return false;
        for (int8_t& value : step.work.rows) value = static_cast<int8_t>(bytes[next++]);
    }
    return next == bytes.size();
}

}  // namespace napier::driver
