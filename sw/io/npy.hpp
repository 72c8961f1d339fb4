#pragma once
// Reader and writer of NumPy's .npy files, format versions 1 and 2: u1, i1, i4, i8, f4; C order; little endian.
// Source: numpy.lib.format, "NPY format".

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "sw/base/error.hpp"

namespace napier::io {

enum class ElementType { uint8, int8, int32, int64, float32 };

size_t element_size(ElementType type);        // bytes
const char* element_name(ElementType type);   // "uint8" ...

template <typename Element>
constexpr ElementType element_type();
template <>
constexpr ElementType element_type<uint8_t>() { return ElementType::uint8; }
template <>
constexpr ElementType element_type<int8_t>() { return ElementType::int8; }
template <>
constexpr ElementType element_type<int32_t>() { return ElementType::int32; }
template <>
constexpr ElementType element_type<int64_t>() { return ElementType::int64; }
template <>
constexpr ElementType element_type<float>() { return ElementType::float32; }

inline constexpr size_t greatest_rank = 8;

// A dense array; the last index runs fastest. bytes.size() = product of shape * element_size(type).
struct Array {
    ElementType type = ElementType::uint8;
    std::vector<size_t> shape;
    std::vector<uint8_t> bytes;

    size_t count() const { return bytes.size() / element_size(type); }

    // The elements. Error: the array holds another type.
    template <typename Element>
    std::vector<Element> values() const {
        require_type(element_type<Element>());
        std::vector<Element> result(count());
        if (!result.empty()) {
            std::memcpy(result.data(), bytes.data(), bytes.size());
        }
        return result;
    }

    void require_type(ElementType wanted) const;
};

// An array of the given shape. Error: the shape has too many dimensions or another number of elements than values.
Array make_array(ElementType type, std::vector<size_t> shape, std::span<const uint8_t> bytes);
template <typename Element>
Array make_array(std::vector<size_t> shape, const std::vector<Element>& values) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(values.data());
    return make_array(element_type<Element>(), std::move(shape), std::span(bytes, values.size() * sizeof(Element)));
}

// The array in the bytes of a .npy file; name stands in the sentences. Every size is checked before memory is taken.
// Error: anything but a well-formed file with exactly its data.
Array parse_npy(std::span<const uint8_t> file, const std::string& name);
Array read_npy(const std::string& path);

// The bytes of a .npy file of version 1.
std::vector<uint8_t> format_npy(const Array& array);
void write_npy(const std::string& path, const Array& array);

}  // namespace napier::io
