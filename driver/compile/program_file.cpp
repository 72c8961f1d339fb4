#include "driver/compile/program_file.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <string_view>

#include <nlohmann/json.hpp>

#include "driver/compile/compile.hpp"
#include "driver/compile/host_file.hpp"
#include "sw/base/error.hpp"
#include "sw/golden/mx/block.hpp"

namespace napier::driver {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view magic = "NAPIER4\n";
constexpr size_t length_bytes = 8;
constexpr size_t alignment = 64;
constexpr int role_count = static_cast<int>(Role::output) + 1;

ordered_json window_json(PageWindow window) { return {{"base_pages", window.base}, {"limit_pages", window.limit}}; }

PageWindow window_from(const ordered_json& json) {
    return {json.at("base_pages").get<uint32_t>(), json.at("limit_pages").get<uint32_t>()};
}

ordered_json port_json(const Port& port) {
    return {{"tensor", port.tensor}, {"name", port.name}, {"stored_offset", port.stored_offset},
            {"channels_first", port.channels_first}, {"is_float", port.is_float}, {"groups", port.groups},
            {"rows", port.rows}};
}

ordered_json ports_json(const std::vector<Port>& ports) {
    ordered_json list = ordered_json::array();
    for (const Port& port : ports) list.push_back(port_json(port));
    return list;
}

// A port of tensors that exist, groups that divide the channels.
Port port_from(const ordered_json& json, const std::vector<TensorPlace>& tensors) {
    Port port{json.at("tensor").get<int>(), json.at("name").get<std::string>(), json.at("stored_offset").get<int>(),
              json.at("channels_first").get<bool>(), json.at("is_float").get<bool>(), json.at("groups").get<int>(),
              json.at("rows").get<int>()};
    if (port.tensor < 0 || static_cast<size_t>(port.tensor) >= tensors.size()) throw std::out_of_range("port");
    const int channels = tensors[static_cast<size_t>(port.tensor)].channels;
    if (port.groups < 1 || channels % port.groups != 0) throw std::out_of_range("groups");
    if (port.rows < 0 || (port.rows > 0 && channels != index_bytes)) throw std::out_of_range("rows");
    return port;
}

ordered_json tensors_json(const Program& program) {
    ordered_json list = ordered_json::array();
    for (const TensorPlace& place : program.tensors) {
        list.push_back({{"name", place.name}, {"height", place.height}, {"width", place.width},
                        {"channels", place.channels}, {"address_bytes", place.address}, {"kept", place.kept},
                        {"one_bit", place.one_bit}, {"format", place.format}, {"scale", place.scale},
                        {"zero_point", place.zero_point}, {"scale_rule", place.scale_rule},
                        {"pitch", place.pitch}});
    }
    return list;
}

ordered_json layers_json(const Program& program) {
    ordered_json list = ordered_json::array();
    for (const LayerMapping& layer : program.layers) {
        list.push_back({{"name", layer.name}, {"operation", layer.operation}, {"format", layer.format},
                        {"planes", layer.planes}, {"mapping", layer.description}, {"products", layer.products},
                        {"passes", layer.passes}, {"input", layer.input}, {"output", layer.output},
                        {"residual", layer.residual}});
    }
    return list;
}

// [layer, role, tile, column tile] of each command.
ordered_json notes_json(const Program& program) {
    ordered_json list = ordered_json::array();
    for (const CommandNote& note : program.notes) {
        list.push_back({note.layer, static_cast<int>(note.role), note.tile, note.column_tile});
    }
    return list;
}

ordered_json header_json(const Program& program) {
    return {{"model", program.model}, {"machine", program.machine}, {"identity", program.identity},
            {"version", program.version}, {"commands", program.commands.size()},
            {"program_address_bytes", program.program_address}, {"constants", program.constants.size()},
            {"constants_address_bytes", program.constants_address}, {"memory_base_bytes", program.memory_base},
            {"memory_end_bytes", program.memory_end}, {"read_window", window_json(program.read_window)},
            {"write_window", window_json(program.write_window)}, {"input", port_json(program.input)},
            {"more_inputs", ports_json(program.more_inputs)}, {"output", port_json(program.output)},
            {"tensors", tensors_json(program)},
            {"layers", layers_json(program)}, {"notes", notes_json(program)}, {"host", host_json(program.host)}};
}

void check_values(const TensorPlace& place) {
    if (!(place.scale > 0) || !std::isfinite(place.scale)) throw std::out_of_range("scale");
    if (place.zero_point < -128 || place.zero_point > 127) throw std::out_of_range("zero_point");
    if (place.pitch != 0 && (place.pitch < place.channels || place.one_bit)) throw std::out_of_range("pitch");
    try {
        place.pixel_bytes();  // knows the format
        golden::mx::find_scale_rule(place.scale_rule);
    } catch (const Error&) {
        throw std::out_of_range("format");
    }
}

void read_lists(const ordered_json& json, Program& program) {
    for (const ordered_json& item : json.at("tensors")) {
        program.tensors.push_back({item.at("name").get<std::string>(), item.at("height").get<int>(),
                                   item.at("width").get<int>(), item.at("channels").get<int>(),
                                   item.at("address_bytes").get<uint32_t>(), item.at("kept").get<bool>(),
                                   item.at("one_bit").get<bool>(), item.at("format").get<std::string>(),
                                   item.at("scale").get<float>(), item.at("zero_point").get<int>(),
                                   item.at("scale_rule").get<std::string>(), item.at("pitch").get<int>()});
        check_values(program.tensors.back());
    }
    const auto tensor = [&](const ordered_json& item, const char* key) {
        const int index = item.at(key).get<int>();
        if (index < -1 || index >= static_cast<int>(program.tensors.size())) throw std::out_of_range(key);
        return index;
    };
    for (const ordered_json& item : json.at("layers")) {
        program.layers.push_back({item.at("name").get<std::string>(), item.at("operation").get<std::string>(),
                                  item.at("format").get<std::string>(), item.at("planes").get<int>(),
                                  item.at("mapping").get<std::string>(),
                                  item.at("products").get<int64_t>(), item.at("passes").get<int64_t>(),
                                  tensor(item, "input"), tensor(item, "output"), tensor(item, "residual")});
    }
    for (const ordered_json& item : json.at("notes")) {
        const int layer = item.at(0).get<int>(), role = item.at(1).get<int>();
        if (layer < 0 || layer >= static_cast<int>(program.layers.size())) throw std::out_of_range("layer");
        if (role < 0 || role >= role_count) throw std::out_of_range("role");
        program.notes.push_back({layer, static_cast<Role>(role), item.at(2).get<int>(), item.at(3).get<int>()});
    }
}

Program read_header(const ordered_json& json) {
    Program program;
    program.model = json.at("model").get<std::string>();
    program.machine = json.at("machine").get<std::string>();
    program.identity = json.at("identity").get<uint32_t>();
    program.version = json.at("version").get<uint32_t>();
    program.program_address = json.at("program_address_bytes").get<uint32_t>();
    program.constants_address = json.at("constants_address_bytes").get<uint32_t>();
    program.memory_base = json.at("memory_base_bytes").get<uint32_t>();
    program.memory_end = json.at("memory_end_bytes").get<uint32_t>();
    program.read_window = window_from(json.at("read_window"));
    program.write_window = window_from(json.at("write_window"));
    read_lists(json, program);
    program.input = port_from(json.at("input"), program.tensors);
    for (const ordered_json& port : json.at("more_inputs")) {
        program.more_inputs.push_back(port_from(port, program.tensors));
    }
    program.output = port_from(json.at("output"), program.tensors);
    return program;
}

void append(std::vector<uint8_t>& bytes, std::string_view text) { bytes.insert(bytes.end(), text.begin(), text.end()); }

uint64_t header_length(std::span<const uint8_t> bytes) {
    uint64_t length = 0;
    for (size_t i = 0; i < length_bytes; ++i) length |= uint64_t{bytes[magic.size() + i]} << 8 * i;
    return length;
}

}  // namespace

bool is_program_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    char start[magic.size()] = {};
    return file.read(start, magic.size()) && magic == std::string_view(start, magic.size());
}

std::vector<uint8_t> to_bytes(const Program& program) {
    std::string header = header_json(program).dump();
    const size_t fixed = magic.size() + length_bytes;
    header.resize((fixed + header.size() + alignment - 1) / alignment * alignment - fixed, ' ');
    std::vector<uint8_t> bytes;
    append(bytes, magic);
    for (size_t i = 0; i < length_bytes; ++i) bytes.push_back(static_cast<uint8_t>(uint64_t{header.size()} >> 8 * i));
    append(bytes, header);
    const std::vector<uint8_t> commands = command_bytes(program);
    bytes.insert(bytes.end(), commands.begin(), commands.end());
    bytes.insert(bytes.end(), program.constants.begin(), program.constants.end());
    append_host_values(program.host, bytes);
    return bytes;
}

Program program_from_bytes(std::span<const uint8_t> bytes, const std::string& name) {
    const auto fail = [&](const std::string& reason) {
        throw Error(ErrorKind::input,
                    fmt::format("'{}' is no program file: {}; compile the model again.", name, reason));
    };
    const size_t fixed = magic.size() + length_bytes;
    if (bytes.size() < fixed || std::memcmp(bytes.data(), magic.data(), magic.size()) != 0) {
        fail("it has another beginning");
    }
    const uint64_t length = header_length(bytes);
    if (length > bytes.size() - fixed) fail("its header is cut off");
    Program program;
    try {
        const ordered_json json = ordered_json::parse(bytes.begin() + fixed, bytes.begin() + ptrdiff_t(fixed + length));
        program = read_header(json);
        const uint64_t commands = json.at("commands").get<uint64_t>(), constants = json.at("constants").get<uint64_t>();
        const std::span<const uint8_t> rest = bytes.subspan(fixed + length);
        read_host(json.at("host"), program, commands, rest.size());
        if (commands != program.notes.size() || commands > rest.size() / spec::command_bytes ||
            constants > rest.size() - commands * spec::command_bytes ||
            !read_host_values(rest.subspan(commands * spec::command_bytes + constants), program.host)) {
            fail("its size is not what its header says");
        }
        program.commands.resize(commands);
        for (size_t i = 0; i < commands * spec::command_bytes; ++i) {
            program.commands[i / spec::command_bytes][i % spec::command_bytes / 4] |= uint32_t{rest[i]} << 8 * (i % 4);
        }
        const auto first = rest.begin() + ptrdiff_t(commands * spec::command_bytes);
        program.constants.assign(first, first + ptrdiff_t(constants));
    } catch (const nlohmann::json::exception& error) {
        fail("its header is damaged");
    } catch (const std::out_of_range& error) {
        fail(fmt::format("its header has an index '{}' that does not exist", error.what()));
    }
    return program;
}

}  // namespace napier::driver
