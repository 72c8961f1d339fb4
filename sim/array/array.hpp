#pragma once
// Twin of rtl/array/array.sv: the sums of one pass, by kernels over whole vectors. Exact modulo 2^32.

#include <array>
#include <cstdint>
#include <vector>

#include "sim/array/accumulator.hpp"
#include "sim/array/dot.hpp"
#include "sim/array/palette.hpp"
#include "sim/array/vector_scale.hpp"
#include "sim/memory/buffer.hpp"
#include "sw/spec/machine.hpp"

namespace napier::sim {

class Array {
public:
    explicit Array(const spec::Machine& machine);

    // The format of the passes to come; `table`: of a format whose codes are indices.
    void set_format(const spec::Format& format, const Table& table);

    // Takes the weights of a pass, `rows` words from `word` on; scales: a byte a column, of a format that has them.
    void load(const Buffer& weights, int word, const uint8_t* scales);

    // Adds (overwrite: stores) the dot products of the vectors at `slots` to accumulators 0, 1, 2 ...
    // A slot is a multiple of the format's lanes, or AddressGenerator::padding: then every byte is pad_byte.
    void run(const std::vector<int32_t>& slots, const Buffer& activations, uint8_t pad_byte, bool overwrite,
             Accumulators& accumulators);

private:
    static constexpr int most_lanes = 8;  // of codes in a byte

    void make_values();
    void load_weights(const Buffer& weights, int word);
    void load_rows(int row, const uint8_t* upper, const uint8_t* lower);
    void scale_columns(const uint8_t* scales);

    const spec::Machine& machine_;
    const int stride_;                       // columns, padded
    const spec::Format* format_ = nullptr;   // of values_
    Table table_;                            // and of them, too
    std::array<std::array<int16_t, most_lanes>, 256> values_{};  // [byte of weights][lane]
    int length_ = 0;                         // bytes of a vector: rows * lanes; byte l*rows + r is lane l of row r
    std::vector<int16_t> weights_;           // [pair of vector bytes][column][2]
    std::vector<int8_t> padding_;
    std::vector<const int8_t*> vectors_;
};

}  // namespace napier::sim
