#include "sw/import/constant.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

namespace napier::onnx {

namespace {

template <typename T>
T load(const uint8_t* bytes) {
    T value;
    std::memcpy(&value, bytes, sizeof value);
    return value;
}

double half_value(uint16_t bits) {
    const int exponent = bits >> 10 & 31;
    const int fraction = bits & 1023;
    double magnitude = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
    if (exponent == 31) {
        magnitude = fraction == 0 ? INFINITY : NAN;
    }
    return bits >> 15 ? -magnitude : magnitude;
}

size_t product(const std::vector<int64_t>& dims) {
    size_t count = 1;
    for (const int64_t dim : dims) {
        count *= static_cast<size_t>(dim);
    }
    return count;
}

}  // namespace

static_assert(std::endian::native == std::endian::little, "files are little endian, and so must be the host");

Constant::Constant(int32_t type, std::vector<int64_t> dims, std::vector<uint8_t> bytes)
    : type_(find_type(type)), dims_(std::move(dims)), bytes_(std::move(bytes)), count_(product(dims_)) {}

ConstantPointer Constant::integers(int32_t type, std::vector<int64_t> dims, const std::vector<int64_t>& values) {
    const size_t size = static_cast<size_t>(find_type(type)->bytes());
    std::vector<uint8_t> bytes(values.size() * size);
    for (size_t i = 0; i < values.size(); ++i) {
        std::memcpy(bytes.data() + i * size, &values[i], size);
    }
    return std::make_shared<const Constant>(type, std::move(dims), std::move(bytes));
}

ConstantPointer Constant::reals(std::vector<int64_t> dims, const std::vector<double>& values) {
    std::vector<uint8_t> bytes(values.size() * sizeof(float));
    for (size_t i = 0; i < values.size(); ++i) {
        const float value = static_cast<float>(values[i]);
        std::memcpy(bytes.data() + i * sizeof value, &value, sizeof value);
    }
    return std::make_shared<const Constant>(type::float32, std::move(dims), std::move(bytes));
}

int64_t Constant::integer(size_t index) const {
    const uint8_t* at = bytes_.data() + index * static_cast<size_t>(type_->bytes());
    switch (type_->bytes()) {
        case 1: return type_->is_signed ? load<int8_t>(at) : load<uint8_t>(at);
        case 2: return type_->is_signed ? load<int16_t>(at) : load<uint16_t>(at);
        case 4: return type_->is_signed ? load<int32_t>(at) : int64_t{load<uint32_t>(at)};
        default: return load<int64_t>(at);
    }
}

double Constant::real(size_t index) const {
    const uint8_t* at = bytes_.data() + index * static_cast<size_t>(type_->bytes());
    switch (type_->number) {
        case type::float32: return load<float>(at);
        case type::float64: return load<double>(at);
        case type::float16: return half_value(load<uint16_t>(at));
        case type::bfloat16: return std::bit_cast<float>(uint32_t{load<uint16_t>(at)} << 16);
        default: return static_cast<double>(integer(index));
    }
}

ConstantPointer Constant::reshaped(std::vector<int64_t> dims) const {
    return std::make_shared<const Constant>(type(), std::move(dims), bytes_);
}

ConstantPointer Constant::transposed(const std::vector<size_t>& order) const {
    const size_t size = static_cast<size_t>(type_->bytes());
    std::vector<size_t> stride(rank(), size);
    for (size_t axis = rank(); axis-- > 1;) {
        stride[axis - 1] = stride[axis] * static_cast<size_t>(dims_[axis]);
    }
    std::vector<int64_t> dims(rank());
    for (size_t axis = 0; axis < rank(); ++axis) {
        dims[axis] = dims_[order[axis]];
    }
    std::vector<uint8_t> bytes(bytes_.size());
    std::vector<int64_t> position(rank(), 0);
    for (size_t i = 0; i < count_; ++i) {
        size_t from = 0;
        for (size_t axis = 0; axis < rank(); ++axis) {
            from += static_cast<size_t>(position[axis]) * stride[order[axis]];
        }
        std::memcpy(bytes.data() + i * size, bytes_.data() + from, size);
        for (size_t axis = rank(); axis-- > 0 && ++position[axis] == dims[axis];) {
            position[axis] = 0;
        }
    }
    return std::make_shared<const Constant>(type(), std::move(dims), std::move(bytes));
}

int64_t element_count(const std::vector<int64_t>& dims, int64_t limit) {
    int64_t count = 1;
    for (const int64_t dim : dims) {
        if (dim < 0) {
            return -1;
        }
        if (dim != 0 && count > limit / dim) {
            return -1;
        }
        count *= dim;
    }
    return count;
}

}  // namespace napier::onnx
