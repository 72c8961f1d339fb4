#include "driver/device/serial_device.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "driver/session/device_error.hpp"

namespace napier::driver {
namespace {

namespace serial = spec::serial;
constexpr uint32_t word_bytes = 4;
constexpr int usual_baud = 115'200;
constexpr int answer_time = 300;   // milliseconds, beside the time of the bytes themselves
constexpr int idle_looks = 4;      // for an interrupt of a device whose cycles stand

std::string path_of(const std::string& where) { return where.substr(0, where.rfind('@')); }

int baud_of(const std::string& where) {
    const size_t at = where.rfind('@');
    if (at == std::string::npos) return usual_baud;
    int baud = 0;
    const char* const end = where.data() + where.size();
    const auto [stop, error] = std::from_chars(where.data() + at + 1, end, baud);
    if (error == std::errc{} && stop == end) return baud;
    throw Error(ErrorKind::usage,
                fmt::format("'{}' is no rate of a serial line; give <terminal>@<baud>.", where.substr(at + 1)));
}

}  // namespace

SerialDevice::SerialDevice(const spec::Machine& machine, const std::string& where)
    : machine_(machine), line_(path_of(where), baud_of(where)) {
    const SerialReply hello = exchange(serial::hello, 0, 0);
    if (hello.words.size() != 2 || hello.words[0] != serial::version) {
        throw DeviceError(Cause::identity,
                          fmt::format("The board on '{}' speaks version {} of the serial protocol and this program "
                                      "version {}; use the program that belongs to the board.",
                                      line_.path(), hello.words.empty() ? 0 : hello.words[0], serial::version));
    }
    memory_bytes_ = hello.words[1];
}

SerialReply SerialDevice::exchange(uint8_t operation, uint8_t count, uint32_t address,
                                   std::vector<uint32_t> words) const {
    const SerialRequest request{++sequence_, operation, count, address, std::move(words)};
    Trouble last = Trouble::none;
    for (int attempt_number = 0; attempt_number < most_tries; ++attempt_number) {
        SerialReply reply;
        last = attempt(request, reply);
        if (last == Trouble::none && reply.status != serial::refused) return reply;
        if (last == Trouble::none) {
            throw DeviceError(Cause::unreachable,
                              fmt::format("The board on '{}' refuses operation {} at {:#x}; use the program that "
                                          "belongs to the board.", line_.path(), operation, address));
        }
        ++retries_;
    }
    give_up(last);
}

// Answers to requests given up before may still come: what does not fit is read to its end and forgotten.
SerialDevice::Trouble SerialDevice::attempt(const SerialRequest& request, SerialReply& reply) const {
    const std::vector<uint8_t> bytes = to_bytes(request);
    line_.forget();
    line_.write(bytes);
    ReplyReader reader;
    const size_t most = bytes.size() + (3 + serial::most_words) * word_bytes;
    const int patience = answer_time + static_cast<int>(most * 10 * 1000 / static_cast<size_t>(line_.baud()));
    for (;;) {
        uint8_t come[128];
        const size_t count = line_.read(come, patience);
        if (count == 0) return Trouble::silence;
        const auto state = reader.take({come, count});
        if (state == ReplyReader::State::incomplete) continue;
        if (state == ReplyReader::State::complete) reply = reader.reply();
        if (state == ReplyReader::State::complete && reply.status == serial::garbled) return Trouble::damaged;
        if (state == ReplyReader::State::complete && reply.sequence == request.sequence) return Trouble::none;
        while (line_.read(come, answer_time / 10) != 0) {}
        return Trouble::garbled;
    }
}

void SerialDevice::give_up(Trouble last) const {
    const auto fail = [&](const std::string& what) {
        throw DeviceError(Cause::unreachable, fmt::format("The board on '{}' {} (tried {} times at {} baud).",
                                                          line_.path(), what, most_tries, line_.baud()));
    };
    if (last == Trouble::silence) fail("does not answer; check that it has power, the right design and the right baud");
    if (last == Trouble::garbled) fail("answers with bytes that are no answer; check the baud and the cable");
    fail("receives requests with wrong checksums; check the cable, or lower the baud");
    throw std::logic_error("unreachable");
}

uint32_t SerialDevice::read_register(uint32_t offset) {
    if (offset % word_bytes != 0 || offset >= register_bytes) return 0;
    const SerialReply reply = exchange(serial::read_registers, 1, offset);
    return reply.status == serial::okay ? reply.words.at(0) : 0;
}

void SerialDevice::write_register(uint32_t offset, uint32_t value) {
    if (offset % word_bytes != 0 || offset >= register_bytes) return;
    exchange(serial::write_registers, 1, offset, {value});
}

void SerialDevice::check_range(uint32_t address, size_t count) const {
    if (uint64_t{address} + count <= memory_bytes_) return;
    throw DeviceError(Cause::memory, fmt::format("{} bytes at {:#x} leave the {} bytes of the board on '{}'; use a "
                                                 "smaller model, or a board with more memory.",
                                                 count, address, memory_bytes_, line_.path()));
}

std::vector<uint32_t> SerialDevice::read_words(uint32_t address, size_t count) const {
    std::vector<uint32_t> words;
    while (words.size() < count) {
        const size_t most = std::min<size_t>(serial::most_words, count - words.size());
        const uint32_t place = address + static_cast<uint32_t>(words.size()) * word_bytes;
        const SerialReply reply = exchange(serial::read_memory, static_cast<uint8_t>(most), place);
        if (reply.words.size() != most) give_up(Trouble::garbled);
        words.insert(words.end(), reply.words.begin(), reply.words.end());
    }
    return words;
}

void SerialDevice::read_memory(uint32_t address, std::span<uint8_t> bytes) {
    check_range(address, bytes.size());
    if (bytes.empty()) return;
    const uint32_t first = address / word_bytes * word_bytes;
    const auto words = read_words(first, (address - first + bytes.size() + word_bytes - 1) / word_bytes);
    for (size_t i = 0; i < bytes.size(); ++i) {
        const size_t place = address - first + i;
        bytes[i] = static_cast<uint8_t>(words[place / word_bytes] >> (8 * (place % word_bytes)));
    }
}

void SerialDevice::write_memory(uint32_t address, std::span<const uint8_t> bytes) {
    check_range(address, bytes.size());
    if (bytes.empty()) return;
    const uint32_t first = address / word_bytes * word_bytes, before = address - first;
    std::vector<uint32_t> words((before + bytes.size() + word_bytes - 1) / word_bytes);
    // Words of which bytes stay.
    if (before != 0) words.front() = read_words(first, 1).front();
    if ((before + bytes.size()) % word_bytes != 0) {
        words.back() = read_words(first + static_cast<uint32_t>(words.size() - 1) * word_bytes, 1).front();
    }
    for (size_t i = 0; i < bytes.size(); ++i) {
        const size_t place = before + i, shift = 8 * (place % word_bytes);
        uint32_t& word = words[place / word_bytes];
        word = (word & ~(0xffu << shift)) | uint32_t{bytes[i]} << shift;
    }
    for (size_t done = 0; done < words.size(); done += serial::most_words) {
        const size_t most = std::min<size_t>(serial::most_words, words.size() - done);
        const auto part = words.begin() + static_cast<std::ptrdiff_t>(done);
        exchange(serial::write_memory, static_cast<uint8_t>(most), first + static_cast<uint32_t>(done) * word_bytes,
                 {part, part + static_cast<std::ptrdiff_t>(most)});
    }
}

uint64_t SerialDevice::cycle() const {
    return exchange(serial::read_registers, 1, spec::counters[spec::counter_cycles].offset).words.at(0);
}

bool SerialDevice::wait_interrupt(uint64_t cycles) {
    uint32_t begin = 0, last = 0;
    for (int look = 0, idle = 0; idle < idle_looks; ++look) {
        const SerialReply reply = exchange(serial::read_registers, 1, spec::counters[spec::counter_cycles].offset);
        if (reply.interrupt) return true;
        const uint32_t now = reply.words.at(0);
        if (look == 0) begin = last = now;
        if (now - begin >= cycles) return false;
        idle = now == last ? idle + 1 : 0;
        last = now;
    }
    return false;
}

void SerialDevice::reset() { exchange(serial::reset, 0, 0); }

}  // namespace napier::driver
