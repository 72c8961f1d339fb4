#include "sim/array/array.hpp"

#include "sim/array/address_generator.hpp"

namespace napier::sim {

Array::Array(const spec::Machine& machine) : machine_(machine) {}

void Array::load(const spec::Format& format, const Buffer& weights, int word) {
    const int rows = machine_.rows, lanes = spec::lanes(machine_, format);
    const int stride = (machine_.columns + Accumulators::block - 1) / Accumulators::block * Accumulators::block;
    length_ = rows * lanes;
    weights_.assign(static_cast<size_t>((length_ + 1) / 2 * 2 * stride), 0);
    const uint32_t code_mask = (uint32_t{1} << format.weight_bits) - 1;
    if (values_format_ != format.code) {
        values_.clear();
        for (uint32_t code = 0; code <= code_mask; ++code) values_.push_back(weight_value(format, code));
        values_format_ = format.code;
    }
    for (int row = 0; row < rows; ++row) {
        const uint8_t* bytes = weights.word(word + row);
        for (int column = 0; column < machine_.columns; ++column) {
            for (int lane = 0; lane < lanes; ++lane) {
                const int bit = column * machine_.weight_bits + lane * format.weight_bits;
                uint32_t code = bytes[bit / 8];
                if (bit % 8 + format.weight_bits > 8) code |= uint32_t{bytes[bit / 8 + 1]} << 8;
                const int at = lane * rows + row;
                weights_[static_cast<size_t>((at / 2 * stride + column) * 2 + at % 2)] = values_[code >> (bit % 8) & code_mask];
            }
        }
    }
}

void Array::run(const std::vector<int32_t>& slots, const Buffer& activations, uint8_t pad_byte, bool overwrite,
                Accumulators& accumulators) {
    padding_.assign(static_cast<size_t>(length_), static_cast<int8_t>(pad_byte));
    const int8_t* bytes = reinterpret_cast<const int8_t*>(activations.word(0));
    vectors_.resize(slots.size());
    for (size_t i = 0; i < slots.size(); ++i) {
        vectors_[i] = slots[i] == AddressGenerator::padding ? padding_.data() : bytes + slots[i] * machine_.rows;
    }
    dot_pass({vectors_.data(), static_cast<int>(slots.size()), length_, weights_.data(), accumulators.stride(),
              accumulators.pixel(0), overwrite});
}

}  // namespace napier::sim
