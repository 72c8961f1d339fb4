#include "sim/array/array.hpp"

#include "sim/array/address_generator.hpp"

namespace napier::sim {

Array::Array(const spec::Machine& machine)
    : machine_(machine),
      stride_((machine.columns + Accumulators::block - 1) / Accumulators::block * Accumulators::block) {}

void Array::set_format(const spec::Format& format, const Table& table) {
    if (format_ == &format && table_ == table) return;
    format_ = &format;
    table_ = table;
    length_ = machine_.rows * spec::lanes(machine_, format);
    weights_.assign(static_cast<size_t>((length_ + 1) / 2 * 2 * stride_), odd_weight(format.operation));
    make_values();
}

void Array::load(const Buffer& weights, int word, const uint8_t* scales) {
    load_weights(weights, word);
    if (spec::is_scaled(*format_)) scale_columns(scales);
}

// The vector's sum of products times its scale is the sum of the products of scaled weights.
void Array::scale_columns(const uint8_t* scales) {
    for (int column = 0; column < machine_.columns; ++column) {
        const int16_t scale = scale_of(*format_, scales, column);
        for (int pair = 0; 2 * pair < length_; ++pair) {
            int16_t* both = weights_.data() + (pair * stride_ + column) * 2;
            both[0] = static_cast<int16_t>(both[0] * scale);
            both[1] = static_cast<int16_t>(both[1] * scale);
        }
    }
}

void Array::load_weights(const Buffer& weights, int word) {
    const int rows = machine_.rows, lanes = spec::lanes(machine_, *format_);
    if (machine_.weight_bits == 8 && rows % 2 == 0) {
        for (int row = 0; row < rows; row += 2) {
            load_rows(row, weights.word(word + row), weights.word(word + row + 1));
        }
        return;
    }
    for (int row = 0; row < rows; ++row) {
        for (int column = 0; column < machine_.columns; ++column) {
            for (int lane = 0; lane < lanes; ++lane) {
                const int bit = column * machine_.weight_bits + lane * format_->weight_bits;
                const uint32_t code = weights.word(word + row)[bit / 8] >> (bit % 8);
                const int at = lane * rows + row;
                weights_[static_cast<size_t>((at / 2 * stride_ + column) * 2 + at % 2)] = values_[code & 0xff][0];
            }
        }
    }
}

// What a byte of weights holds, lane by lane. Codes of all formats divide a byte, so none lies across two.
void Array::make_values() {
    const int lanes = spec::lanes(machine_, *format_);
    const uint32_t code_mask = (uint32_t{1} << format_->weight_bits) - 1;
    for (uint32_t byte = 0; byte < values_.size(); ++byte) {
        for (int lane = 0; lane < most_lanes; ++lane) {
            const bool used = lane < lanes && lane * format_->weight_bits < 8;
            values_[byte][static_cast<size_t>(lane)] =
                used ? weight_value(*format_, held_code(table_, byte >> (lane * format_->weight_bits) & code_mask))
                     : int16_t{0};
        }
    }
}

// Two neighbouring rows of a machine with a byte of weights a column: pairs of the vector's bytes.
void Array::load_rows(int row, const uint8_t* upper, const uint8_t* lower) {
    const int lanes = length_ / machine_.rows;
    for (int column = 0; column < machine_.columns; ++column) {
        const auto& first = values_[upper[column]];
        const auto& second = values_[lower[column]];
        for (int lane = 0; lane < lanes; ++lane) {
            const int pair = (lane * machine_.rows + row) / 2;
            int16_t* to = weights_.data() + (pair * stride_ + column) * 2;
            to[0] = first[static_cast<size_t>(lane)];
            to[1] = second[static_cast<size_t>(lane)];
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
    dot_pass({format_->operation, vectors_.data(), static_cast<int>(slots.size()), length_, weights_.data(),
              accumulators.stride(), accumulators.pixel(0), overwrite});
}

}  // namespace napier::sim
