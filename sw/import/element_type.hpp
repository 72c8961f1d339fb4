#pragma once
// The element types an ONNX tensor may have, by their numbers in the file.

#include <cstdint>

namespace napier::onnx {

namespace type {
enum : int32_t {
    float32 = 1, uint8 = 2, int8 = 3, int32 = 6, int64 = 7, boolean = 9, float16 = 10, float64 = 11, bfloat16 = 16,
    uint4 = 21, int4 = 22, uint2 = 25, int2 = 26
};
}

// How a type is stored. Types of fewer than 8 bits are packed in the file, lowest bits first.
struct ElementType {
    int32_t number;
    const char* name;
    int bits;         // 0: no fixed size (string)
    bool is_integer;
    bool is_signed;
    bool is_readable;  // Constant can give its values

    int bytes() const { return (bits + 7) / 8; }
    int64_t lowest() const { return is_signed ? -(int64_t{1} << (bits - 1)) : 0; }
    int64_t highest() const { return (int64_t{1} << (is_signed ? bits - 1 : bits)) - 1; }  // bits < 64
};

// The type with a number; nullptr if ONNX has none.
const ElementType* find_type(int32_t number);

// "int8"; "an undefined type" for a number that ONNX does not define.
const char* type_name(int32_t number);

}  // namespace napier::onnx
