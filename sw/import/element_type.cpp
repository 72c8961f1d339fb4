#include "sw/import/element_type.hpp"

#include <algorithm>
#include <iterator>

namespace napier::onnx {

namespace {

constexpr ElementType types[] = {
    {type::float32, "float32", 32, false, true, true},
    {type::uint8, "uint8", 8, true, false, true},
    {type::int8, "int8", 8, true, true, true},
    {4, "uint16", 16, true, false, true},
    {5, "int16", 16, true, true, true},
    {type::int32, "int32", 32, true, true, true},
    {type::int64, "int64", 64, true, true, true},
    {8, "string", 0, false, false, false},
    {type::boolean, "bool", 8, false, false, true},
    {type::float16, "float16", 16, false, true, true},
    {type::float64, "float64", 64, false, true, true},
    {12, "uint32", 32, true, false, true},
    {13, "uint64", 64, true, false, false},
    {14, "complex64", 64, false, true, false},
    {15, "complex128", 128, false, true, false},
    {type::bfloat16, "bfloat16", 16, false, true, true},
    {17, "float8e4m3fn", 8, false, true, false},
    {18, "float8e4m3fnuz", 8, false, true, false},
    {19, "float8e5m2", 8, false, true, false},
    {20, "float8e5m2fnuz", 8, false, true, false},
    {type::uint4, "uint4", 4, true, false, true},
    {type::int4, "int4", 4, true, true, true},
    {23, "float4e2m1", 4, false, true, false},
    {24, "float8e8m0", 8, false, false, false},
    {type::uint2, "uint2", 2, true, false, true},
    {type::int2, "int2", 2, true, true, true},
};

}  // namespace

const ElementType* find_type(int32_t number) {
    const auto* found = std::find_if(std::begin(types), std::end(types),
                                     [number](const ElementType& row) { return row.number == number; });
    return found == std::end(types) ? nullptr : found;
}

const char* type_name(int32_t number) {
    const ElementType* found = find_type(number);
    return found ? found->name : "an undefined type";
}

}  // namespace napier::onnx
