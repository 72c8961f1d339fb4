#pragma once
// Requests and answers of docs/serial.md as bytes.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sw/spec/serial.hpp"

namespace napier::driver {

struct SerialRequest {
    uint8_t sequence = 0, operation = 0, count = 0;
    uint32_t address = 0;
    std::vector<uint32_t> words;  // to be written
};

struct SerialReply {
    uint8_t sequence = 0, status = 0;
    bool interrupt = false;
    std::vector<uint32_t> words;  // read
};

std::vector<uint8_t> to_bytes(const SerialRequest& request);

// Takes an answer's bytes as they come.
class ReplyReader {
public:
    enum class State { incomplete, complete, garbled };
    // garbled: the bytes are no answer, or its checksum is wrong.
    State take(std::span<const uint8_t> bytes);
    // Once complete.
    SerialReply reply() const;

private:
    std::vector<uint8_t> bytes_;
};

}  // namespace napier::driver
