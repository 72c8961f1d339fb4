#include "sw/import/tensor_reader.hpp"

#include <cstring>
#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/import/external_data.hpp"
#include "sw/import/limits.hpp"
#include "sw/import/onnx.pb.h"
#include "sw/import/text.hpp"

namespace napier::onnx {

namespace {

using Bytes = std::vector<uint8_t>;

[[noreturn]] void refuse(const std::string& name, const std::string& reason) {
    throw Error(ErrorKind::input, fmt::format("tensor {} {}; export the model again", name_text(name), reason));
}

const ElementType& readable_type(const wire::TensorProto& tensor, const std::string& name) {
    const ElementType* found = find_type(tensor.data_type());
    if (!found) {
        refuse(name, fmt::format("has element type {}, which ONNX does not define", tensor.data_type()));
    }
    if (!found->is_readable) {
        throw Error(ErrorKind::unsupported, fmt::format("tensor {} has element type {}, which Napier cannot read; "
                                                        "quantize to int8 or less",
                                                        name_text(name), found->name));
    }
    return *found;
}

uint64_t stored_bytes(int64_t count, const ElementType& kind) {
    return (static_cast<uint64_t>(count) * static_cast<uint64_t>(kind.bits) + 7) / 8;
}

// Several elements to a byte -> one, sign-extended.
Bytes unpack(const Bytes& packed, int64_t count, const ElementType& kind) {
    if (kind.bits >= 8) {
        return packed;
    }
    Bytes bytes(static_cast<size_t>(count));
    const size_t per_byte = static_cast<size_t>(8 / kind.bits);
    for (size_t i = 0; i < bytes.size(); ++i) {
        const int code = packed[i / per_byte] >> (static_cast<int>(i % per_byte) * kind.bits) & ((1 << kind.bits) - 1);
        bytes[i] = static_cast<uint8_t>(code > kind.highest() ? code - (1 << kind.bits) : code);
    }
    return bytes;
}

// Elements of a typed field, each cut to `size` bytes after a check against [lowest, highest].
template <typename Field>
Bytes from_field(const Field& field, uint64_t expected, size_t size, int64_t lowest, int64_t highest,
                 const std::string& name) {
    if (static_cast<uint64_t>(field.size()) != expected) {
        refuse(name, fmt::format("has {} values where its shape asks for {}", field.size(), expected));
    }
    Bytes bytes(expected * size);
    for (int i = 0; i < field.size(); ++i) {
        const auto value = field.Get(i);
        if constexpr (std::is_integral_v<decltype(value)>) {
            if (static_cast<int64_t>(value) < lowest || static_cast<int64_t>(value) > highest) {
                refuse(name, fmt::format("holds {}, which its element type cannot", value));
            }
        }
        std::memcpy(bytes.data() + static_cast<size_t>(i) * size, &value, size);
    }
    return bytes;
}

Bytes typed_data(const wire::TensorProto& tensor, int64_t count, const ElementType& kind, const std::string& name) {
    const uint64_t elements = static_cast<uint64_t>(count);
    const size_t size = static_cast<size_t>(kind.bytes());
    switch (kind.number) {
        case type::float32: return from_field(tensor.float_data(), elements, size, 0, 0, name);
        case type::float64: return from_field(tensor.double_data(), elements, size, 0, 0, name);
        case type::int64: return from_field(tensor.int64_data(), elements, size, INT64_MIN, INT64_MAX, name);
        default: break;
    }
    if (kind.is_integer && !kind.is_signed && kind.bits == 32) {
        return from_field(tensor.uint64_data(), elements, size, kind.lowest(), kind.highest(), name);
    }
    if (kind.bits < 8) {
        const Bytes packed = from_field(tensor.int32_data(), stored_bytes(count, kind), 1, -128, 255, name);
        return unpack(packed, count, kind);
    }
    const bool is_pattern = kind.number == type::float16 || kind.number == type::bfloat16;
    return from_field(tensor.int32_data(), elements, size, is_pattern ? 0 : kind.lowest(),
                      is_pattern ? 65535 : kind.highest(), name);
}

int filled_fields(const wire::TensorProto& tensor) {
    return (tensor.has_raw_data() && !tensor.raw_data().empty()) + (tensor.float_data_size() > 0) +
           (tensor.int32_data_size() > 0) + (tensor.int64_data_size() > 0) + (tensor.double_data_size() > 0) +
           (tensor.uint64_data_size() > 0);
}

Bytes data_of(const wire::TensorProto& tensor, int64_t count, const ElementType& kind, const std::string& name,
              const std::filesystem::path& folder) {
    const uint64_t bytes = stored_bytes(count, kind);
    if (filled_fields(tensor) + (tensor.data_location() != 0) > 1) {
        refuse(name, "has its data in two places");
    }
    if (tensor.data_location() != 0) {
        std::map<std::string, std::string> keys;
        for (const auto& entry : tensor.external_data()) {
            keys[entry.key()] = entry.value();
        }
        return unpack(read_external(name, keys, folder, bytes), count, kind);
    }
    if (!tensor.has_raw_data()) {
        return typed_data(tensor, count, kind, name);
    }
    if (tensor.raw_data().size() != bytes) {
        refuse(name, fmt::format("has {} bytes of data where its shape and type ask for {}", tensor.raw_data().size(),
                                 bytes));
    }
    return unpack(Bytes(tensor.raw_data().begin(), tensor.raw_data().end()), count, kind);
}

}  // namespace

ConstantPointer read_tensor(const wire::TensorProto& tensor, const std::string& name,
                            const std::filesystem::path& folder) {
    const ElementType& kind = readable_type(tensor, name);
    std::vector<int64_t> dims(tensor.dims().begin(), tensor.dims().end());
    if (dims.size() > greatest_rank) {
        refuse(name, fmt::format("has {} dimensions, more than {}", dims.size(), greatest_rank));
    }
    const int64_t count = element_count(dims, greatest_constant_elements);
    if (count < 0) {
        refuse(name, fmt::format("has the shape {}, which is negative or larger than {} elements", shape_text(dims),
                                 greatest_constant_elements));
    }
    return std::make_shared<const Constant>(kind.number, std::move(dims), data_of(tensor, count, kind, name, folder));
}

}  // namespace napier::onnx
