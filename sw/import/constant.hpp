#pragma once
// A tensor whose values are known when the file is read: an initializer, or what was computed from some.

#include <cstdint>
#include <memory>
#include <vector>

#include "sw/import/element_type.hpp"

namespace napier::onnx {

// Values in row-major order, little endian, elements of fewer than 8 bits one to a byte and sign-extended.
class Constant {
public:
    // bytes.size() == count * bytes per element; type must be readable.
    Constant(int32_t type, std::vector<int64_t> dims, std::vector<uint8_t> bytes);

    static std::shared_ptr<const Constant> integers(int32_t type, std::vector<int64_t> dims,
                                                    const std::vector<int64_t>& values);
    static std::shared_ptr<const Constant> reals(std::vector<int64_t> dims, const std::vector<double>& values);

    int32_t type() const { return type_->number; }
    bool is_integer() const { return type_->is_integer; }
    const std::vector<int64_t>& dims() const { return dims_; }
    size_t rank() const { return dims_.size(); }
    size_t count() const { return count_; }

    int64_t integer(size_t index) const;  // of an integer or bool type
    double real(size_t index) const;      // of any type

    // The same values in another shape or order. dims: same count.
    std::shared_ptr<const Constant> reshaped(std::vector<int64_t> dims) const;
    // Axis i of the result is axis order[i] of this; order: a permutation of the axes.
    std::shared_ptr<const Constant> transposed(const std::vector<size_t>& order) const;

private:
    const ElementType* type_;
    std::vector<int64_t> dims_;
    std::vector<uint8_t> bytes_;
    size_t count_;
};

using ConstantPointer = std::shared_ptr<const Constant>;

// Product of dims; -1 if a dimension is negative or the product is above limit.
int64_t element_count(const std::vector<int64_t>& dims, int64_t limit);

}  // namespace napier::onnx
