#include "sim/array/address_generator.hpp"

#include <algorithm>

#include "sw/formats/formats.hpp"

namespace napier::sim {

namespace {

// The first and the last i in [0, count) with (origin + i*stride) mod 2^bits < limit, if no coordinate wraps: then all
// between them are such, too.
struct Span {
    int64_t first, last;
    bool empty() const { return first > last; }
};
std::optional<Span> valid_span(int64_t origin, int64_t stride, int64_t count, int64_t limit, int bits) {
    const int64_t greatest = origin + (count - 1) * stride;
    const int64_t half = int64_t{1} << (bits - 1);
    if (origin < -half || greatest >= half || limit > half) return std::nullopt;
    if (stride == 0) return origin >= 0 && origin < limit ? Span{0, count - 1} : Span{1, 0};
    const int64_t first = origin >= 0 ? 0 : (-origin + stride - 1) / stride;
    const int64_t last = limit - 1 < origin ? -1 : std::min(count - 1, (limit - 1 - origin) / stride);
    return Span{first, last};
}

}  // namespace

AddressGenerator::AddressGenerator(const spec::Machine& machine, const ExecCommand& command)
    : machine_(machine),
      command_(command),
      lanes_(spec::is_real(machine) ? 1 : spec::lanes(machine, *formats::find_code(command.format))),
      slots_(int64_t{machine.activation_words} * spec::slots_in_word(machine)) {}

Pass AddressGenerator::pass(int64_t index) const {
    const int64_t tap = index / command_.group_count;
    return {tap / command_.kernel_w, tap % command_.kernel_w, index % command_.group_count};
}

int64_t AddressGenerator::slot(const Pass& pass, int64_t oy, int64_t ox) const {
    return command_.activation_base + oy * command_.row_stride + ox * command_.pixel_stride +
           pass.ky * command_.tap_stride_y + pass.kx * command_.tap_stride_x + pass.g * command_.group_stride;
}

void AddressGenerator::slots(const Pass& pass, std::vector<int32_t>& out) const {
    const ExecCommand& c = command_;
    out.resize(static_cast<size_t>(c.pixels()));
    int32_t* next = out.data();
    const uint32_t wrap = spec::word_mask(machine_), mask = wrap & ~static_cast<uint32_t>(lanes_ - 1);
    const uint32_t limit_w = static_cast<uint32_t>(c.limit_w);
    for (int64_t oy = 0; oy < c.out_h; ++oy) {
        const uint32_t y = static_cast<uint32_t>(c.origin_y + oy * c.stride_y + pass.ky * c.dilation_y) & wrap;
        uint32_t x = static_cast<uint32_t>(c.origin_x + pass.kx * c.dilation_x);
        uint32_t s = static_cast<uint32_t>(slot(pass, oy, 0));
        if (y >= c.limit_h) {
            std::fill(next, next + c.out_w, padding);
            next += c.out_w;
            continue;
        }
        for (int64_t ox = 0; ox < c.out_w; ++ox) {
            *next++ = (x & wrap) < limit_w ? static_cast<int32_t>(s & mask) : padding;
            x += static_cast<uint32_t>(c.stride_x);
            s += static_cast<uint32_t>(c.pixel_stride);
        }
    }
}

bool AddressGenerator::surely_inside() const {
    const ExecCommand& c = command_;
    for (int64_t ky = 0; ky < c.kernel_h; ++ky) {
        const auto rows = valid_span(c.origin_y + ky * c.dilation_y, c.stride_y, c.out_h, c.limit_h,
                                     machine_.word_bits);
        if (!rows) return false;
        if (rows->empty()) continue;
        for (int64_t kx = 0; kx < c.kernel_w; ++kx) {
            const auto columns = valid_span(c.origin_x + kx * c.dilation_x, c.stride_x, c.out_w, c.limit_w,
                                            machine_.word_bits);
            if (!columns) return false;
            if (columns->empty()) continue;
            const int64_t least = slot({ky, kx, 0}, rows->first, columns->first) & spec::word_mask(machine_);
            const int64_t extent = (rows->last - rows->first) * c.row_stride +
                                   (columns->last - columns->first) * c.pixel_stride +
                                   (c.group_count - 1) * c.group_stride;
            if (least + extent >= slots_) return false;
        }
    }
    return true;
}

std::optional<AddressGenerator::Outside> AddressGenerator::first_outside(int64_t passes) const {
    if (surely_inside()) return std::nullopt;
    std::vector<int32_t> slots_of_pass;
    for (int64_t index = 0; index < passes; ++index) {
        slots(pass(index), slots_of_pass);
        for (const int32_t s : slots_of_pass) {
            if (s >= slots_) return Outside{index, static_cast<uint32_t>(s / spec::slots_in_word(machine_))};
        }
    }
    return std::nullopt;
}

}  // namespace napier::sim
