#include "driver/device/serial/frames.hpp"

#include <zlib.h>

namespace napier::driver {
namespace {

constexpr size_t word_bytes = 4;
constexpr size_t count_place = 3;  // of an answer

void put(std::vector<uint8_t>& bytes, uint32_t word) {
    for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<uint8_t>(word >> (8 * i)));
}

uint32_t word_at(std::span<const uint8_t> bytes, size_t place) {
    uint32_t word = 0;
    for (size_t i = 0; i < word_bytes; ++i) word |= uint32_t{bytes[place + i]} << (8 * i);
    return word;
}

// Of what stands behind the first byte.
uint32_t checksum(std::span<const uint8_t> frame) {
    return static_cast<uint32_t>(crc32_z(0, frame.data() + 1, frame.size() - 1));
}

}  // namespace

std::vector<uint8_t> to_bytes(const SerialRequest& request) {
    std::vector<uint8_t> bytes{spec::serial::request, request.sequence, request.operation, request.count, 0};
    put(bytes, request.address);
    for (uint32_t word : request.words) put(bytes, word);
    put(bytes, checksum(bytes));
    return bytes;
}

ReplyReader::State ReplyReader::take(std::span<const uint8_t> bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    if (!bytes_.empty() && bytes_[0] != spec::serial::answer) return State::garbled;
    if (bytes_.size() <= count_place) return State::incomplete;
    const size_t count = bytes_[count_place];
    if (count > spec::serial::most_words) return State::garbled;
    const size_t whole = 1 + (2 + count) * word_bytes;
    if (bytes_.size() < whole) return State::incomplete;
    const std::span<const uint8_t> frame(bytes_.data(), whole - word_bytes);
    const bool right = bytes_.size() == whole && word_at(bytes_, frame.size()) == checksum(frame);
    return right ? State::complete : State::garbled;
}

SerialReply ReplyReader::reply() const {
    SerialReply reply{bytes_[1], bytes_[2], bytes_[4] != 0, {}};
    for (size_t i = 0; i < bytes_[count_place]; ++i) {
        reply.words.push_back(word_at(bytes_, 1 + (1 + i) * word_bytes));
    }
    return reply;
}

}  // namespace napier::driver
