#include "sw/io/npy.hpp"

#include <algorithm>
#include <bit>
#include <iterator>
#include <limits>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "sw/io/file.hpp"
#include "sw/io/npy_header.hpp"

namespace napier::io {

static_assert(std::endian::native == std::endian::little, "elements are copied as they stand in the file");

namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr size_t header_alignment = 64;
constexpr size_t greatest_header = 1 << 16;  // bytes; eight dimensions need fewer than 300

struct ElementRow {
    ElementType type;
    size_t size;
    const char* name;
    const char* descr;        // as written
    const char* other_descr;  // also read
};
constexpr ElementRow elements[] = {
    {ElementType::uint8, 1, "uint8", "|u1", "<u1"},  {ElementType::int8, 1, "int8", "|i1", "<i1"},
    {ElementType::int32, 4, "int32", "<i4", "<i4"},  {ElementType::int64, 8, "int64", "<i8", "<i8"},
    {ElementType::float32, 4, "float32", "<f4", "<f4"},
};

const ElementRow& element(ElementType type) {
    return elements[static_cast<size_t>(type)];
}

[[noreturn]] void fail(const std::string& name, const std::string& reason) {
    throw Error(ErrorKind::input, fmt::format("{}: {}.", name, reason));
}

ElementType parse_type(const std::string& descr, const std::string& name) {
    for (const ElementRow& row : elements) {
        if (descr == row.descr || descr == row.other_descr) {
            return row.type;
        }
    }
    fail(name, "its .npy elements are none of little-endian uint8, int8, int32, int64, float32; convert it with "
               "numpy's astype");
}

// Bytes of an array, or the largest size_t when they are more than that.
size_t byte_count(const std::vector<size_t>& shape, size_t size) {
    constexpr size_t greatest = std::numeric_limits<size_t>::max();
    for (const size_t extent : shape) {
        if (extent == 0) {
            return 0;
        }
    }
    for (const size_t extent : shape) {
        if (size > greatest / extent) {
            return greatest;
        }
        size *= extent;
    }
    return size;
}

uint32_t little_endian(std::span<const uint8_t> bytes) {
    uint32_t value = 0;
    for (size_t i = 0; i < bytes.size(); ++i) {
        value |= static_cast<uint32_t>(bytes[i]) << (8 * i);
    }
    return value;
}

// Splits a file into the text of its header and its data.
std::pair<std::string_view, std::span<const uint8_t>> split(std::span<const uint8_t> file, const std::string& name) {
    const size_t version_end = magic.size() + 2;
    if (file.size() < version_end || std::memcmp(file.data(), magic.data(), magic.size()) != 0) {
        fail(name, "not a .npy file; write it with numpy.save");
    }
    const int version = file[magic.size()];
    if ((version != 1 && version != 2) || file[magic.size() + 1] != 0) {
        fail(name, "its .npy version is neither 1.0 nor 2.0; write it with numpy.save");
    }
    const size_t length_size = version == 1 ? 2 : 4;
    if (file.size() - version_end < length_size) {
        fail(name, "the .npy file ends inside its header; copy it again");
    }
    const size_t length = little_endian(file.subspan(version_end, length_size));
    const std::span<const uint8_t> rest = file.subspan(version_end + length_size);
    if (length > greatest_header) {
        fail(name, fmt::format("its .npy header claims {} bytes, more than {}; write it with numpy.save", length,
                               greatest_header));
    }
    if (length > rest.size()) {
        fail(name, "the .npy file ends inside its header; copy it again");
    }
    return {std::string_view(reinterpret_cast<const char*>(rest.data()), length), rest.subspan(length)};
}

}  // namespace

size_t element_size(ElementType type) {
    return element(type).size;
}

const char* element_name(ElementType type) {
    return element(type).name;
}

void Array::require_type(ElementType wanted) const {
    if (type != wanted) {
        throw Error(ErrorKind::input,
                    fmt::format("An array holds {} where {} is needed; convert it with numpy's astype.",
                                element_name(type), element_name(wanted)));
    }
}

Array make_array(ElementType type, std::vector<size_t> shape, std::span<const uint8_t> bytes) {
    if (shape.size() > greatest_rank || byte_count(shape, element_size(type)) != bytes.size()) {
        throw Error(ErrorKind::usage, fmt::format("A shape of {} dimensions does not fit {} bytes of {}; give one that "
                                                  "multiplies to the number of elements.",
                                                  shape.size(), bytes.size(), element_name(type)));
    }
    return {type, std::move(shape), std::vector<uint8_t>(bytes.begin(), bytes.end())};
}

Array parse_npy(std::span<const uint8_t> file, const std::string& name) {
    const auto [text, data] = split(file, name);
    NpyHeader header = parse_npy_header(text, name);
    const ElementType type = parse_type(header.descr, name);
    if (header.fortran_order) {
        fail(name, "the array is in Fortran order; convert it with numpy.ascontiguousarray");
    }
    const size_t wanted = byte_count(header.shape, element_size(type));
    if (wanted != data.size()) {
        fail(name, fmt::format("the .npy header asks for {} bytes of data and the file holds {}; copy it again", wanted,
                               data.size()));
    }
    return make_array(type, std::move(header.shape), data);
}

Array read_npy(const std::string& path) {
    return parse_npy(read_file(path), path);
}

std::vector<uint8_t> format_npy(const Array& array) {
    std::string text = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': (", element(array.type).descr);
    for (const size_t extent : array.shape) {
        fmt::format_to(std::back_inserter(text), "{}{}", extent, array.shape.size() == 1 ? "," : ", ");
    }
    if (array.shape.size() > 1) {
        text.resize(text.size() - 2);
    }
    text += "), }";
    const size_t fixed = magic.size() + 4;  // version and length
    while ((fixed + text.size() + 1) % header_alignment != 0) {
        text += ' ';
    }
    text += '\n';
    std::string head(magic);
    head += {1, 0, static_cast<char>(text.size() & 0xff), static_cast<char>(text.size() >> 8)};
    head += text;
    std::vector<uint8_t> file(head.size() + array.bytes.size());
    std::copy(head.begin(), head.end(), file.begin());
    std::copy(array.bytes.begin(), array.bytes.end(), file.begin() + static_cast<std::ptrdiff_t>(head.size()));
    return file;
}

void write_npy(const std::string& path, const Array& array) {
    write_file(path, format_npy(array));
}

}  // namespace napier::io
